using System.Collections.Immutable;
using System.Globalization;
using LeanPose.Datasets;
using LeanPose.Evaluation;
using LeanPose.Geometry;
using LeanPose.Heatmaps;
using LeanPose.Learning.Loading;
using LeanPose.Learning.Native;
using LeanPose.Learning.Recipes;
using LeanPose.Learning.Training;
using LeanPose.Learning.Weights;
using LeanPose.Skeletons;
using TorchSharp;
using static TorchSharp.torch;

namespace LeanPose.Learning.Prediction;

/// <summary>How predictions are made.</summary>
/// <param name="Decoder">How keypoints are read off the heatmaps.</param>
/// <param name="Flip">Whether heatmaps of the mirrored crop are averaged in.</param>
/// <param name="Batch">Persons per forward pass.</param>
/// <param name="Output">Keypoints to give, met by name; null means those of the persons' data set.</param>
public sealed record PredictionOptions(Decoder Decoder = HeatmapCodec.DefaultDecoder, bool Flip = false, int Batch = 32, Skeleton? Output = null);

/// <summary>A trained network, or the mean heatmaps of several, at work: persons in pictures to keypoints in image pixels.</summary>
public sealed class PosePredictor : IDisposable
{
    private readonly bool _owned;
    private readonly Device _device;
    private readonly ImageCache _images;

    /// <summary>Uses a network that somebody else owns.</summary>
    /// <param name="network">The network; its mode is restored after use.</param>
    /// <param name="model">What it is.</param>
    /// <param name="device">Where it lies.</param>
    /// <param name="images">Decoded pictures to share.</param>
    public PosePredictor(PoseNetwork network, ModelSpec model, Device device, ImageCache? images = null)
        : this([network], model, device, images)
    {
    }

    /// <summary>Uses the mean heatmaps of several networks that somebody else owns.</summary>
    /// <param name="networks">Networks of the same input and keypoints; their modes are restored after use.</param>
    /// <param name="model">What they have in common.</param>
    /// <param name="device">Where they lie.</param>
    /// <param name="images">Decoded pictures to share.</param>
    public PosePredictor(IReadOnlyList<PoseNetwork> networks, ModelSpec model, Device device, ImageCache? images = null)
    {
        (Networks, Model, _device, _images) = (networks, model, device, images ?? new ImageCache());
        Skeleton = model.ToSkeleton();
    }

    private PosePredictor(IReadOnlyList<PoseNetwork> networks, ModelSpec model, Device device, bool owned)
        : this(networks, model, device) => _owned = owned;

    /// <summary>The networks whose mean heatmap is read, the deployed one first; disposed of with a predictor that <see cref="Load"/> made.</summary>
    public IReadOnlyList<PoseNetwork> Networks { get; }

    /// <summary>What the deployed network is; the others have its crop and keypoints.</summary>
    public ModelSpec Model { get; }

    /// <summary>The output channels.</summary>
    public Skeleton Skeleton { get; }

    /// <summary>One line for reports.</summary>
    public string Description => $"{Model.Backbone}, {Model.InputWidth}×{Model.InputHeight}, {Model.Method}, {Model.Step} steps, recipe {Model.Recipe}{(Networks.Count > 1 ? $", mean of {Networks.Count} networks" : "")}";

    /// <summary>Loads the deployed network of a run folder (see <see cref="RunWeights"/>), or of a model or checkpoint file; or several networks, whose mean heatmap is read: as many times the work, and usually better.</summary>
    /// <param name="runFolderOrModelFile">The run or file.</param>
    /// <param name="device"><c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</param>
    /// <param name="mean">Whether all networks that a run trained are loaded.</param>
    /// <param name="with">Other runs or files, of the same crop and keypoints.</param>
    /// <exception cref="DataException">Nothing usable is there; for a mean, only one network; or others of another crop or other keypoints.</exception>
    /// <exception cref="NativeRuntimeException">libtorch does not load, or has no such device.</exception>
    public static PosePredictor Load(string runFolderOrModelFile, string device = "cpu", bool mean = false, IReadOnlyList<string>? with = null)
    {
        var target = ComputeDevice.Open(device);
        var files = (with ?? []).Prepend(runFolderOrModelFile).Select(m => SafeTensors.Open(RunWeights.Of(m, deployed: !mean).Path)).ToList();
        var loaded = files.Select(f => Checkpoint.LoadNetworks(f, mean ? NetworkChoice.Trained : NetworkChoice.Deployed)).ToList();
        var predictor = new PosePredictor([.. loaded.SelectMany(l => l.Networks.Select(n => n.Network))], loaded[0].Model, target, owned: true);
        try
        {
            for (var i = 1; i < files.Count; i++)
                RequireAlike(predictor.Model, loaded[i].Model, files[i].Path);
            if (mean && predictor.Networks.Count == 1)
                throw new DataException("There is one trained network, of which there is no mean.", files[0].Path, "the folder or checkpoint of a run whose method trains several networks (posedual, sspcm, …)", "Ask for the deployed network instead.");
            foreach (var network in predictor.Networks)
                network.to(target);
            return predictor;
        }
        catch
        {
            predictor.Dispose();
            throw;
        }
    }

