using System.Reflection;
using LeanPose.Cli.Recipes;
using LeanPose.Learning.Recipes;
using LeanPose.Synthetic;

namespace LeanPose.Cli.Demo;

/// <summary>What the demo draws and trains: three sets of pictures, two recipes.</summary>
internal sealed record DemoPlan
{
    /// <summary>What the pictures look like.</summary>
    public string Domain { get; init; } = "studio";

    /// <summary>Picture width, pixels.</summary>
    public int Width { get; init; } = 160;

    /// <summary>Picture height, pixels.</summary>
    public int Height { get; init; } = 192;

    /// <summary>Persons with labels, one a picture.</summary>
    public int Labelled { get; init; } = 30;

    /// <summary>Persons without.</summary>
    public int Unlabelled { get; init; } = 1000;

    /// <summary>Persons to measure on.</summary>
    public int Validation { get; init; } = 200;

    /// <summary>Rows of the picture grid.</summary>
    public int Pictures { get; init; } = 6;

    /// <summary>The seed of pictures and training.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Labelled steps of both methods; null as the recipes say.</summary>
    public int? Steps { get; init; }

    /// <summary>The methods, by the names of the embedded recipes <c>demo-*.yaml</c>; the first is the one to compare with.</summary>
    public static IReadOnlyList<string> Methods { get; } = ["supervised", "sspcm"];

    /// <summary>The sets to draw, by folder name. Each has a seed of its own, so that no picture occurs twice.</summary>
    public IEnumerable<(string Folder, SyntheticOptions Options)> Sets()
    {
        var options = new SyntheticOptions { Domain = Domain, Width = Width, Height = Height, PersonsMin = 1, PersonsMax = 1 };
        yield return ("labelled", options with { Count = Labelled, Seed = 3 * Seed });
        yield return ("unlabelled", options with { Count = Unlabelled, Seed = (3 * Seed) + 1 });
        yield return ("validation", options with { Count = Validation, Seed = (3 * Seed) + 2 });
    }

    /// <summary>A method's recipe, for the data in <paramref name="dataFolder"/>.</summary>
    public Recipe Recipe(string method, string dataFolder)
    {
        var name = $"demo-{method}.yaml";
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The program was built without {name}.");
        using var reader = new StreamReader(stream);
        var recipe = RecipeReader.Parse(name, reader.ReadToEnd(), []);
        recipe = recipe with { Seed = Seed, Data = recipe.Data with { Root = Path.GetFullPath(dataFolder) } };
        return Steps is { } steps ? WithSteps(recipe, steps) : recipe;
    }

    // A shorter run keeps its shape: what is counted in steps shrinks alike.
    private static Recipe WithSteps(Recipe recipe, int steps)
    {
        var factor = steps / (double)recipe.Training.Steps!.Value;
        int Scaled(int n) => Math.Clamp((int)Math.Round(n * factor), 1, steps);
        int? ScaledOrNull(int? n) => n is { } value ? Scaled(value) : null;
        return recipe with
        {
            Training = recipe.Training with
            {
                Steps = steps,
                EpochSteps = ScaledOrNull(recipe.Training.EpochSteps),
                Milestones = [.. recipe.Training.Milestones.Select(Scaled)],
                WarmupSteps = recipe.Training.WarmupSteps == 0 ? 0 : Scaled(recipe.Training.WarmupSteps),
                CheckpointEvery = recipe.Training.CheckpointEvery,
                LogEvery = Math.Min(recipe.Training.LogEvery, steps),
            },
            Evaluation = recipe.Evaluation with { Every = ScaledOrNull(recipe.Evaluation.Every) },
        };
    }
}
