using System.Text.Json.Nodes;
using LeanPose.Cli.Recipes;
using LeanPose.Cli.Terminal;
using LeanPose.Cli.Tests.Terminal;
using LeanPose.Heatmaps;
using LeanPose.Learning.Backbones;
using LeanPose.Learning.Methods;
using LeanPose.Learning.Recipes;
using LeanPose.Learning.Training;
using LeanPose.Skeletons;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Cli.Tests.Recipes;

/// <summary>recipes/paper: that they say what they need and what was published, and start on a folder in COCO's layout.</summary>
public sealed class PaperRecipesTests : IDisposable
{
    private static readonly string s_folder = Path.Combine(TestMaterial.RepositoryRoot, "recipes", "paper");
    private static readonly string[] s_small =
    [
        "model.backbone=resnet10-quarter", "model.teacherBackbone=null", "model.inputWidth=32", "model.inputHeight=32", "training.batch=2", "training.loaderThreads=1",
        "training.epochs=null", "training.milestones=[]", "training.steps=2", "evaluation.every=null", "training.threads=1",
    ];

    private readonly CocoFolder _coco = new();

    public static TheoryData<string> Files => [.. Directory.GetFiles(s_folder, "*.yaml").Select(f => Path.GetFileName(f)!)];

    public static TheoryData<string> CocoFiles => [.. Directory.GetFiles(s_folder, "coco-*.yaml").Select(f => Path.GetFileName(f)!)];

    public void Dispose() => _coco.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_recipe_says_what_it_needs_what_was_published_and_what_we_measured(string file)
    {
        var recipe = Read(file);
        Assert.Equal((Path.GetFileNameWithoutExtension(file), "union24"), (recipe.Name, recipe.Model.Skeleton));
        var head = string.Join('\n', File.ReadLines(Path.Combine(s_folder, file)).TakeWhile(l => l.StartsWith('#')));
        Assert.All(["Needs", "# Published: ", "Ours: ", "--set data.root=FOLDER"], word => Assert.Contains(word, head));
        Assert.NotNull(recipe.Training.Epochs);
        Assert.Equal(2, recipe.Training.Milestones.Length);
        Assert.Equal(Decoder.QuarterOffset, recipe.Evaluation.Decoder);
        Assert.Equal(recipe.Method is not SupervisedOptions, recipe.Data.Unlabelled is not null);

        // The table of the documentation names it, with the same number.
        var row = Assert.Single(File.ReadLines(Path.Combine(TestMaterial.RepositoryRoot, "docs", "paper-recipes.md")), l => l.StartsWith($"| `{recipe.Name}`", StringComparison.Ordinal));
        var published = head.Split("# Published: ")[1].Split(' ')[0];
        if (char.IsAsciiDigit(published[0]))
            Assert.Contains($" {published} ", row);
    }

    [Theory]
    [InlineData("mpii-aic-sspcm-hrnet-w32", "mpii")]
    [InlineData("wepdtof-sspcm-r18", "wepdtof")]
    public void Data_in_other_formats_is_converted_and_measured_by_commands_that_exist(string recipe, string metric)
    {
        var head = Commands(Path.Combine(s_folder, recipe + ".yaml"), "#   leanpose ");
        var page = Commands(Path.Combine(TestMaterial.RepositoryRoot, "docs", "paper-recipes.md"), "./leanpose ");
        Assert.All([.. head, .. page], command => Assert.Empty(CommandTree.Create().Parse(command).Errors));

        // What the commands write and measure is what the recipe reads.
        var data = Read(recipe + ".yaml").Data;
        Assert.Contains(head, c => c.StartsWith("data convert ", StringComparison.Ordinal) && c.EndsWith($"/{data.Labelled.Annotations}", StringComparison.Ordinal));
        Assert.Contains($"eval RUN --annotations FOLDER/{data.Validation!.Annotations} --images FOLDER/{data.Validation.Images} --metric {metric}", head);
        Assert.Contains($"eval runs/{recipe} --annotations {data.Root}/{data.Validation.Annotations} --images {data.Root}/{data.Validation.Images} --metric {metric}", page);

        static string[] Commands(string file, string start) =>
            [.. File.ReadLines(file).Where(l => l.StartsWith(start, StringComparison.Ordinal) && !l.EndsWith('\\')).Select(l => l[start.Length..])];
    }

