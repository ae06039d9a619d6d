using System.Text.Json;
using LeanPose.Learning.Methods;
using LeanPose.Learning.Native;
using LeanPose.Learning.Recipes;

namespace LeanPose.Learning.Training;

/// <summary>The numbers that follow from a recipe and its data: how long an epoch is, how long the run, what arithmetic.</summary>
/// <param name="EpochSteps">Steps of an epoch.</param>
/// <param name="TotalSteps">Steps of the run.</param>
/// <param name="UnlabelledBatch">Unlabelled persons per step.</param>
/// <param name="CheckpointEvery">Steps between checkpoints.</param>
/// <param name="UseBf16">Whether convolutions run in bf16.</param>
public sealed record RunPlan(int EpochSteps, int TotalSteps, int UnlabelledBatch, int CheckpointEvery, bool UseBf16)
{
    /// <summary>Works the plan out.</summary>
    public static RunPlan Of(Recipe recipe, TrainingData data)
    {
        var t = recipe.Training;
        var unlabelledBatch = t.UnlabelledBatch ?? t.Batch;
        // A pass over the larger of both sets.
        var pass = Ceiling(data.Labelled.Persons.Length, t.Batch);
        if (MethodCatalog.UsesUnlabelled(recipe.Method) && data.Unlabelled is { } u)
            pass = Math.Max(pass, Ceiling(u.Persons.Length, unlabelledBatch));
        var epochSteps = t.EpochSteps ?? pass;
        var total = t.Steps ?? (t.Epochs ?? 1) * epochSteps;
        var bf16 = t.Precision switch
        {
            Precision.Bf16 => true,
            Precision.Auto => NativeSwitches.CanAutocast && (t.Device != "cpu" || NativeSwitches.HasFastBFloat16),
            _ => false,
        };
        return new RunPlan(epochSteps, total, unlabelledBatch, t.CheckpointEvery, bf16);
    }

    /// <summary>The values on which the result depends, as text: a checkpoint of other values cannot be resumed.</summary>
    public string RecipeKey(Recipe recipe) => JsonSerializer.Serialize(new
    {
        recipe.Seed,
        Model = recipe.Model.WithoutWeights(),
        Method = JsonSerializer.SerializeToElement(recipe.Method, recipe.Method.GetType()),
        recipe.Augmentation,
        recipe.Training.Batch,
        UnlabelledBatch,
        TotalSteps,
        EpochSteps,
        recipe.Training.LearningRate,
        Milestones = recipe.Training.Milestones.ToArray(),
        recipe.Training.Gamma,
        recipe.Training.WarmupSteps,
        UseBf16,
    }) + (recipe.Training.Tf32 ? " tf32" : "") + (GoesBack(recipe) ? " guard " + JsonSerializer.Serialize(new { recipe.Guard, recipe.Training.LogEvery, CheckpointEvery }) : "");

    /// <summary>What the run will do, for its beginning.</summary>
    public string Summary(Recipe recipe, TrainingData data, IReadOnlyList<string> weights)
    {
        var visible = data.Labelled.Persons.Average(p => (double)p.LabelledCount);
        var lines = new List<string>
        {
            $"method      {recipe.Method.Name}",
            $"network     {recipe.Model.Backbone}, {recipe.Model.InputWidth}×{recipe.Model.InputHeight}, {recipe.Model.Skeleton}, {(UseBf16 ? "bf16" : "float32")} on {recipe.Training.Device}",
            $"labelled    {data.Labelled.Persons.Length} persons, {visible:0.0} of {data.Labelled.Skeleton.Count} keypoints each ({data.Labelled.Skeleton.Name})",
        };
        if (MethodCatalog.UsesUnlabelled(recipe.Method))
            lines.Add($"unlabelled  {data.Unlabelled?.Persons.Length ?? 0} persons");
        if (data.Validation is not null)
            lines.Add($"validation  {data.Validation.Persons.Length} persons");
        lines.Add($"length      {TotalSteps} steps of {recipe.Training.Batch} persons, {EpochSteps} steps an epoch");
        lines.AddRange(weights.Select(w => $"weights     {w}"));
        return string.Join('\n', lines);
    }

    /// <summary>What the user should know before waiting for hours.</summary>
    public IReadOnlyList<string> Warnings(Recipe recipe, TrainingData data)
    {
        var warnings = new List<string>();
        if (data.Labelled.Skeleton.FlipPairs.IsEmpty && recipe.Augmentation.FlipProbability > 0)
            warnings.Add($"The skeleton {data.Labelled.Skeleton.Name} has no left/right pairs, but crops are mirrored: left and right would be mixed up. Name the keypoints left_…/right_…, or set augmentation.flipProbability: 0.");
        if (recipe.Training.Precision != Precision.Float32 && !UseBf16)
            warnings.Add("bf16 is not to be had here (no autocast in this libtorch, or bfloat16 is not computed natively); the run computes in float32.");
        if (recipe.Data.Labelled.First is { } first && data.Labelled.Persons.Length < first)
            warnings.Add($"data.labelled.first asks for {first} labelled persons; only {data.Labelled.Persons.Length} are there.");
        if (recipe.Data.Unlabelled?.First is { } more && data.Unlabelled is { } u && u.Persons.Length < more)
            warnings.Add($"data.unlabelled.first asks for {more} unlabelled persons; only {u.Persons.Length} are there.");
        if (recipe.Method is ConsistencyOptions m && (long)m.BurnInSteps + m.CoolDownSteps >= TotalSteps)
            warnings.Add($"method.burnInSteps ({m.BurnInSteps}) and method.coolDownSteps ({m.CoolDownSteps}) take all {TotalSteps} steps of the run: unlabelled persons teach nothing.");
        if (data.Validation is { } v && v.Persons.Length < 100)
            warnings.Add($"The validation set has only {v.Persons.Length} persons: its numbers will vary by several points.");
        return warnings;
    }

    // When the guard looks, and to what it goes back, decides a result only where it goes back.
    private static bool GoesBack(Recipe recipe) => recipe.Method is ConsistencyOptions && recipe.Guard.Action == GuardAction.Rollback;

    private static int Ceiling(int count, int batch) => Math.Max(1, (count + batch - 1) / batch);
}
