using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using LeanPose.Datasets;
using LeanPose.Drawing;
using LeanPose.Geometry;
using LeanPose.Imaging;
using LeanPose.Skeletons;
using Microsoft.ML.OnnxRuntime;

namespace LeanPose.Runtime;

/// <summary>
/// An exported model at work: boxes of persons in a picture to their keypoints. One instance serves any number of threads at
/// once; its buffers are kept from call to call, so that a call allocates its results only.
/// </summary>
public sealed class PoseEstimator : IDisposable
{
    private const double SmallestSide = 0.01, LargestNumber = 1e6;

    private readonly InferenceSession _session;
    private readonly ModelDescription _model;
    private readonly int _maxBatch;
    private readonly ConcurrentBag<BatchBuffer> _buffers = [];
    private volatile bool _disposed;

    private PoseEstimator(InferenceSession session, ModelDescription model, int maxBatch) => (_session, _model, _maxBatch) = (session, model, maxBatch);

    /// <summary>The keypoints that every pose holds, in their order: those which the model was trained for.</summary>
    public Skeleton Skeleton => _model.Skeleton;

    /// <summary>Width of the crops that the model sees, pixels.</summary>
    public int InputWidth => _model.InputWidth;

    /// <summary>Height of the crops that the model sees, pixels.</summary>
    public int InputHeight => _model.InputHeight;

    /// <summary>Loads a model that <c>leanpose export</c> wrote.</summary>
    /// <param name="onnxPath">The file.</param>
    /// <param name="options">How to compute; null for the defaults.</param>
    /// <exception cref="DataException">The file does not exist, is no ONNX file, or is none of LeanPose's.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="NotSupportedException">The execution provider is not to be had here.</exception>
    public static PoseEstimator Load(string onnxPath, PoseEstimatorOptions? options = null)
    {
        options ??= new PoseEstimatorOptions();
        ArgumentNullException.ThrowIfNull(onnxPath);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxBatch, 1, nameof(options) + "." + nameof(options.MaxBatch));
        ArgumentOutOfRangeException.ThrowIfNegative(options.Threads, nameof(options) + "." + nameof(options.Threads));
        ArgumentOutOfRangeException.ThrowIfNegative(options.Device, nameof(options) + "." + nameof(options.Device));
        if (!File.Exists(onnxPath))
            throw new DataException("The model file does not exist.", onnxPath, "an ONNX file written by 'leanpose export'", "check the path");

        var session = Open(onnxPath, options);
        try
        {
            return new PoseEstimator(session, ModelDescription.Read(session, onnxPath), options.MaxBatch);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Estimates the pose of each person.</summary>
    /// <param name="image">
    /// The picture; <see cref="ImageDecoder"/> reads one from a file, a stream or bytes, <see cref="RgbImage.FromPixels"/> takes raw pixels.
    /// </param>
    /// <param name="boxes">The persons, image pixels; a box may reach beyond the picture.</param>
    /// <returns>One pose a box, in their order.</returns>
    /// <exception cref="ArgumentException">A box has no extent, or numbers that no picture has.</exception>
    /// <exception cref="ObjectDisposedException">The estimator was disposed of.</exception>
    public IReadOnlyList<EstimatedPose> Estimate(RgbImage image, IReadOnlyList<Box> boxes)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(boxes);
        ObjectDisposedException.ThrowIf(_disposed, this);
        for (var i = 0; i < boxes.Count; i++)
            RequirePlace(boxes[i], i);
        var poses = new EstimatedPose[boxes.Count];
        if (!_buffers.TryTake(out var buffer))
            buffer = new BatchBuffer(_session, _model, _maxBatch);
        try
        {
            for (var first = 0; first < boxes.Count; first += _maxBatch)
            {
                var count = Math.Min(_maxBatch, boxes.Count - first);
                for (var i = 0; i < count; i++)
                    BilinearWarp.Warp(image, ToCrop(boxes[first + i]), InputWidth, InputHeight, buffer.Crop(i));
                buffer.Run(count);
                for (var i = 0; i < count; i++)
                    poses[first + i] = Read(boxes[first + i], buffer.Keypoints(i));
            }
        }
        finally
        {
            _buffers.Add(buffer);
        }

        return poses;
    }

    /// <summary>Draws poses into a picture; <see cref="ImageEncoder"/> writes it as PNG or JPEG.</summary>
    /// <param name="image">Changed in place.</param>
    /// <param name="poses">Poses of this estimator, image pixels.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">A pose has not the keypoints of <see cref="Skeleton"/>.</exception>
    public void Draw(RgbImage image, IEnumerable<EstimatedPose> poses, PaintOptions? options = null) =>
        SkeletonPainter.Draw(image, Skeleton, poses.Select(p => (IReadOnlyList<ScoredPoint>)p.Keypoints), options);

    /// <summary>Frees the model. Calls of <see cref="Estimate"/> must have returned.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        while (_buffers.TryTake(out var buffer))
            buffer.Dispose();
        _session.Dispose();
    }

    private static InferenceSession Open(string path, PoseEstimatorOptions options)
    {
        using var settings = Sessions.Settings(options.Provider, options.Device, options.Threads, options.Configure);
        try
        {
            return new InferenceSession(path, settings);
        }
        catch (OnnxRuntimeException e)
        {
            throw new DataException($"The model cannot be loaded: {e.Message}", path, "an ONNX file written by 'leanpose export'", "copy or export the file again", e);
        }
    }

    private static void RequirePlace(Box box, int index)
    {
        if (!(box.Width >= SmallestSide && box.Height >= SmallestSide && box.Width <= LargestNumber && box.Height <= LargestNumber
            && Math.Abs(box.X) <= LargestNumber && Math.Abs(box.Y) <= LargestNumber))
        {
            throw new ArgumentException($"boxes[{index}] is no place in a picture: left {box.X}, top {box.Y}, width {box.Width}, height {box.Height}; sides must be from {SmallestSide} to {LargestNumber} pixels.", "boxes");
        }
    }

    private Affine2 ToCrop(Box box) => PersonFrame.FromBox(box, (double)InputWidth / InputHeight).ToCrop(0, InputWidth, InputHeight, _model.Crop);

    private EstimatedPose Read(Box box, ReadOnlySpan<float> cropKeypoints)
    {
        var toImage = ToCrop(box).Inverse();
        var keypoints = new ScoredPoint[Skeleton.Count];
        var (sum, sure) = (0.0, 0);
        for (var k = 0; k < keypoints.Length; k++)
        {
            var at = 3 * _model.ChannelOf[k];
            var p = toImage.Apply(new Point2(cropKeypoints[at], cropKeypoints[at + 1]));
            var score = cropKeypoints[at + 2];
            keypoints[k] = new ScoredPoint(p.X, p.Y, score);
            if (score > 0.2)
                (sum, sure) = (sum + score, sure + 1);
        }

        return new EstimatedPose(box, ImmutableCollectionsMarshal.AsImmutableArray(keypoints), sure > 0 ? sum / sure : 0);
    }
}