    [Theory]
    [MemberData(nameof(CocoFiles))]
    public void A_recipe_reads_COCO_as_the_published_code_does(string file)
    {
        var recipe = Read(file, $"data.root={_coco.Path}");
        var data = RecipeData.Open(recipe);
        var all = _coco.PublishedOrder("train2017");
        Assert.True(all.Length is > 5 and < 15 && !all.SequenceEqual(all.Order()));
        Assert.Equal(all, data.Labelled.Persons.Select(p => p.Id));
        Assert.Equal(_coco.PublishedOrder("val2017"), data.Validation!.Persons.Select(p => p.Id));

        // The labelled ones are unlabelled too, and nobody sees their labels.
        if (recipe.Data.Unlabelled is { Annotations: not null })
            Assert.Equal(all, data.Unlabelled!.Persons.Select(p => p.Id));
        Assert.All(data.Unlabelled?.Persons ?? [], p => Assert.Empty(p.Keypoints));

        if (recipe.Data.Labelled.First is { } first)
        {
            Assert.Contains(first, new[] { 1000, 5000, 10000 });
            var few = recipe with { Data = recipe.Data with { Labelled = recipe.Data.Labelled with { First = 3 } } };
            Assert.Equal(all[..3], RecipeData.Open(few).Labelled.Persons.Select(p => p.Id));
        }

        var plan = RunPlan.Of(recipe with { Training = recipe.Training with { Batch = 4 } }, data);
        var larger = Math.Max(data.Labelled.Persons.Length, data.Unlabelled?.Persons.Length ?? 0);
        Assert.Equal((larger + 3) / 4, plan.EpochSteps);
        Assert.Equal(recipe.Training.Epochs * plan.EpochSteps, plan.TotalSteps);
    }

    [Theory]
    [InlineData("coco-1k-sspcm-r18.yaml")]
    [InlineData("coco-1k-sspcm-r50-to-r18.yaml")]
    [InlineData("coco-wild-sspcm-r50.yaml")]
    public async Task A_run_starts_on_COCO_and_trains_the_keypoints_that_COCO_has(string file)
    {
        var end = await CommandLine.Run(_coco.Path, ["train", Path.Combine(s_folder, file), "--out", "run", .. s_small.Prepend($"data.root={_coco.Path}").SelectMany(s => new[] { "--set", s })]);
        Assert.True(end.ExitCode == ExitCode.Ok, end.Error);
        var model = Learning.ModelSpec.FromJson(Learning.Weights.SafeTensors.Open(_coco["run", "model.safetensors"]).Metadata[Learning.ModelSpec.MetadataKey], "run");
        Assert.Equal(KnownSkeletons.Union24.Keypoints, model.Keypoints);
        Assert.Equal(KnownSkeletons.Coco17.Keypoints.Order(), model.TrainedKeypoints.Order());
        Assert.Equal(17, JsonNode.Parse(File.ReadAllText(_coco["run", "metrics.json"]))!["perJoint"]!.AsObject().Count);
    }

    [Fact]
    public async Task Without_the_data_all_that_is_missing_is_said_before_anything_is_built()
    {
        var end = await CommandLine.Run(_coco.Path, "train", Path.Combine(s_folder, "coco-1k-sspcm-r18.yaml"), "--set", "data.root=nowhere", "--out", "run");
        Assert.Equal(ExitCode.Data, end.ExitCode);
        Assert.StartsWith($"error: 4 of the 4 files and folders that the recipe needs are missing.\n  where:    data.root: {_coco["nowhere"]} (there is no such folder)\n", end.Error);
        Assert.All(["train2017/", "val2017/", "annotations/person_keypoints_train2017.json", "annotations/person_keypoints_val2017.json"], path => Assert.Contains(path, end.Error));
        Assert.False(File.Exists(_coco["run", "recipe.yaml"]));
    }

    // A backbone that this build does not know yet is no mistake of the recipe.
    private static Recipe Read(string file, params string[] overrides)
    {
        var path = Path.Combine(s_folder, file);
        var unknown = File.ReadLines(path).Select(l => l.Trim()).Any(l => l.StartsWith("backbone: hrnet-w", StringComparison.Ordinal) && !BackboneCatalog.Names.Contains(l["backbone: ".Length..]));
        return RecipeReader.Read(path, unknown ? [.. overrides, "model.backbone=resnet18"] : overrides);
    }
}
