using LeanPose.Learning.Native;
using LeanPose.Learning.Recipes;
using LeanPose.Learning.Weights;
using LeanPose.Randomness;
using TorchSharp;
using static TorchSharp.torch;

namespace LeanPose.Learning.Training;

/// <summary>
/// Builds the networks of a run. Random weights follow from (seed, role), so the student of every method starts alike. Two networks that
/// start alike would have nothing to teach one another: <c>auxiliary</c> takes no head from weights that are the other's, too.
/// </summary>
/// <param name="model">What the recipe says of the network.</param>
/// <param name="keypoints">Number of output channels (J).</param>
/// <param name="seed">The run's seed.</param>
/// <param name="device">Where the network goes.</param>
public sealed class NetworkFactory(ModelRecipe model, int keypoints, long seed, Device device)
{
    private readonly List<string> _notes = [];

    /// <summary>What was loaded into which network, for the log.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Builds the network of a role: <c>student</c>, <c>teacher</c> or <c>auxiliary</c>.</summary>
    public PoseNetwork Create(string role)
    {
        using var pause = FinalizerPause.Begin();
        var own = role == "student" || model.TeacherBackbone is null;
        var backbone = own ? model.Backbone : model.TeacherBackbone!;
        var weights = own ? model.Weights : model.TeacherWeights;
        var shared = role == "auxiliary" && model.AuxiliaryWeights is null;
        if (role == "auxiliary")
            weights = model.AuxiliaryWeights ?? weights;

        manual_seed((long)(KeyedRandom.For(seed, "initial weights/" + role).NextBits() >> 1));
        var network = new PoseNetwork(backbone, keypoints);
        if (weights is null)
        {
            _notes.Add($"{role}: random weights");
        }
        else
        {
            var report = WeightLoader.Load(network, weights, model.AllowPartialWeights, withHead: !shared);
            _notes.Add($"{role}: {report}{(report.HeadLeft ? "; its head is random, so that it does not start like the other network (model.auxiliaryWeights names weights of its own, say of a run with another seed)" : "")}");
        }

        network.to(device);
        network.train();
        return network;
    }
}
