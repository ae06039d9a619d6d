using Microsoft.ML.OnnxRuntime;

namespace LeanPose.Runtime;

/// <summary>Memory for one batch at a time, bound to the model's input and output once. Used by one thread at a time.</summary>
internal sealed class BatchBuffer : IDisposable
{
    private readonly InferenceSession _session;
    private readonly ModelDescription _model;
    private readonly RunOptions _run = new();
    private readonly byte[] _pixels;
    private readonly float[] _keypoints;

    // One for each number of persons, made when it is first needed.
    private readonly Bound?[] _bound;

    public BatchBuffer(InferenceSession session, ModelDescription model, int maxBatch)
    {
        (_session, _model) = (session, model);
        _pixels = GC.AllocateUninitializedArray<byte>(checked(maxBatch * CropBytes), pinned: true);
        _keypoints = GC.AllocateUninitializedArray<float>(checked(maxBatch * PersonFloats), pinned: true);
        _bound = new Bound?[maxBatch];
    }

    private int CropBytes => _model.InputWidth * _model.InputHeight * 3;

    private int PersonFloats => _model.Channels * 3;

    /// <summary>H×W×3 bytes of a person's crop, to be written.</summary>
    public Span<byte> Crop(int person) => _pixels.AsSpan(person * CropBytes, CropBytes);

    /// <summary>J×3 numbers of a person after <see cref="Run"/>: x, y in crop pixels, score.</summary>
    public ReadOnlySpan<float> Keypoints(int person) => _keypoints.AsSpan(person * PersonFloats, PersonFloats);

    /// <summary>Runs the model on the first crops.</summary>
    public void Run(int persons) => _session.RunWithBinding(_run, (_bound[persons - 1] ??= Bind(persons)).Binding);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var bound in _bound)
            bound?.Dispose();
        _run.Dispose();
    }

    private Bound Bind(int persons)
    {
        var images = OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance, _pixels.AsMemory(0, persons * CropBytes), [persons, _model.InputHeight, _model.InputWidth, 3]);
        var keypoints = OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance, _keypoints.AsMemory(0, persons * PersonFloats), [persons, _model.Channels, 3]);
        var binding = _session.CreateIoBinding();
        binding.BindInput(ModelDescription.Images, images);
        binding.BindOutput(ModelDescription.Keypoints, keypoints);
        return new Bound(binding, images, keypoints);
    }

    private sealed record Bound(OrtIoBinding Binding, OrtValue Images, OrtValue Keypoints) : IDisposable
    {
        public void Dispose()
        {
            Binding.Dispose();
            Images.Dispose();
            Keypoints.Dispose();
        }
    }
}
