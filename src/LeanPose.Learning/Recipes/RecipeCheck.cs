using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using LeanPose.Learning.Backbones;
using LeanPose.Learning.Methods;
using LeanPose.Learning.Native;
using LeanPose.Learning.Views;
using LeanPose.Skeletons;

namespace LeanPose.Learning.Recipes;

/// <summary>
/// Whether the values of a recipe make sense, alone and together. Runs before anything expensive and reports everything at
/// once. What stands in files (pictures, labels, weights) is checked where they are opened.
/// </summary>
public static class RecipeCheck
{
    /// <summary>All problems, in the order of the recipe's fields; none when it can be run.</summary>
    public static IReadOnlyList<RecipeProblem> Validate(Recipe recipe)
    {
        var check = new Checker();
        check.That(IsFolderName(recipe.Name), recipe.Name, "a name that can be a folder's");
        check.That(recipe.Seed >= 0, recipe.Seed, "0 or more");
        Data(check, recipe);
        Model(check, recipe);
        if (recipe.Method is ConsistencyOptions consistency)
            Consistency(check, consistency);
        if (recipe.Method is SspcmOptions sspcm)
            Sspcm(check, sspcm);
        if (recipe.Method is DualCorrectOptions dual)
            DualCorrect(check, dual);
        Augmentation(check, recipe);
        Training(check, recipe);
        Guard(check, recipe);
        Evaluation(check, recipe);
        return check.Problems;
    }

    private static void Data(Checker check, Recipe recipe)
    {
        check.Source("data.labelled", recipe.Data.Labelled, labels: true);
        if (recipe.Data.Unlabelled is { } unlabelled)
            check.Source("data.unlabelled", unlabelled, labels: false);
        else if (MethodCatalog.UsesUnlabelled(recipe.Method))
            check.Add("data.unlabelled", "nothing there", $"a source of unlabelled persons, because method '{recipe.Method.Name}' learns from them");
        if (recipe.Data.Validation is { } validation)
            check.Source("data.validation", validation, labels: true);
        else if (recipe.Evaluation.Every is not null)
            check.Add("data.validation", "nothing there", "a source of labelled persons, because evaluation.every is set");
        check.That(recipe.Data.Cache is not "", recipe.Data.Cache, "a folder, or null for none");
        check.AtLeastOne(recipe.Data.CacheGigabytes);
    }

    private static void Model(Checker check, Recipe recipe)
    {
        var model = recipe.Model;
        check.OneOf(model.Backbone, BackboneCatalog.Names);
        if (model.TeacherBackbone is not null)
            check.OneOf(model.TeacherBackbone, BackboneCatalog.Names);
        check.That(model.InputWidth is >= 32 and <= 4096 && model.InputWidth % 32 == 0, model.InputWidth, "a multiple of 32");
        check.That(model.InputHeight is >= 32 and <= 4096 && model.InputHeight % 32 == 0, model.InputHeight, "a multiple of 32");
        check.Positive(model.Sigma);
        check.OneOf(model.Skeleton, [.. KnownSkeletons.All.Select(s => s.Name), "dataset"]);
    }

    private static void Consistency(Checker check, ConsistencyOptions method)
    {
        check.NotNegative(method.SupervisedWeight);
        check.NotNegative(method.ConsistencyWeight);
        check.That(method.BurnInSteps >= 0, method.BurnInSteps, "0 or more");
        check.That(method.CoolDownSteps >= 0, method.CoolDownSteps, "0 or more");
        if (method.AverageDecay is { } decay)
            check.That(decay is >= 0 and < 1, decay, "0 or more and below 1; 0.99 to 0.999 as a rule", "method.AverageDecay");
        check.That(method.ConsistencyRampupSteps >= 0, method.ConsistencyRampupSteps, "0 or more");
        if (method.ConfidenceMask is { } mask)
            check.That(double.IsFinite(mask), mask, "a number", "method.ConfidenceMask");
        check.Share(method.HardScale);
        check.That(method.HardRotation is >= 0 and <= 180, method.HardRotation, "degrees from 0 to 180");
        check.Share(method.HardRotationProbability);
        check.That(method.JointCutoutJoints >= 0, method.JointCutoutJoints, "0 or more");
        check.That(method.CutOccludeJoints >= 0, method.CutOccludeJoints, "0 or more");
        check.That(method.CutoutHoles >= 0, method.CutoutHoles, "0 or more");
        check.That(method.CutMixPatches >= 0, method.CutMixPatches, "0 or more");
        check.That(method.RandAugmentMagnitude is >= 0 and <= 30, method.RandAugmentMagnitude, "from 0 to 30");
        foreach (var (key, views) in method.ViewLists)
            check.Views(key, views, mayBeEmpty: key == "occasionalViews");
    }

