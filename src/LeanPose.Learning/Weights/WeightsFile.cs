using LeanPose.Datasets;
using static TorchSharp.torch;

namespace LeanPose.Learning.Weights;

/// <summary>A file of named tensors. Opening it reads what it says of them; values are read one by one when asked for.</summary>
public abstract class WeightsFile
{
    /// <summary>
    /// Metadata key under which a checkpoint of several networks names the deployed one; that name and a slash begin the names of
    /// its tensors, and <c>adam.</c> those of the optimiser's after that.
    /// </summary>
    public const string DeployedKey = "leanpose.deployed";

    private protected WeightsFile(string path) => Path = path;

    /// <summary>Where the file lies.</summary>
    public string Path { get; }

    /// <summary>Strings that the file keeps beside its tensors.</summary>
    public abstract IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>All tensor names, in file order.</summary>
    public abstract IReadOnlyCollection<string> Names { get; }

    /// <summary>Whether the file holds that tensor.</summary>
    public abstract bool Contains(string name);

    /// <summary>Shape of a tensor.</summary>
    public abstract IReadOnlyList<long> ShapeOf(string name);

    /// <summary>Element type of a tensor.</summary>
    public abstract ScalarType TypeOf(string name);

    /// <summary>Reads one tensor into memory of its own, on the CPU, row-major, detached from dispose scopes.</summary>
    /// <exception cref="KeyNotFoundException">The file does not hold it.</exception>
    /// <exception cref="DataException">The file has become shorter since it was opened.</exception>
    public abstract Tensor Read(string name);

    /// <summary>Opens a safetensors file or a PyTorch checkpoint of any age; which of them, its first bytes say.</summary>
    /// <exception cref="DataException">The file is missing, cut off, malformed, of another kind, or asks for code to be run.</exception>
    public static WeightsFile Open(string path) => TorchFile.Recognises(path) ? TorchFile.Open(path) : SafeTensors.Open(path);

    /// <summary>Fills a row-major tensor with the bytes that stand in the file from <paramref name="place"/> on.</summary>
    private protected void ReadBytes(Tensor tensor, long place, string name)
    {
        if (tensor.numel() == 0)
            return;
        using var handle = File.OpenHandle(Path);
        var bytes = tensor.bytes;
        for (var done = 0; done < bytes.Length;)
        {
            var read = RandomAccess.Read(handle, bytes[done..], place + done);
            if (read == 0)
                throw new DataException($"The values of '{name}' are cut off.", Path, "a whole file", "Fetch or export the file again.");
            done += read;
        }
    }
}
