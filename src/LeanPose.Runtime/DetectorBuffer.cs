using LeanPose.Datasets;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace LeanPose.Runtime;

/// <summary>Memory for one picture at a time: a detector's input, and its outputs. Used by one thread at a time.</summary>
internal sealed class DetectorBuffer : IDisposable
{
    private readonly InferenceSession _session;
    private readonly string _path;
    private readonly RunOptions _run = new();
    private readonly float[] _planes;
    private readonly long[] _size = new long[2];
    private readonly string[] _names;
    private readonly OrtValue[] _inputs;
    private readonly float[][] _outputs;

    /// <param name="session">The detector.</param>
    /// <param name="images">Name of its input for the picture.</param>
    /// <param name="sizes">Name of its input for the picture's size, if it has one.</param>
    /// <param name="width">Input width, pixels.</param>
    /// <param name="height">Input height, pixels.</param>
    /// <param name="path">For messages.</param>
    public DetectorBuffer(InferenceSession session, string images, string? sizes, int width, int height, string path)
    {
        (_session, _path) = (session, path);
        Picture = new byte[checked(3 * width * height)];
        _planes = new float[Picture.Length];
        _outputs = [.. session.OutputNames.Select(_ => Array.Empty<float>())];
        var input = OrtValue.CreateTensorValueFromMemory(_planes, [1, 3, height, width]);
        _names = sizes is null ? [images] : [images, sizes];
        _inputs = sizes is null ? [input] : [input, OrtValue.CreateTensorValueFromMemory(_size, [1, 2])];
    }

    /// <summary>Room for a picture at its size in the input, H×W×3.</summary>
    public byte[] Picture { get; }

    /// <summary>The input, 1×3×H×W, to be written.</summary>
    public Span<float> Planes => _planes;

    /// <summary>Runs the detector.</summary>
    /// <param name="pictureWidth">Pixels.</param>
    /// <param name="pictureHeight">Pixels.</param>
    /// <returns>The outputs, good until the next run.</returns>
    /// <exception cref="DataException">An output holds numbers of another kind than expected.</exception>
    public IReadOnlyList<DetectorTensor> Run(int pictureWidth, int pictureHeight)
    {
        (_size[0], _size[1]) = (pictureWidth, pictureHeight);
        using var outputs = _session.Run(_run, _names, _inputs, _session.OutputNames);
        var read = new DetectorTensor[outputs.Count];
        for (var i = 0; i < read.Length; i++)
            read[i] = Read(i, outputs[i]);
        return read;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var input in _inputs)
            input.Dispose();
        _run.Dispose();
    }

    private DetectorTensor Read(int output, OrtValue value)
    {
        var (name, info) = (_session.OutputNames[output], value.GetTensorTypeAndShape());
        if (_outputs[output].Length < info.ElementCount)
            _outputs[output] = new float[info.ElementCount];
        var kept = _outputs[output];
        switch (info.ElementDataType)
        {
            case TensorElementType.Float:
                value.GetTensorDataAsSpan<float>().CopyTo(kept);
                break;
            case TensorElementType.Int64:
                var longs = value.GetTensorDataAsSpan<long>();
                for (var i = 0; i < longs.Length; i++)
                    kept[i] = longs[i];
                break;
            case TensorElementType.Int32:
                var ints = value.GetTensorDataAsSpan<int>();
                for (var i = 0; i < ints.Length; i++)
                    kept[i] = ints[i];
                break;
            default:
                throw new DataException($"The detector's output {name} is {info.ElementDataType}.", _path, "float32 (and whole numbers for labels)", "export the detector in float32");
        }

        return new DetectorTensor(name, info.Shape, kept);
    }
}