    private static void Sspcm(Checker check, SspcmOptions method)
    {
        check.Share(method.ScoreThreshold);
        check.AtLeastOne(method.Periods);
        check.That(method.CorrectionWarmupEpochs >= 0, method.CorrectionWarmupEpochs, "0 or more");
        check.Share(method.DistanceThreshold);
    }

    private static void DualCorrect(Checker check, DualCorrectOptions method)
    {
        check.Share(method.OccasionalProbability);
        if (method.OccasionalProbability * method.OccasionalViews.Length > 1)
            check.Add("method.occasionalProbability", FormattableString.Invariant($"found {method.OccasionalProbability} for each of {method.OccasionalViews.Length} views"), "probabilities that sum up to 1 at most");
        check.AtLeastOne(method.ViewsPerStep);
        check.Share(method.ScoreThreshold);
        if (method.DistanceRadius is { } radius)
            check.Positive(radius, "method.DistanceRadius");
        check.AtLeastOne(method.Periods);
        check.That(method.CorrectionWarmupEpochs >= 0, method.CorrectionWarmupEpochs, "0 or more");
    }

    private static void Augmentation(Checker check, Recipe recipe)
    {
        var augmentation = recipe.Augmentation;
        check.That(augmentation.Scale is >= 0 and < 1, augmentation.Scale, "0 or more and below 1");
        check.That(augmentation.Rotation is >= 0 and <= 180, augmentation.Rotation, "degrees from 0 to 180");
        check.Share(augmentation.RotationProbability);
        check.Share(augmentation.FlipProbability);
    }

    private static void Training(Checker check, Recipe recipe)
    {
        var training = recipe.Training;
        check.AtLeastOne(training.Batch);
        check.AtLeastOne(training.UnlabelledBatch);
        check.AtLeastOne(training.Steps);
        check.AtLeastOne(training.Epochs);
        if (training.Steps is null == training.Epochs is null)
            check.Add("training", training.Steps is null ? "found neither steps nor epochs" : "found both steps and epochs", "exactly one of steps and epochs");
        check.AtLeastOne(training.EpochSteps);
        check.That(training.LearningRate is > 0 and <= 10, training.LearningRate, "above 0, 10 at most");
        Milestones(check, training);
        check.That(training.Gamma is > 0 and <= 1, training.Gamma, "above 0, 1 at most");
        check.That(training.WarmupSteps >= 0, training.WarmupSteps, "0 or more");
        check.AtLeastOne(training.CheckpointEvery);
        check.AtLeastOne(training.LogEvery);
        check.That(ComputeDevice.IsName(training.Device), $"'{training.Device}'", ComputeDevice.Names, "training.Device");
        check.AtLeastOne(training.Threads);
        check.AtLeastOne(training.LoaderThreads);
    }

    private static void Milestones(Checker check, TrainingRecipe training)
    {
        var milestones = training.Milestones;
        var found = $"[{string.Join(", ", milestones)}]";
        // Equal neighbours are allowed: the rate falls twice there.
        for (var i = 1; i < milestones.Length; i++)
        {
            if (milestones[i] < milestones[i - 1])
            {
                check.That(false, found, "ascending numbers", "training.Milestones");
                break;
            }
        }

        var (length, unit) = training.Epochs is { } epochs ? (epochs, "epochs") : (training.Steps ?? int.MaxValue, "steps");
        if (milestones.Any(m => m < 1 || m > length))
            check.That(false, found, length == int.MaxValue ? "numbers of 1 or more" : $"numbers from 1 to {length} ({unit} of the run)", "training.Milestones");
    }

    private static void Guard(Checker check, Recipe recipe)
    {
        var guard = recipe.Guard;
        check.That(guard.Rollbacks >= 0, guard.Rollbacks, "0 or more");
        check.That(guard.FromStep >= 0, guard.FromStep, "0 or more");
        check.AtLeastOne(guard.Looks);
        check.Share(guard.DarkMaximum);
        check.Share(guard.DarkShare);
        check.Share(guard.Fall);
        check.Share(guard.TargetEnergy);
        check.Share(guard.Accepted);
    }

