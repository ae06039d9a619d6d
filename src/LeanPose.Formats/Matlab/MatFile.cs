using System.IO.Compression;
using System.Text;
using LeanPose.Datasets;
using LeanPose.Formats.Hdf5;

namespace LeanPose.Formats.Matlab;

/// <summary>
/// The variables of a MATLAB file: version 5 to 7 (numbers, texts, cells, structures; compressed or not), and the number arrays of version 7.3,
/// which is HDF5. Written after MathWorks, "MAT-File Format", levels 4 and 5.
/// </summary>
internal sealed class MatFile
{
    private const int HeaderLength = 128;
    private const string Expected = "a MATLAB file of version 5 or newer";
    private readonly Dictionary<string, MatValue> _variables = new(StringComparer.Ordinal);
    private readonly string _path;

    private MatFile(string path) => _path = path;

    /// <exception cref="DataException">The file is missing, or no MATLAB file that can be read.</exception>
    public static MatFile Read(string path)
    {
        var bytes = Bytes(path);
        if (bytes.Length < HeaderLength || !Encoding.ASCII.GetString(bytes, 0, 6).Equals("MATLAB", StringComparison.Ordinal))
            throw new DataException("The file is no MATLAB file of version 5 or newer.", path, Expected, "save it again with MATLAB's save, or scipy.io.savemat");
        return Encoding.ASCII.GetString(bytes, 0, 10) == "MATLAB 7.3" ? OfHdf5(path) : OfElements(path, bytes);
    }

    /// <summary>The number array of that name.</summary>
    /// <exception cref="DataException">There is none.</exception>
    public MatNumbers Numbers(string name, string expected) => Variable<MatNumbers>(name, $"\"{name}\": {expected}");

    /// <summary>The structures of that name.</summary>
    /// <exception cref="DataException">There is none.</exception>
    public MatStruct Struct(string name, string expected) => Variable<MatStruct>(name, $"\"{name}\": {expected}");

    /// <summary>Whether a variable is there.</summary>
    public bool Has(string name) => _variables.ContainsKey(name);

    private T Variable<T>(string name, string expected)
        where T : MatValue
    {
        if (!_variables.TryGetValue(name, out var value))
            throw new DataException($"There is no variable \"{name}\" in the file.", _path, expected + $"; found {(_variables.Count == 0 ? "nothing" : string.Join(", ", _variables.Keys))}", "give the file as published");
        return value as T ?? throw new DataException($"The variable \"{name}\" is of another kind.", _path, expected, "give the file as published");
    }

    private static MatFile OfElements(string path, byte[] bytes)
    {
        if (bytes[126] != 'I' || bytes[127] != 'M')
            throw new DataException("The file was written on a machine of the other byte order.", path, "little-endian numbers", "load and save it again with MATLAB or scipy");
        var file = new MatFile(path);
        try
        {
            var reader = new MatReader(bytes.AsMemory(HeaderLength), depth: 0);
            while (reader.Next() is { } element)
            {
                var matrix = element;
                if (element.Type == MatReader.Compressed)
                {
                    var inner = new MatReader(Inflate(element.Data), depth: 0);
                    if (inner.Next() is not { } unpacked)
                        continue;
                    matrix = unpacked;
                }

                if (matrix.Type == MatReader.Matrix && MatReader.Variable(matrix.Data, 0) is var (name, value) && name.Length > 0)
                    file._variables[name] = value;
            }
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException or OverflowException or IndexOutOfRangeException)
        {
            throw new DataException($"The file is broken or cut off: {e.Message}", path, Expected, "fetch it again", e);
        }

        return file;
    }

    private static MatFile OfHdf5(string path)
    {
        var file = new MatFile(path);
        using var hdf5 = new Hdf5Reader(path);
        foreach (var name in hdf5.NumberArrays())
        {
            var (values, dimensions) = hdf5.Numbers(name);
            // HDF5 counts the last dimension first, so that the values come in MATLAB's order.
            file._variables[name] = new MatNumbers([.. dimensions.Reverse()], values);
        }

        return file;
    }

    private static byte[] Inflate(ReadOnlyMemory<byte> packed)
    {
        using var source = new MemoryStream(packed.ToArray());
        using var zlib = new ZLibStream(source, CompressionMode.Decompress);
        using var unpacked = new MemoryStream();
        zlib.CopyTo(unpacked);
        return unpacked.ToArray();
    }

    private static byte[] Bytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataException("The file does not exist.", path, fix: "check the path", inner: e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"The file cannot be read: {e.Message}", path, fix: "check the file's permissions and the disk", inner: e);
        }
    }
}
