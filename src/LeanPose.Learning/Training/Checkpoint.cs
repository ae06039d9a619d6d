using System.Globalization;
using LeanPose.Datasets;
using LeanPose.Learning.Backbones;
using LeanPose.Learning.Guarding;
using LeanPose.Learning.Methods;
using LeanPose.Learning.Weights;
using static TorchSharp.torch;

namespace LeanPose.Learning.Training;

/// <summary>Which networks of a checkpoint are loaded.</summary>
internal enum NetworkChoice
{
    /// <summary>The one that is deployed.</summary>
    Deployed,

    /// <summary>Those that are trained: all but copies of earlier periods and averages, which have no optimiser.</summary>
    Trained,

    /// <summary>All.</summary>
    All,
}

/// <summary>
/// All state of a run in one safetensors file, written whole or not at all: every network and snapshot, the optimiser's
/// moments, the step. Everything else follows from the recipe and the step, so a resumed run goes on bit for bit.
/// </summary>
public static class Checkpoint
{
    private const string Step = "leanpose.step";
    private const string Seconds = "leanpose.seconds";
    private const string Recipe = "leanpose.recipe";
    private const string Data = "leanpose.data";
    private const string Guard = "leanpose.guard";
    private const string Healthy = "leanpose.healthy";
    private const string HeadBias = "final_layer.bias";

    /// <summary>Writes the state.</summary>
    /// <param name="path">The file.</param>
    /// <param name="state">What to keep.</param>
    /// <param name="healthy">Whether a guard may go back to it.</param>
    public static void Save(string path, TrainingState state, bool healthy = false) => SafeTensors.Write(path, Tensors(state), new Dictionary<string, string>
    {
        [Step] = state.Step.ToString(CultureInfo.InvariantCulture),
        [Seconds] = state.Seconds.ToString("R", CultureInfo.InvariantCulture),
        [Recipe] = state.RecipeKey,
        [Data] = state.DataKey,
        [WeightsFile.DeployedKey] = state.Method.Deployed,
        [Guard] = state.Guard.ToJson(),
        [Healthy] = healthy ? "yes" : "no",
        [ModelSpec.MetadataKey] = (state.Model with { Step = state.Step }).ToJson(),
    });

    /// <summary>Reads a state back into the same networks and optimisers.</summary>
    /// <returns>The state with its step and training time.</returns>
    /// <exception cref="DataException">The file was made by another recipe, or does not fit.</exception>
    public static TrainingState Load(string path, TrainingState state)
    {
        var file = SafeTensors.Open(path);
        var mine = Tensors(state).ToList();
        var differing = mine.Where(t => !file.Contains(t.Name) || !file.ShapeOf(t.Name).SequenceEqual(t.Value.shape)).Select(t => t.Name).ToList();
        if (differing.Count > 0 || file.Names.Count != mine.Count || !file.Metadata.ContainsKey(Step))
        {
            var first = differing.Count > 0 ? $"{differing.Count} tensors differ, the first is '{differing[0]}'" : $"it holds {file.Names.Count} tensors, the run has {mine.Count}";
            throw new DataException($"The checkpoint was made by another architecture or method: {first}.", path, $"{state.Model.Backbone} with method {state.Model.Method}", "Resume with the recipe that started the run, or start a new run.");
        }

        if (file.Metadata.GetValueOrDefault(Recipe) is var recipe && recipe != state.RecipeKey)
            throw new DataException($"The checkpoint was made by a recipe with other values; a resumed run would be neither the one nor the other.{RecipeDifference.Between(recipe, state.RecipeKey)}", path, "the recipe.yaml beside it", "Resume without --set, or start a new run with --out.");

        // Checkpoints of earlier versions do not say.
        if (file.Metadata.TryGetValue(Data, out var data) && data != state.DataKey)
            throw new DataException($"The checkpoint was made with other persons, boxes or labels: {data}; now there are: {state.DataKey}.", path, "the data that the run was started with (ids are in its split.json)", "Resume with that data, or start a new run from the run's weights: --out, and --set model.weights=RUN/model.safetensors where it has finished.");

        using var noGradient = no_grad();
        foreach (var (name, value) in mine)
        {
            using var stored = file.Read(name);
            value.copy_(stored);
        }

        return state with
        {
            Step = int.Parse(file.Metadata[Step], CultureInfo.InvariantCulture),
            Seconds = double.Parse(file.Metadata[Seconds], CultureInfo.InvariantCulture),
            Guard = file.Metadata.TryGetValue(Guard, out var guard) ? GuardState.FromJson(guard, path) : new GuardState(),
        };
    }

    /// <summary>Whether a checkpoint was healthy when it was written, and of which step it is.</summary>
    internal static (bool Healthy, int Step) Peek(string path)
    {
        var metadata = SafeTensors.Open(path).Metadata;
        return (metadata.GetValueOrDefault(Healthy) == "yes", metadata.TryGetValue(Step, out var step) ? int.Parse(step, CultureInfo.InvariantCulture) : 0);
    }