    private static void Evaluation(Checker check, Recipe recipe)
    {
        var evaluation = recipe.Evaluation;
        check.AtLeastOne(evaluation.Every);
        check.AtLeastOne(evaluation.Batch);
    }

    private static bool IsFolderName(string name) =>
        name.Trim().Length > 0 && name is not ("." or "..") && name.IndexOfAny(['/', '\\', ':', '*', '?', '"', '<', '>', '|', '\0']) < 0;

    /// <summary>Collects problems. Key paths are the checked expressions themselves, so that they cannot drift from the fields.</summary>
    private sealed class Checker
    {
        public List<RecipeProblem> Problems { get; } = [];

        public void Add(string path, string found, string expected) => Problems.Add(new RecipeProblem(path, found, expected));

        public void That(bool good, object? value, string expected, [CallerArgumentExpression(nameof(value))] string expression = "")
        {
            if (!good)
                Add(PathOf(expression), FormattableString.Invariant($"found {(value is "" ? "an empty text" : value)}"), expected);
        }

        public void AtLeastOne(int? value, [CallerArgumentExpression(nameof(value))] string expression = "") =>
            That(value is null or >= 1, value, "1 or more", expression);

        public void Positive(double value, [CallerArgumentExpression(nameof(value))] string expression = "") =>
            That(value > 0 && double.IsFinite(value), value, "above 0", expression);

        public void NotNegative(double value, [CallerArgumentExpression(nameof(value))] string expression = "") =>
            That(value >= 0 && double.IsFinite(value), value, "0 or more", expression);

        public void Share(double value, [CallerArgumentExpression(nameof(value))] string expression = "") =>
            That(value is >= 0 and <= 1, value, "from 0 to 1", expression);

        public void OneOf(string value, IReadOnlyCollection<string> names, [CallerArgumentExpression(nameof(value))] string expression = "")
        {
            if (names.Contains(value))
                return;
            var nearest = NearestName.Of(value, names) is { } name ? $" (did you mean '{name}'?)" : "";
            Add(PathOf(expression), $"found '{value}'{nearest}", $"one of {string.Join(", ", names)}");
        }

        public void Views(string key, ImmutableArray<string> views, bool mayBeEmpty)
        {
            if (views.IsEmpty && !mayBeEmpty)
                Add("method." + key, "found no view", "one view at least; 'none' for a turn without damage");
            for (var i = 0; i < views.Length; i++)
            {
                if (ViewRecipe.TryParse(views[i]) is null)
                    Add(string.Create(CultureInfo.InvariantCulture, $"method.{key}[{i}]"), $"found '{views[i]}'", $"{string.Join(", ", ViewRecipe.Names)}, or several joined by '+', no damage twice");
            }
        }

        public void Source(string path, PersonSource source, bool labels)
        {
            if (source.First is < 1)
                Add($"{path}.first", $"found {source.First}", "1 or more");
            if (source.Packed is not null)
                return;
            if (source.Part is not null)
                Add($"{path}.part", $"found '{source.Part}'", "nothing: only a packed file has parts");
            if (source.Images.Length == 0)
                Add($"{path}.images", "nothing there", "the folder of the pictures");
            if (labels && string.IsNullOrEmpty(source.Annotations))
                Add($"{path}.annotations", "nothing there", "a COCO keypoints file");
            if (labels && source.Boxes is not null)
                Add($"{path}.boxes", $"found '{source.Boxes}'", "nothing: boxes have no keypoints and serve unlabelled persons only");
            if (source.RequireKeypoints && source.Annotations is null)
                Add($"{path}.requireKeypoints", "found true", "false: without annotations nobody has keypoints");
            if (!labels && source.Boxes is not null && source.Annotations is not null)
                Add(path, "found both annotations and boxes", "one of them, or neither for a plain folder of pictures");
        }

        // 'model.InputWidth' and 'recipe.Seed' become 'model.inputWidth' and 'seed'.
        private static string PathOf(string expression) => string.Join('.', expression
            .Split('.')
            .SkipWhile(part => part == "recipe")
            .Select(part => char.ToLowerInvariant(part[0]) + part[1..]));
    }
}
