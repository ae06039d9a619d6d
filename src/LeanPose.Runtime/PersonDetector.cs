using System.Collections.Concurrent;
using LeanPose.Datasets;
using LeanPose.Evaluation;
using LeanPose.Geometry;
using LeanPose.Imaging;
using Microsoft.ML.OnnxRuntime;

namespace LeanPose.Runtime;

/// <summary>
/// Any ONNX detector of the usual layouts at work: a picture to boxes of persons. One instance serves any number of threads.
/// <para>
/// The layout is told from the shapes that a trial run gives: two outputs of which one is 1×N×4 are DETR's boxes and logits; with an
/// input <c>orig_target_sizes</c> they are labels, boxes and scores. Of a single output, as many rows as the grids at strides 8, 16 and
/// 32 have cells mean a YOLO without objectness (with, where the columns are 85 or one more than 4 + the metadata's classes), three times
/// as many a YOLO with it; otherwise 6 columns are finished boxes, and more are a DETR's. <see cref="PersonDetectorOptions.Layout"/>
/// overrules that.
/// </para>
/// </summary>
public sealed class PersonDetector : IDisposable
{
    private const string Sizes = "orig_target_sizes";
    private readonly InferenceSession _session;
    private readonly PersonDetectorOptions _options;
    private readonly DetectorOutput _output;
    private readonly string _path, _images;
    private readonly bool _takesSizes;
    private readonly ConcurrentBag<DetectorBuffer> _buffers = [];
    private volatile bool _disposed;

    private PersonDetector(InferenceSession session, string path, PersonDetectorOptions options)
    {
        (_session, _path, _options) = (session, path, options);
        _takesSizes = session.InputMetadata.ContainsKey(Sizes);
        var inputs = session.InputMetadata.Where(i => i.Key != Sizes).ToArray();
        if (inputs is not [var (name, input)] || input.ElementType != typeof(float) || input.Dimensions is not [1 or -1, 3 or -1, var height, var width])
        {
            throw new DataException(
                $"The detector's inputs are {string.Join(", ", session.InputMetadata.Select(i => $"{i.Key}: {i.Value.ElementType.Name} {string.Join('×', i.Value.Dimensions)}"))}.",
                path, "one picture, float32 1×3×H×W (and orig_target_sizes)", "export the detector with float32 input and batch 1");
        }

        _images = name;
        (InputWidth, InputHeight) = (width > 0 ? width : options.InputSide, height > 0 ? height : options.InputSide);
        var names = session.ModelMetadata.CustomMetadataMap.GetValueOrDefault("names");
        var buffer = NewBuffer();
        _buffers.Add(buffer);
        _output = DetectorOutput.Recognise(options.Layout, buffer.Run(InputWidth, InputHeight), _takesSizes, InputWidth, InputHeight, names, options.PersonClass, path);
    }

    /// <summary>What the file gives out.</summary>
    public DetectorLayout Layout => _output.Layout;

    /// <summary>Width of the detector's input, pixels.</summary>
    public int InputWidth { get; }

    /// <summary>Height of the detector's input, pixels.</summary>
    public int InputHeight { get; }

    /// <summary>Loads a detector and tries it once, so that a file that does not fit is refused here.</summary>
    /// <param name="onnxPath">The file.</param>
    /// <param name="options">How it works; null for the defaults.</param>
    /// <exception cref="DataException">The file does not exist, is no ONNX file, or is no detector of a known layout.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="NotSupportedException">The execution provider is not to be had here.</exception>
    public static PersonDetector Load(string onnxPath, PersonDetectorOptions? options = null)
    {
        options ??= new PersonDetectorOptions();
        ArgumentNullException.ThrowIfNull(onnxPath);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxPersons, 1, nameof(options) + "." + nameof(options.MaxPersons));
        ArgumentOutOfRangeException.ThrowIfNegative(options.Threads, nameof(options) + "." + nameof(options.Threads));
        ArgumentOutOfRangeException.ThrowIfNegative(options.Device, nameof(options) + "." + nameof(options.Device));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.InputSide, 32, nameof(options) + "." + nameof(options.InputSide));
        if (!File.Exists(onnxPath))
            throw new DataException("The detector's file does not exist.", onnxPath, "an ONNX file", "check the path");
        using var settings = Sessions.Settings(options.Provider, options.Device, options.Threads, options.Configure);
        InferenceSession? session = null;
        try
        {
            session = new InferenceSession(onnxPath, settings);
            return new PersonDetector(session, onnxPath, options);
        }
        catch (OnnxRuntimeException e)
        {
            session?.Dispose();
            throw new DataException($"The detector cannot be used: {e.Message}", onnxPath, "an ONNX file of a detector", "copy or export the file again", e);
        }
        catch
        {
            session?.Dispose();
            throw;
        }
    }

    /// <summary>Finds the persons in a picture.</summary>
    /// <param name="image">The picture.</param>
    /// <returns>By falling score; boxes with some extent inside the picture only.</returns>
    /// <exception cref="DataException">The detector fails on the picture.</exception>
    /// <exception cref="ObjectDisposedException">The detector was disposed of.</exception>
    public IReadOnlyList<DetectedPerson> Detect(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_buffers.TryTake(out var buffer))
            buffer = NewBuffer();
        try
        {
            return Detect(image, buffer);
        }
        catch (OnnxRuntimeException e)
        {
            throw new DataException($"The detector failed: {e.Message}", _path, inner: e);
        }
        finally
        {
            _buffers.Add(buffer);
        }
    }

    /// <summary>Frees the model. Calls of <see cref="Detect(RgbImage)"/> must have returned.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        while (_buffers.TryTake(out var buffer))
            buffer.Dispose();
        _session.Dispose();
    }

    private DetectedPerson[] Detect(RgbImage image, DetectorBuffer buffer)
    {
        var input = _output.Letterbox ? DetectorInput.Letterbox(image, InputWidth, InputHeight) : DetectorInput.Stretched(image, InputWidth, InputHeight);
        input.Fill(image, _options.ImageNetColours, buffer.Picture, buffer.Planes);
        var found = new List<(Box Box, double Score)>();
        foreach (var (left, top, right, bottom, score) in _output.Persons(buffer.Run(image.Width, image.Height), InputWidth, InputHeight, _options.MinScore))
        {
            var box = Cut(_output.InImagePixels ? new Box(left, top, right - left, bottom - top) : input.ToImage(left, top, right, bottom), image);
            if (box is { Width: >= 1, Height: >= 1 })
                found.Add((box, Math.Min(score, 1)));
        }

        var kept = _output.NeedsSuppression ? Suppression.ByBox(found, _options.MaxOverlap).Select(i => found[i]) : found.OrderByDescending(f => f.Score);
        return [.. kept.Take(_options.MaxPersons).Select(f => new DetectedPerson(f.Box, f.Score))];
    }

    private DetectorBuffer NewBuffer() => new(_session, _images, _takesSizes ? Sizes : null, InputWidth, InputHeight, _path);

    private static Box Cut(Box box, RgbImage image)
    {
        double left = Math.Clamp(box.X, 0, image.Width), top = Math.Clamp(box.Y, 0, image.Height);
        return new(left, top, Math.Clamp(box.Right, 0, image.Width) - left, Math.Clamp(box.Bottom, 0, image.Height) - top);
    }
}
