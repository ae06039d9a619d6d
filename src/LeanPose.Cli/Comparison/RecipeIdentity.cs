using System.Text.RegularExpressions;
using LeanPose.Cli.Recipes;
using LeanPose.Learning.Methods;
using LeanPose.Learning.Recipes;

namespace LeanPose.Cli.Comparison;

/// <summary>When two recipes are the same experiment: what says how fast, how often or on what machine does not count.</summary>
internal static partial class RecipeIdentity
{
    /// <summary>The lines (keys with values) in which two recipes are different experiments; none where a run of one is a run of the other.</summary>
    public static IReadOnlyList<string> Differences(Recipe one, Recipe other)
    {
        var (mine, theirs) = (Lines(Essence(one)), Lines(Essence(other)));
        return [.. mine.Except(theirs)];
    }

    /// <summary>As text, the same for recipes that are the same experiment.</summary>
    public static string Of(Recipe recipe) => RecipeWriter.Write(Essence(recipe));

    /// <summary>As text, the same for runs that only their seed, and the files of that seed (<c>…-seed1</c>: its subset, weights to start from), tells apart.</summary>
    public static string WithoutSeed(Recipe recipe)
    {
        var essence = Essence(recipe) with { Seed = 0, Name = BaseName(recipe.Name) };
        var (data, model) = (essence.Data, essence.Model);
        return RecipeWriter.Write(essence with
        {
            Data = data with
            {
                Labelled = data.Labelled with { Split = BaseName(data.Labelled.Split ?? "") },
                Unlabelled = data.Unlabelled is { } u ? u with { Exclude = BaseName(u.Exclude ?? "") } : null,
            },
            Model = model with
            {
                Weights = BaseName(model.Weights ?? ""),
                AuxiliaryWeights = BaseName(model.AuxiliaryWeights ?? ""),
                TeacherWeights = BaseName(model.TeacherWeights ?? ""),
            },
        });
    }

    /// <summary>A name, or the path of a file or of one in a run's folder, without the seed at the end of the name.</summary>
    public static string BaseName(string name) => SeedOf().Replace(name, "");

    private static Recipe Essence(Recipe recipe)
    {
        var standard = new Recipe();
        return recipe with
        {
            Description = "",
            Data = recipe.Data with { Cache = null, CacheGigabytes = standard.Data.CacheGigabytes },
            Training = recipe.Training with
            {
                CheckpointEvery = standard.Training.CheckpointEvery,
                LogEvery = standard.Training.LogEvery,
                Device = standard.Training.Device,
                Deterministic = standard.Training.Deterministic,
                Threads = null,
                LoaderThreads = standard.Training.LoaderThreads,
            },
            Guard = recipe.Method is ConsistencyOptions ? recipe.Guard : standard.Guard, // others are not watched
            Evaluation = recipe.Evaluation with { Every = null, Batch = standard.Evaluation.Batch },
        };
    }

    // With their parents, for a key such as 'split' stands under several.
    private static HashSet<string> Lines(Recipe recipe)
    {
        var parents = new Stack<string>();
        var lines = new HashSet<string>();
        foreach (var line in RecipeWriter.Write(recipe).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var depth = line.TakeWhile(c => c == ' ').Count() / 2;
            while (parents.Count > depth)
                parents.Pop();
            var (key, value) = (line.Trim().Split(':')[0], line[(line.IndexOf(':') + 1)..].Trim());
            if (value.Length == 0)
                parents.Push(key);
            else
                lines.Add($"{string.Join('.', parents.Reverse().Append(key))}={value}");
        }

        return lines;
    }

    [GeneratedRegex(@"-seed\d+(?=$|[/\\]|\.\w+$)")]
    private static partial Regex SeedOf();
}