    /// <summary>Predicts every person of a data set; labels, if any, are not looked at.</summary>
    /// <param name="persons">Boxes in pictures.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told the number of persons done.</param>
    /// <param name="stop">Stops between batches.</param>
    /// <returns>One result a person, in order; keypoints in image pixels; the score is the box's score times the mean keypoint score above 0.2.</returns>
    public IReadOnlyList<PoseResult> Predict(PoseDataset persons, PredictionOptions options, IProgress<int>? progress = null, CancellationToken stop = default)
    {
        var crops = new CropMaker(Model.InputWidth, Model.InputHeight, new AugmentationRecipe(), _images, Model.Crop);
        var codec = Model.ToCodec();
        var channels = (options.Output ?? persons.Skeleton).MapTo(Skeleton);
        var results = new List<PoseResult>(persons.Persons.Length);
        var wereTraining = Networks.Select(n => n.training).ToArray();
        foreach (var network in Networks)
            network.eval();
        try
        {
            foreach (var (batch, pixels) in crops.PlainBatches(persons.Persons, options.Batch))
            {
                stop.ThrowIfCancellationRequested();
                var heatmaps = Heatmaps(pixels, batch.Length, codec, options.Flip);
                var perPerson = heatmaps.Length / batch.Length;
                for (var i = 0; i < batch.Length; i++)
                    results.Add(Read(batch[i], heatmaps.AsSpan(i * perPerson, perPerson), codec, crops, channels, options.Decoder));
                progress?.Report(results.Count);
            }
        }
        finally
        {
            foreach (var (network, wasTraining) in Networks.Zip(wereTraining))
                network.train(wasTraining);
        }

        return results;
    }

    /// <summary>
    /// Predicts persons in detected boxes, and drops those that repeat a better one of their picture (OKS above
    /// <see cref="Rescoring.OksThreshold"/>, by the area of the crop's frame): detectors find a person twice, and AP counts that as a mistake.
    /// </summary>
    /// <inheritdoc cref="Predict" path="/param"/>
    /// <returns>The persons that stay, picture by picture, by falling score, without annotation ids.</returns>
    public IReadOnlyList<PoseResult> PredictDetected(PoseDataset persons, PredictionOptions options, IProgress<int>? progress = null, CancellationToken stop = default)
    {
        if (persons.Persons.IsEmpty)
            return [];
        var found = Predict(persons, options, progress, stop).Select(r => r with { AnnotationId = null }).ToArray();
        var areas = persons.Persons.Select(p =>
        {
            var frame = PersonFrame.FromBox(p.Box, (double)Model.InputWidth / Model.InputHeight);
            return frame.ScaleX * frame.ScaleY * PersonFrame.PixelStd * PersonFrame.PixelStd;
        }).ToArray();
        return Rescoring.WithoutRepeated(found, areas, (options.Output ?? persons.Skeleton).Sigmas.AsSpan());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var network in _owned ? Networks : [])
            network.Dispose();
    }

    /// <summary>Heatmaps as plain numbers.</summary>
    internal static float[] ToHost(Tensor heatmaps) => heatmaps.to_type(ScalarType.Float32).contiguous().cpu().data<float>().ToArray();

    /// <summary>B·J·h·w numbers for B crops; the networks are in evaluation mode.</summary>
    internal float[] Heatmaps(byte[] pixels, int count, HeatmapCodec codec, bool flip)
    {
        using var pause = FinalizerPause.Begin();
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        var images = Normalisation.ToInput(pixels, count, Model.InputHeight, Model.InputWidth, _device, Model.Bgr);
        var heatmaps = ToHost(See(images));
        if (!flip)
            return heatmaps;

        var mirrored = ToHost(See(images.flip(3)));
        var perPerson = heatmaps.Length / count;
        var back = new float[perPerson];
        for (var i = 0; i < count; i++)
        {
            codec.FlipBack(mirrored.AsSpan(i * perPerson, perPerson), Skeleton, back);
            codec.MergeFlipped(heatmaps.AsSpan(i * perPerson, perPerson), back, codec.FlipShift);
        }

        return heatmaps;
    }

    // Heatmaps have a mean only where each cell and channel means the same.
    private static void RequireAlike(ModelSpec model, ModelSpec other, string path)
    {
        foreach (var what in new Func<ModelSpec, string>[]
        {
            m => $"crops of {m.InputWidth}×{m.InputHeight}",
            m => $"the crop rule {m.Crop}",
            m => m.Bgr ? "blue first" : "red first",
            m => string.Create(CultureInfo.InvariantCulture, $"Gaussians of σ {m.Sigma}"),
            m => $"the channels {string.Join(", ", m.Keypoints)}",
            m => $"the trained keypoints {string.Join(", ", m.TrainedKeypoints)}",
        })
        {
            if (what(model) != what(other))
                throw new DataException($"The model has {what(other)}, the first one {what(model)}: their heatmaps have no mean.", path, what(model), "Name runs of one recipe, which may differ in method and seed.");
        }
    }

    private Tensor See(Tensor images)
    {
        var heatmaps = Networks[0].call(images);
        foreach (var other in Networks.Skip(1))
            heatmaps = heatmaps + other.call(images);
        return Networks.Count == 1 ? heatmaps : heatmaps / Networks.Count;
    }

    private static PoseResult Read(PersonInstance person, ReadOnlySpan<float> heatmaps, HeatmapCodec codec, CropMaker crops, ImmutableArray<int> channels, Decoder decoder)
    {
        Span<ScoredPoint> points = new ScoredPoint[heatmaps.Length / (codec.Width * codec.Height)];
        codec.Decode(heatmaps, decoder, points);
        codec.ToImage(points, crops.Frame(person), points);
        var keypoints = ImmutableArray.CreateBuilder<ScoredPoint>(channels.Length);
        foreach (var channel in channels)
            keypoints.Add(channel >= 0 ? points[channel] : default);
        var found = keypoints.MoveToImmutable();
        return new PoseResult(person.Image.Id, found, Rescoring.Score(person.Score, found.AsSpan()), person.RawBox, person.Id);
    }
}
