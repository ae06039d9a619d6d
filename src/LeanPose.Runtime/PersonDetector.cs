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
        var trial = Run(new float[3 * InputWidth * InputHeight], InputWidth, InputHeight);
        _output = DetectorOutput.Recognise(options.Layout, trial, _takesSizes, InputWidth, InputHeight, names, options.PersonClass, path);
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
    public static PersonDetector Load(string onnxPath, PersonDetectorOptions? options = null)
    {
        options ??= new PersonDetectorOptions();
        ArgumentNullException.ThrowIfNull(onnxPath);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxPersons, 1, nameof(options) + "." + nameof(options.MaxPersons));
        ArgumentOutOfRangeException.ThrowIfNegative(options.Threads, nameof(options) + "." + nameof(options.Threads));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.InputSide, 32, nameof(options) + "." + nameof(options.InputSide));
        if (!File.Exists(onnxPath))
            throw new DataException("The detector's file does not exist.", onnxPath, "an ONNX file", "check the path");
        using var settings = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        if (options.Threads > 0)
            settings.IntraOpNumThreads = options.Threads;
        options.Configure?.Invoke(settings);
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
    public IReadOnlyList<DetectedPerson> Detect(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        var input = _output.Letterbox ? DetectorInput.Letterbox(image, InputWidth, InputHeight) : DetectorInput.Stretched(image, InputWidth, InputHeight);
        IReadOnlyList<DetectorTensor> outputs;
        try
        {
            outputs = Run(input.Pixels(image, _options.ImageNetColours), image.Width, image.Height);
        }
        catch (OnnxRuntimeException e)
        {
            throw new DataException($"The detector failed: {e.Message}", _path, inner: e);
        }

        var found = new List<(Box Box, double Score)>();
        foreach (var (left, top, right, bottom, score) in _output.Persons(outputs, InputWidth, InputHeight, _options.MinScore))
        {
            var box = Cut(_output.InImagePixels ? new Box(left, top, right - left, bottom - top) : input.ToImage(left, top, right, bottom), image);
            if (box is { Width: >= 1, Height: >= 1 })
                found.Add((box, Math.Min(score, 1)));
        }

        var kept = _output.NeedsSuppression ? Suppression.ByBox(found, _options.MaxOverlap).Select(i => found[i]) : found.OrderByDescending(f => f.Score);
        return [.. kept.Take(_options.MaxPersons).Select(f => new DetectedPerson(f.Box, f.Score))];
    }

    /// <summary>Frees the model. Calls of <see cref="Detect"/> must have returned.</summary>
    public void Dispose() => _session.Dispose();

    private static Box Cut(Box box, RgbImage image)
    {
        double left = Math.Clamp(box.X, 0, image.Width), top = Math.Clamp(box.Y, 0, image.Height);
        return new(left, top, Math.Clamp(box.Right, 0, image.Width) - left, Math.Clamp(box.Bottom, 0, image.Height) - top);
    }

    private List<DetectorTensor> Run(float[] pixels, long pictureWidth, long pictureHeight)
    {
        using var options = new RunOptions();
        using var images = OrtValue.CreateTensorValueFromMemory(pixels, [1, 3, InputHeight, InputWidth]);
        using var sizes = OrtValue.CreateTensorValueFromMemory<long>([pictureWidth, pictureHeight], [1, 2]);
        string[] names = _takesSizes ? [_images, Sizes] : [_images];
        OrtValue[] values = _takesSizes ? [images, sizes] : [images];
        using var outputs = _session.Run(options, names, values, _session.OutputNames);
        return [.. outputs.Select((value, i) => Read(_session.OutputNames[i], value))];
    }

    private DetectorTensor Read(string name, OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        return new(name, info.Shape, info.ElementDataType switch
        {
            Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float => value.GetTensorDataAsSpan<float>().ToArray(),
            Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Int64 => Array.ConvertAll(value.GetTensorDataAsSpan<long>().ToArray(), v => (float)v),
            Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Int32 => Array.ConvertAll(value.GetTensorDataAsSpan<int>().ToArray(), v => (float)v),
            var type => throw new DataException($"The detector's output {name} is {type}.", _path, "float32 (and whole numbers for labels)", "export the detector in float32"),
        });
    }
}
