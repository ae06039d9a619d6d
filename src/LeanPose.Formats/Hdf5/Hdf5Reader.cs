using System.Buffers.Binary;
using LeanPose.Datasets;
using PureHDF;

namespace LeanPose.Formats.Hdf5;

/// <summary>
/// An HDF5 file, read with located errors. Numbers of every type are widened to double, since tools write the same array as int8 or int64
/// by its length.
/// </summary>
internal sealed class Hdf5Reader : IDisposable
{
    private readonly IH5Group _root;
    private readonly IDisposable _file;
    private readonly string _path;

    /// <exception cref="DataException">The file is missing or no HDF5 file.</exception>
    public Hdf5Reader(string path)
    {
        _path = path;
        if (!File.Exists(path))
            throw new DataException("The file does not exist.", path, fix: "check the path");
        var file = At("", () => H5File.OpenRead(path));
        (_root, _file) = (file, file);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>Whether there is a group or data set of that name.</summary>
    public bool Has(string name) => At(name, () => _root.LinkExists(name));

    /// <summary>Names of all data sets of numbers at the top.</summary>
    public IReadOnlyList<string> NumberArrays() => At("", () =>
        _root.Children().OfType<IH5Dataset>().Where(d => d.Type.Class is H5DataTypeClass.FixedPoint or H5DataTypeClass.FloatingPoint).Select(d => d.Name).ToArray());

    /// <summary>Names of the groups at the top.</summary>
    public IReadOnlyList<string> Groups() => At("", () => _root.Children().OfType<IH5Group>().Select(g => g.Name).ToArray());

    /// <summary>A data set of numbers, last dimension first.</summary>
    /// <exception cref="DataException">There is none.</exception>
    public (double[] Values, int[] Dimensions) Numbers(string name) => At(name, () =>
    {
        var dataset = _root.Dataset(name);
        int[] dimensions = [.. dataset.Space.Dimensions.Select(d => checked((int)d))];
        var read = Decoder(dataset.Type);
        var bytes = Raw(dataset);
        var values = new double[bytes.Length / dataset.Type.Size];
        for (var i = 0; i < values.Length; i++)
            values[i] = read(bytes.AsSpan(i * dataset.Type.Size));
        return (values, dimensions);
    });

    /// <summary>A data set of texts.</summary>
    /// <exception cref="DataException">There is none.</exception>
    public string[] Texts(string name) => At(name, () =>
    {
        var dataset = _root.Dataset(name);
        return dataset.Space.Dimensions.Aggregate(1UL, (a, b) => a * b) == 0 ? [] : Array.ConvertAll(dataset.Read<string[]>(), s => s.TrimEnd('\0'));
    });

    /// <summary>A text that a group carries as an attribute.</summary>
    /// <exception cref="DataException">There is none.</exception>
    public string TextAttribute(string group, string name) => At($"{group}@{name}", () => _root.Group(group).Attribute(name) is var a && a.Space.Type == H5DataspaceType.Scalar ? a.Read<string>() : a.Read<string[]>()[0]);

    /// <summary>A number that a group carries as an attribute, or null.</summary>
    public double? NumberAttribute(string group, string name) => At($"{group}@{name}", () =>
    {
        var from = _root.Group(group);
        if (!from.AttributeExists(name))
            return (double?)null;
        var attribute = from.Attribute(name);
        return attribute.Type.Class switch
        {
            H5DataTypeClass.FloatingPoint when attribute.Type.Size == 8 => attribute.Read<double>(),
            H5DataTypeClass.FloatingPoint when attribute.Type.Size == 4 => attribute.Read<float>(),
            H5DataTypeClass.FixedPoint when attribute.Type.Size == 8 => attribute.Read<long>(),
            H5DataTypeClass.FixedPoint when attribute.Type.Size == 4 => attribute.Read<int>(),
            _ => null,
        };
    });

    /// <summary>The number columns of a table of records, by name.</summary>
    /// <exception cref="DataException">There is no such table.</exception>
    public Hdf5Table Table(string name) => At(name, () =>
    {
        var dataset = _root.Dataset(name);
        if (dataset.Type.Class != H5DataTypeClass.Compound)
            throw new InvalidDataException("it is no table");
        var (bytes, size) = (Raw(dataset), dataset.Type.Size);
        var columns = new Dictionary<string, double[]>(StringComparer.Ordinal);
        foreach (var member in dataset.Type.Compound.Members)
        {
            if (member.Type.Class is not (H5DataTypeClass.FixedPoint or H5DataTypeClass.FloatingPoint or H5DataTypeClass.Enumerated))
                continue;
            var read = Decoder(member.Type);
            var column = new double[bytes.Length / size];
            for (var i = 0; i < column.Length; i++)
                column[i] = read(bytes.AsSpan((i * size) + member.Offset));
            columns.Add(member.Name, column);
        }

        return new Hdf5Table($"{_path}, {name}", bytes.Length / size, columns);
    });

    private static byte[] Raw(IH5Dataset dataset) => dataset.Space.Dimensions.Aggregate(1UL, (a, b) => a * b) == 0 ? [] : dataset.Read<byte[]>();

    private delegate double Decode(ReadOnlySpan<byte> bytes);

    private static Decode Decoder(IH5DataType type) => (type.Class, type.Size) switch
    {
        (H5DataTypeClass.FloatingPoint, 8) => b => BinaryPrimitives.ReadDoubleLittleEndian(b),
        (H5DataTypeClass.FloatingPoint, 4) => b => BinaryPrimitives.ReadSingleLittleEndian(b),
        (H5DataTypeClass.FixedPoint, 8) when type.FixedPoint.IsSigned => b => BinaryPrimitives.ReadInt64LittleEndian(b),
        (H5DataTypeClass.FixedPoint, 8) => b => BinaryPrimitives.ReadUInt64LittleEndian(b),
        (H5DataTypeClass.FixedPoint, 4) when type.FixedPoint.IsSigned => b => BinaryPrimitives.ReadInt32LittleEndian(b),
        (H5DataTypeClass.FixedPoint, 4) => b => BinaryPrimitives.ReadUInt32LittleEndian(b),
        (H5DataTypeClass.FixedPoint, 2) when type.FixedPoint.IsSigned => b => BinaryPrimitives.ReadInt16LittleEndian(b),
        (H5DataTypeClass.FixedPoint, 2) => b => BinaryPrimitives.ReadUInt16LittleEndian(b),
        (H5DataTypeClass.FixedPoint, 1) when type.FixedPoint.IsSigned => b => (sbyte)b[0],
        (H5DataTypeClass.FixedPoint, 1) => b => b[0],
        // Truth values: h5py writes an enumeration of one byte.
        (H5DataTypeClass.Enumerated, _) => b => b[0],
        _ => throw new InvalidDataException($"numbers of {type.Class}, {type.Size} bytes"),
    };

    /// <summary>PureHDF says with plain exceptions of many kinds that something is missing or broken.</summary>
    private T At<T>(string name, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is not (DataException or OutOfMemoryException))
        {
            throw new DataException(
                name.Length == 0 ? "The file is no HDF5 file that can be read." : $"\"{name}\" cannot be read: {e.Message.TrimEnd('.')}.",
                _path,
                name.Length == 0 ? "HDF5" : $"\"{name}\", as the tool writes it",
                "write it again with the tool that made it",
                e);
        }
    }
}

/// <summary>Columns of numbers.</summary>
/// <param name="Place">File and name, for messages.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Columns">By name.</param>
internal sealed record Hdf5Table(string Place, int Rows, IReadOnlyDictionary<string, double[]> Columns)
{
    /// <exception cref="DataException">There is no such column.</exception>
    public double[] this[string column] => Columns.TryGetValue(column, out var values)
        ? values
        : throw new DataException($"The table has no column \"{column}\".", Place, $"found {string.Join(", ", Columns.Keys)}", "write it again with the tool that made it");
}
