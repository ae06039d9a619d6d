using System.Collections.Immutable;
using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Heatmaps;
using LeanPose.Learning.Loading;
using LeanPose.Learning.Methods;
using LeanPose.Learning.Native;
using LeanPose.Learning.Recipes;
using LeanPose.Learning.Training;
using LeanPose.Learning.Weights;
using LeanPose.Skeletons;
using LeanPose.Suspicion;
using TorchSharp;
using static TorchSharp.torch;

namespace LeanPose.Learning.Prediction;

/// <summary>
/// All that a run knows, each for itself: every network of its checkpoint, copies of earlier periods among them, looks at the
/// plain crop and, if wanted, at the mirrored one. Where they differ, the run does not know.
/// </summary>
public sealed class EnsemblePredictor : IDisposable
{
    private readonly IReadOnlyList<NamedNetwork> _networks;
    private readonly Device _device;
    private readonly ImageCache _images = new();

    private EnsemblePredictor(ModelSpec model, IReadOnlyList<NamedNetwork> networks, Device device)
    {
        (Model, _networks, _device) = (model, networks, device);
        Skeleton = model.ToSkeleton();
    }

    /// <summary>What the deployed network is; the others have its crop and keypoints.</summary>
    public ModelSpec Model { get; }

    /// <summary>The output channels.</summary>
    public Skeleton Skeleton { get; }

    /// <summary>One line for reports.</summary>
    public string Description => $"{Model.Backbone}, {Model.InputWidth}×{Model.InputHeight}, {Model.Method}, {Model.Step} steps, recipe {Model.Recipe}";

    /// <summary>Names of the networks, the deployed one first.</summary>
    public IReadOnlyList<string> Networks => [.. _networks.Select(n => n.Name)];

    /// <summary>Loads the networks of a run folder, or of a model or checkpoint file. Copies of an earlier period that equal another network, or are from before the first step, are left out.</summary>
    /// <param name="runFolderOrModelFile">The run or file.</param>
    /// <param name="device"><c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</param>
    /// <exception cref="DataException">Nothing usable is there.</exception>
    /// <exception cref="NativeRuntimeException">libtorch does not load, or has no such device.</exception>
    public static EnsemblePredictor Load(string runFolderOrModelFile, string device = "cpu")
    {
        var target = ComputeDevice.Open(device);
        using var pause = FinalizerPause.Begin();
        var (model, networks) = Checkpoint.LoadNetworks(SafeTensors.Open(RunWeights.Of(runFolderOrModelFile).Path));
        foreach (var (_, network) in networks)
        {
            network.to(target);
            network.eval();
        }

        return new EnsemblePredictor(model, networks, target);
    }

    /// <summary>Names of the members in the order of <see cref="EnsemblePose.Members"/>: the plain crop and the mirrored one of each network.</summary>
    /// <param name="mirrored">Whether mirrored crops are looked at, too.</param>
    public IReadOnlyList<string> Members(bool mirrored) =>
        [.. Networks.SelectMany(n => mirrored ? new[] { n, $"{n}, mirrored" } : [n])];

    /// <summary>Lets every member look at every person; labels, if any, are not looked at.</summary>
    /// <param name="persons">Boxes in pictures.</param>
    /// <param name="output">Keypoints to give, met by name.</param>
    /// <param name="decoder">How keypoints are read off the heatmaps.</param>
    /// <param name="mirrored">Whether mirrored crops are looked at, too.</param>
    /// <param name="batch">Persons per forward pass.</param>
    /// <param name="stop">Stops between batches.</param>
    /// <returns>One for each person, in order, as they are made.</returns>
    public IEnumerable<EnsemblePose> See(PoseDataset persons, Skeleton output, Decoder decoder, bool mirrored, int batch, CancellationToken stop)
    {
        var crops = new CropMaker(Model.InputWidth, Model.InputHeight, new AugmentationRecipe(), _images, Model.Crop);
        var codec = Model.ToCodec();
        var channels = output.MapTo(Skeleton);
        foreach (var (members, pixels) in crops.PlainBatches(persons.Persons, batch))
        {
            stop.ThrowIfCancellationRequested();
            var heatmaps = Heatmaps(pixels, members.Length, codec, mirrored);
            for (var i = 0; i < members.Length; i++)
            {
                var frame = crops.Frame(members[i]);
                var views = heatmaps.Select((maps, m) => Read(maps.AsSpan(i * maps.Length / members.Length, maps.Length / members.Length), codec, frame, decoder, channels, mirrored && m % 2 == 1)).ToList();
                yield return new EnsemblePose([.. views.Select(v => v.First)], [.. views.Select(v => v.Second)], frame.ScaleX * PersonFrame.PixelStd / codec.Width);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, network) in _networks)
            network.Dispose();
    }

    private static (ImmutableArray<ScoredPoint> First, ImmutableArray<ScoredPoint> Second) Read(
        ReadOnlySpan<float> heatmaps, HeatmapCodec codec, PersonFrame frame, Decoder decoder, ImmutableArray<int> channels, bool mirrored)
    {
        var cells = codec.Width * codec.Height;
        var first = new ScoredPoint[heatmaps.Length / cells];
        codec.Decode(heatmaps, decoder, first);
        var second = new ScoredPoint[first.Length];
        for (var j = 0; j < second.Length; j++)
        {
            var map = heatmaps.Slice(j * cells, cells);
            if (HeatmapPeak.SecondOf(map, codec.Width, HeatmapPeak.Of(map, codec.Width), 2 * codec.Sigma) is { } peak)
                second[j] = new(peak.X, peak.Y, peak.Value);
        }

        foreach (var points in new[] { first, second })
        {
            for (var j = 0; mirrored && j < points.Length; j++)
                points[j] = points[j] with { X = points[j].X + codec.MirrorShift };
            codec.ToImage(points, frame, points);
        }

        return ([.. channels.Select(c => c >= 0 ? first[c] : default)], [.. channels.Select(c => c >= 0 ? second[c] : default)]);
    }

    // B·J·h·w numbers for each member; those of mirrored crops are turned back.
    private List<float[]> Heatmaps(byte[] pixels, int count, HeatmapCodec codec, bool mirrored)
    {
        using var pause = FinalizerPause.Begin();
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        var images = Normalisation.ToInput(pixels, count, Model.InputHeight, Model.InputWidth, _device, Model.Bgr);
        var turned = mirrored ? images.flip(3) : null;
        var all = new List<float[]>();
        foreach (var (_, network) in _networks)
        {
            all.Add(PosePredictor.ToHost(network.call(images)));
            if (turned is null)
                continue;
            var seen = PosePredictor.ToHost(network.call(turned));
            var back = new float[seen.Length];
            var size = seen.Length / count;
            for (var i = 0; i < count; i++)
                codec.FlipBack(seen.AsSpan(i * size, size), Skeleton, back.AsSpan(i * size, size));
            all.Add(back);
        }

        return all;
    }
}
