using System.Text.Json.Serialization;
using LeanPose.Learning.Loading;
using LeanPose.Learning.Methods;
using LeanPose.Learning.Native;
using LeanPose.Learning.Recipes;
using LeanPose.Learning.Training;
using LeanPose.Skeletons;
using static TorchSharp.torch;

namespace LeanPose.Learning.Benchmarking;

/// <summary>What a training step is measured with.</summary>
/// <param name="Method">A name of <see cref="MethodCatalog"/>; its options are the defaults.</param>
/// <param name="Backbone">Backbone of all its networks.</param>
/// <param name="Width">Crop width, pixels, a multiple of 32.</param>
/// <param name="Height">Crop height, pixels, a multiple of 32.</param>
/// <param name="Batch">Labelled persons per step.</param>
/// <param name="Bf16">Whether convolutions run in bf16.</param>
public sealed record TrialSettings(string Method, string Backbone, int Width, int Height, int Batch, bool Bf16)
{
    /// <summary>Unlabelled persons per step, for methods that use them; as many as labelled ones.</summary>
    [JsonIgnore]
    public int UnlabelledBatch { get; init; } = Batch;
}

/// <summary>
/// A training step on made-up crops: everything that a run does at a step (normalisation, all passes, losses, backward,
/// optimiser), from bytes on. No picture is read. 24 output channels, all of them trained, in the second epoch: what a method
/// does with networks of earlier epochs is on.
/// </summary>
public sealed class TrialTraining : IDisposable
{
    private readonly List<FlatParameters> _flat;
    private readonly List<(string Name, Adam Adam)> _optimisers;
    private readonly TrainingStep _step;
    private readonly HostBatch _batch;

    /// <summary>Builds networks with random weights, and a batch of random pixels.</summary>
    /// <exception cref="ArgumentException">There is no such method or backbone.</exception>
    public TrialTraining(TrialSettings settings)
    {
        using var pause = FinalizerPause.Begin();
        var skeleton = KnownSkeletons.Union24;
        var (width, height, joints) = (settings.Width, settings.Height, skeleton.Count);
        int[] trained = [.. Enumerable.Range(0, joints)];
        var options = MethodCatalog.Defaults.FirstOrDefault(m => m.Name == settings.Method) ?? throw new ArgumentException($"There is no method '{settings.Method}'.");
        Method = MethodCatalog.Create(options, new MethodContext
        {
            CreateNetwork = new NetworkFactory(new ModelRecipe { Backbone = settings.Backbone }, joints, 1, CPU).Create,
            TrainedChannels = trained,
            Keypoints = joints,
            FlipIndex = skeleton.FlipIndex,
            Sigma = 2,
            Width = width,
            Height = height,
            Seed = 1,
            Device = CPU,
        });
        _flat = [.. Method.Networks.Select(n => new FlatParameters(n.Network))];
        _optimisers = [.. Method.Networks.Zip(_flat, (n, f) => (n.Name, new Adam(f)))];
        var model = ModelSpec.Create(settings.Backbone, skeleton, skeleton, width, height, 2);
        _step = new TrainingStep(Method, _optimisers, model, trained, settings.Batch, settings.UnlabelledBatch, CPU, settings.Bf16);
        var random = new Random(1);
        byte[] Crops(int count)
        {
            var crops = new byte[count * width * height * 3];
            random.NextBytes(crops);
            return crops;
        }

        var target = new float[settings.Batch * joints * (width / 4) * (height / 4)];
        _batch = new HostBatch(Crops(settings.Batch), target, [.. Enumerable.Repeat(1f, settings.Batch * joints)], MethodCatalog.UsesUnlabelled(options) ? Crops(settings.UnlabelledBatch) : []);
    }

    /// <summary>The method that is trained.</summary>
    public IMethod Method { get; }

    /// <summary>Steps done.</summary>
    public int Steps { get; private set; }

    /// <summary>Does a step and gives its loss.</summary>
    public double Run() => _step.Run(_batch, Steps++, epoch: 1, 1e-4, logged: true).Loss;

    /// <summary>Does a step and gives the calls of networks in it.</summary>
    public IReadOnlyList<NetworkPass> CountPasses()
    {
        using var counter = new PassCounter(Method);
        Run();
        return counter.Passes;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _step.Dispose();
        _optimisers.ForEach(o => o.Adam.Dispose());
        Method.Dispose();
        _flat.ForEach(f => f.Dispose());
    }
}
