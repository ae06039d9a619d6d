using System.Globalization;
using LeanPose.Datasets;
using LeanPose.Evaluation;
using LeanPose.Learning.Loading;
using LeanPose.Learning.Methods;
using LeanPose.Learning.Prediction;
using LeanPose.Learning.Recipes;
using static TorchSharp.torch;

namespace LeanPose.Learning.Training;

/// <summary>What an evaluation found.</summary>
/// <param name="Reports">Of every network and mean of networks, by name.</param>
/// <param name="Results">What the deployed network predicted.</param>
internal sealed record Measurement(IReadOnlyDictionary<string, EvaluationReport> Reports, IReadOnlyList<PoseResult> Results);

/// <summary>Measures the networks of a method, and the means of their heatmaps, on a run's validation persons.</summary>
internal sealed class RunEvaluator(Recipe recipe, TrainingData data, RunPlan plan, Device device, ImageCache images)
{
    /// <summary>Measures all of them at the step of the model; the run must have validation persons.</summary>
    /// <exception cref="OperationCanceledException">The user asked for a stop.</exception>
    public Measurement Measure(IMethod method, ModelSpec model, int rollbacks, CancellationToken stop)
    {
        var reports = new Dictionary<string, EvaluationReport>();
        IReadOnlyList<PoseResult> deployed = [];
        var ensembles = method.Networks.Select(n => (n.Name, Members: (IReadOnlyList<NamedNetwork>)[n])).Concat(method.Ensembles);
        foreach (var (name, members) in ensembles)
        {
            using var predictor = new PosePredictor([.. members.Select(m => m.Network)], model with { Backbone = members[0].Network.BackboneName }, device, images);
            var options = new PredictionOptions(recipe.Evaluation.Decoder, recipe.Evaluation.Flip, recipe.Evaluation.Batch);
            var results = predictor.Predict(data.Validation!, options, null, stop);
            reports[name] = PoseEvaluation.Run(data.Validation!, results, Protocol(name, members, model, rollbacks));
            if (name == method.Deployed)
                deployed = results;
        }

        return new Measurement(reports, deployed);
    }

    private Dictionary<string, string> Protocol(string name, IReadOnlyList<NamedNetwork> members, ModelSpec model, int rollbacks) => new()
    {
        ["network"] = $"{name}{(members.Count > 1 ? $" of {string.Join(", ", members.Select(m => m.Name))}" : "")} ({string.Join(" + ", members.Select(m => m.Network.BackboneName).Distinct())}, {model.InputWidth}×{model.InputHeight})",
        ["method"] = model.Method,
        ["recipe"] = model.Recipe,
        ["steps"] = $"{model.Step} of {plan.TotalSteps}, batch {recipe.Training.Batch}" + (MethodCatalog.UsesUnlabelled(recipe.Method) ? $" + {plan.UnlabelledBatch} unlabelled" : "")
            + (rollbacks == 0 ? "" : $"; {recipe.Guard.Change(rollbacks)}"),
        ["labelled persons"] = data.Labelled.Persons.Length.ToString(CultureInfo.InvariantCulture),
        ["unlabelled persons"] = (data.Unlabelled?.Persons.Length ?? 0).ToString(CultureInfo.InvariantCulture),
        ["seed"] = recipe.Seed.ToString(CultureInfo.InvariantCulture),
        ["precision"] = plan.UseBf16 ? "bf16" : "float32",
        ["boxes"] = "ground truth",
        ["flip test"] = recipe.Evaluation.Flip ? "on" : "off",
        ["decoder"] = recipe.Evaluation.Decoder.ToString(),
    };
}