    /// <summary>Loads the deployed network out of a checkpoint.</summary>
    internal static (ModelSpec Model, PoseNetwork Network) LoadDeployed(SafeTensors file)
    {
        var model = Describe(file);
        var network = new PoseNetwork(model.Backbone, model.Keypoints.Length);
        var prefix = file.Metadata.TryGetValue(WeightsFile.DeployedKey, out var deployed) ? deployed + "/" : "";
        if (!Fits(file, prefix, network))
            throw new DataException($"The file does not hold the {model.Backbone} that its description names{(prefix.Length > 0 ? $" as '{deployed}'" : "")}: a tensor is missing or has another shape.", file.Path, fix: "Export or train the model again.");
        Read(file, prefix, network);
        return (model, network);
    }

    /// <summary>
    /// Loads every network of a checkpoint, the deployed one first, copies of earlier periods last; a copy that equals a network
    /// before it (as after the last step of an epoch) is left out. A file of one network gives that one.
    /// </summary>
    /// <param name="file">The checkpoint or model.</param>
    /// <param name="choice">Which of them.</param>
    internal static (ModelSpec Model, IReadOnlyList<NamedNetwork> Networks) LoadNetworks(SafeTensors file, NetworkChoice choice = NetworkChoice.All)
    {
        var (model, first) = LoadDeployed(file);
        if (!file.Metadata.TryGetValue(WeightsFile.DeployedKey, out var deployed))
            return (model, [new NamedNetwork("network", first)]);
        var networks = new List<NamedNetwork> { new(deployed, first) };
        var others = choice == NetworkChoice.Deployed ? [] : file.Names.Where(n => n.EndsWith("/" + HeadBias, StringComparison.Ordinal)).Select(n => n[..^(HeadBias.Length + 1)]).Where(n => n != deployed);
        foreach (var name in others.Where(n => choice == NetworkChoice.All || IsTrained(n)).OrderBy(n => !IsTrained(n)).ThenBy(n => n, StringComparer.Ordinal))
        {
            // The file's description is the deployed network's; teachers may have another backbone.
            var network = BackboneCatalog.Names.OrderBy(b => b != model.Backbone).Select(b => new PoseNetwork(b, model.Keypoints.Length)).FirstOrDefault(n => Fits(file, name + "/", n))
                ?? throw new DataException($"The network '{name}' of the checkpoint is none that this version knows.", file.Path, string.Join(", ", BackboneCatalog.Names), "Give the run's model.safetensors, which holds the deployed network alone.");
            Read(file, name + "/", network);
            if (HasLearnt(network) && !networks.Any(n => Equal(n.Network, network)))
                networks.Add(new(name, network));
        }

        return (model, networks);

        bool IsTrained(string name) => file.Contains($"{name}/adam.first_moment");
    }

    private static ModelSpec Describe(SafeTensors file) => file.Metadata.TryGetValue(ModelSpec.MetadataKey, out var json)
        ? ModelSpec.FromJson(json, file.Path)
        : throw new DataException("The file does not say what model it holds.", file.Path, $"a file written by LeanPose (metadata key {ModelSpec.MetadataKey})", "Give a run folder or its model.safetensors.");

    private static bool Fits(SafeTensors file, string prefix, PoseNetwork network) =>
        network.State().All(s => file.Contains(prefix + s.Name) && file.ShapeOf(prefix + s.Name).SequenceEqual(s.Value.shape));

    // Until the second epoch begins, the copies of earlier periods are networks that have seen nothing.
    private static bool HasLearnt(PoseNetwork network) =>
        network.State().Where(s => s.Name.EndsWith("num_batches_tracked", StringComparison.Ordinal)).All(s => s.Value.item<long>() > 0);

    private static bool Equal(PoseNetwork a, PoseNetwork b)
    {
        using var scope = NewDisposeScope();
        return a.BackboneName == b.BackboneName && a.State().Zip(b.State()).All(p => p.First.Value.eq(p.Second.Value).all().item<bool>());
    }

    private static void Read(SafeTensors file, string prefix, PoseNetwork network)
    {
        using var noGradient = no_grad();
        foreach (var (name, value) in network.State())
        {
            using var stored = file.Read(prefix + name);
            value.copy_(stored);
        }
    }

    private static IEnumerable<(string Name, Tensor Value)> Tensors(TrainingState state)
    {
        foreach (var (name, network) in state.Method.Networks.Concat(state.Method.Snapshots))
        {
            foreach (var (key, value) in network.State())
                yield return ($"{name}/{key}", value);
        }

        foreach (var (name, adam) in state.Optimisers)
        {
            yield return ($"{name}/adam.first_moment", adam.FirstMoment);
            yield return ($"{name}/adam.second_moment", adam.SecondMoment);
        }
    }
}

/// <summary>What a checkpoint keeps.</summary>
/// <param name="Step">Steps completed.</param>
/// <param name="Seconds">Training time so far.</param>
/// <param name="RecipeKey">The values of the recipe that decide the result, as text.</param>
/// <param name="Model">The deployed network's description.</param>
/// <param name="Method">Networks and snapshots.</param>
/// <param name="Optimisers">One per trained network.</param>
public sealed record TrainingState(int Step, double Seconds, string RecipeKey, ModelSpec Model, IMethod Method, IReadOnlyList<(string Name, Adam Adam)> Optimisers)
{
    /// <summary>The persons, their boxes and labels, as text (<see cref="TrainingData.Key"/>).</summary>
    public string DataKey { get; init; } = "";

    /// <summary>What the guard remembers.</summary>
    public GuardState Guard { get; init; } = new();
}
