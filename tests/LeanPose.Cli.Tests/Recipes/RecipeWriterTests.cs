using System.Collections.Immutable;
using CsCheck;
using LeanPose.Cli.Recipes;
using LeanPose.Geometry;
using LeanPose.Heatmaps;
using LeanPose.Learning.Methods;
using LeanPose.Learning.Recipes;
using Xunit;

namespace LeanPose.Cli.Tests.Recipes;

public sealed class RecipeWriterTests
{
    // Whatever stands in a text: quotes, colons, hashes, line ends, words that YAML takes for something else.
    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.String[Gen.OneOf(Gen.Char['\0', '\uD7FF'], Gen.Char['\uE000', '\uFFFD']), 0, 20],
        Gen.OneOf<string>("null", "~", "", "true", "1", "- a", "a: b", "#x", "a #b", " a ", "'", "\"", "\\", "line\r\nline", "😀 ü", "&a", "*a", "!a", "|", "%", "@", "[a]", "{a}", ",", "---", "...", "a\tb", "1e3"));

    private static readonly Gen<int?> Count = Gen.Int[1, 1000].Nullable();

    private static readonly Gen<PersonSource> Source = Gen.Select(
        Text, Text.Null(), Text.Null(), Count,
        (images, split, exclude, first) => new PersonSource { Images = images + "x", Annotations = "a.json", Split = split, Exclude = exclude, First = first });

    private static readonly Gen<MethodOptions> Method = Gen.OneOf(
        Gen.Const<MethodOptions>(new SupervisedOptions()),
        Gen.Select(Gen.Double[0, 1], Gen.Bool, Gen.Int[0, 5], MethodOptions (threshold, gate, joints) =>
            new SspcmOptions { ScoreThreshold = threshold, DistanceGate = gate, CutOccludeJoints = joints, StudentViews = ["jo+co", .. Enumerable.Repeat("jc", joints)] }),
        Gen.OneOf<MethodOptions>([.. MethodCatalog.Defaults]));

    private static readonly Gen<TrainingRecipe> Training = Gen.Select(
        Gen.Int[1, 64], Gen.Int[1, 100_000], Gen.Double[1e-9, 10], Gen.Int[1, 10].Array[0, 4], Gen.Enum<Precision>(), Count,
        (batch, steps, rate, milestones, precision, threads) => new TrainingRecipe
        {
            Batch = batch,
            Steps = steps + 10,
            LearningRate = rate,
            Milestones = [.. milestones.Order()],
            Precision = precision,
            Threads = threads,
        });

    private static readonly Gen<Recipe> Recipes = Gen.Select(
        Text, Gen.Int[0, int.MaxValue], Source, Method, Training, Gen.Enum<Decoder>(), Text.Null(),
        (description, seed, source, method, training, decoder, weights) => new Recipe
        {
            Description = description,
            Seed = seed,
            Data = new DataRecipe { Labelled = source, Unlabelled = source with { First = null } },
            Method = method,
            Model = new ModelRecipe { Weights = weights, Crop = seed % 2 == 0 ? CropRule.Standard : CropRule.Udp },
            Training = training,
            Evaluation = new EvaluationRecipe { Decoder = decoder },
        });

    [Fact]
    public void Reading_what_was_written_gives_an_equal_recipe() => Recipes.Sample(recipe =>
    {
        var text = RecipeWriter.Write(recipe);
        var read = RecipeReader.Parse("r.yaml", text, []);
        // Immutable arrays compare by reference; their content is compared apart.
        Assert.Equal(recipe.Training.Milestones.AsEnumerable(), read.Training.Milestones);
        Assert.Equal(Comparable(recipe), Comparable(read));
        Assert.Equal(text, RecipeWriter.Write(read));
    });

    [Fact]
    public void Every_field_is_written()
    {
        var source = new PersonSource { Images = "i", Annotations = "a" };
        foreach (var method in MethodCatalog.Defaults)
        {
            var recipe = new Recipe { Method = method, Data = new DataRecipe { Labelled = source, Unlabelled = source, Validation = source } };
            var keys = RecipeWriter.Write(recipe).Split('\n').Select(l => l.Split(':')[0].Trim()).ToHashSet();
            Assert.All(RecipeKeys.Of(method.GetType()), k => Assert.Contains(k.Key, keys));
            Assert.All(RecipeKeys.All().Where(p => !p.StartsWith("method.", StringComparison.Ordinal)), p => Assert.Contains(p.Split('.')[^1], keys));
        }
    }

    // The lists within methods are compared by the text.
    private static Recipe Comparable(Recipe recipe) => recipe with
    {
        Training = recipe.Training with { Milestones = ImmutableArray<int>.Empty },
        Method = recipe.Method switch
        {
            SspcmOptions o => o with { TeacherViews = [], StudentViews = [] },
            DualCorrectOptions o => o with { AlternatingViews = [], OccasionalViews = [] },
            ViewedOptions o => o with { Views = [] },
            var o => o,
        },
    };
}
