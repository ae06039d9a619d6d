using System.Text.Json.Nodes;
using LeanPose.Cli.Terminal;
using LeanPose.Cli.Tests.Terminal;
using LeanPose.Imaging;
using Xunit;

namespace LeanPose.Cli.Tests.Verbs;

/// <summary><c>data split</c>, <c>subset</c>, <c>merge</c>, <c>stats</c>, <c>show</c> and <c>sigmas</c>, from the real program.</summary>
public sealed class DataVerbsTests : IDisposable
{
    private readonly SmallProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Subsets_and_splits_are_files_that_a_recipe_takes()
    {
        await Runs("2 of 3 persons, the first of the file\nsplit  two.json\ncoco   two-coco.json\n", "data", "subset", "--annotations", "persons.json", "--count", "2", "--out", "two.json", "--coco", "two-coco.json");
        Assert.Equal([11, 12], Ids("two.json", "annotation_ids"));
        Assert.Equal(2, Json("two-coco.json")["images"]!.AsArray().Count);
        await Runs("1 of 2 persons, drawn by seed 3\nsplit  one.json\n", "data", "subset", "--annotations", "persons.json", "--split", "two.json", "--count", "1", "--seed", "3", "--stratify", "size", "--out", "one.json");
        Assert.Subset(new HashSet<int> { 11, 12 }, Ids("one.json", "annotation_ids").ToHashSet());

        await Runs("train  2 pictures, 2 persons\nval    1 pictures, 1 persons\ntrain  splits/train.json\nval    splits/val.json\n", "data", "split", "--annotations", "persons.json", "--parts", "train=2,val=rest", "--out", "splits");
        Assert.Equal([1, 2, 3], Ids("splits/train.json", "image_ids").Concat(Ids("splits/val.json", "image_ids")).Order());
        Assert.Equal(ExitCode.Ok, (await Run("train", "recipe.yaml", "--set", "data.labelled.split=splits/train.json")).ExitCode);
    }

    [Fact]
    public async Task Files_are_merged_counted_and_shown()
    {
        File.Copy(_project["persons.json"], _project["again.json"]);
        await Runs(
            "3 pictures, 3 persons, coco17 (17 keypoints)\n3 pictures are in several files; 3 persons that stood there twice were left out\npictures are named from PROJECT/images\nmerged  all.json\n",
            "data", "merge", "persons.json", "again.json", "--images", "images", "--out", "all.json");

        var stats = await Run("data", "stats", "--annotations", "all.json", "--json", "stats.json");
        Assert.Equal((ExitCode.Ok, ""), (stats.ExitCode, stats.Error));
        Assert.Contains("left_wrist", stats.Output);
        var numbers = Json("stats.json");
        Assert.Equal((3, 3, 3), ((int)numbers["pictures"]!, (int)numbers["trainable"]!, (int)numbers["bySize"]!["medium"]!));
        Assert.Equal(64, (double)numbers["pictureSide"]!["most"]!);

        Assert.Equal(ExitCode.Ok, (await Run("data", "show", "--annotations", "all.json", "--images", "images", "--size", "48x64", "--columns", "2", "--out", "grid.png")).ExitCode);
        var grid = ImageDecoder.ReadSize(_project["grid.png"]);
        Assert.InRange(grid.Width, 2 * 48, 3 * 48);
        Assert.InRange(grid.Height, 2 * 64, 4 * 64);
        var refused = await Run("data", "show", "--annotations", "all.json", "--images", "images", "--out", "grid.png");
        Assert.Equal((ExitCode.Data, "error: The file exists already."), (refused.ExitCode, refused.Error.Split('\n')[0]));
    }

    [Fact]
    public async Task Sigmas_come_from_two_annotators_and_are_used_by_eval()
    {
        File.Copy(_project["persons.json"], _project["anna.json"]);
        _project.Change(coco =>
        {
            foreach (var annotation in coco["annotations"]!.AsArray())
            {
                var keypoints = annotation!["keypoints"]!.AsArray();
                for (var i = 0; i < keypoints.Count; i += 3)
                    keypoints[i] = keypoints[i]!.GetValue<int>() + 2;
            }
        });
        var estimated = await Run("data", "sigmas", "anna.json", "persons.json", "--out", "sigmas.json", "--json", "estimate.json");
        Assert.Equal(ExitCode.Ok, estimated.ExitCode);
        Assert.Contains("warning: nose: estimated from 3 persons; at least 30 make it worth using.", estimated.Error);
        // 2 pixels apart on an area of 40²: √(2² / 2) / 40.
        Assert.Equal(Math.Sqrt(2) / 40, (double)Json("sigmas.json")["sigmas"]![0]!["sigma"]!, 1e-9);
        Assert.Equal((3, 0), ((int)Json("estimate.json")["matched"]!, (int)Json("estimate.json")["unmatched"]!));
        var known = await Run("data", "sigmas", "persons.json");
        Assert.Equal((ExitCode.Ok, ""), (known.ExitCode, known.Error));
    }

    [Theory]
    [InlineData("data subset --annotations persons.json --count 4 --out x.json", ExitCode.Data, "4 persons are wanted, and 3 can be trained on.")]
    [InlineData("data subset --annotations persons.json --count 1 --stratify size --out x.json", ExitCode.Usage, "--stratify needs --seed.")]
    [InlineData("data split --annotations persons.json --parts train=2,train=1 --out x", ExitCode.Usage, "--parts: 'train' stands twice.")]
    [InlineData("data split --annotations persons.json --parts a=rest,b=rest --out x", ExitCode.Usage, "--parts: only one part can be the rest.")]
    [InlineData("data split --annotations persons.json --parts a=120% --out x", ExitCode.Usage, "--parts: found '120%'.")]
    [InlineData("data split --annotations persons.json --parts ../a=1 --out x", ExitCode.Usage, "--parts: found '../a=1'.")]
    [InlineData("data split --annotations persons.json --parts a=4 --out x", ExitCode.Data, "The parts need 4 pictures, and there are 3.")]
    [InlineData("data split --annotations persons.json --parts a=1%,b=rest --out x", ExitCode.Data, "The part 'a' would be empty.")]
    [InlineData("data merge persons.json persons.json --images images --images images --images images --out x.json", ExitCode.Usage, "2 files and 3 folders of pictures.")]
    [InlineData("data show --annotations persons.json --images images --out x.tiff", ExitCode.Usage, "--out is no picture.")]
    [InlineData("data sigmas persons.json persons.json --out images", ExitCode.Usage, "--out names a folder.")]
    [InlineData("data stats --annotations nothing.json", ExitCode.Data, "The file does not exist.")]
    public async Task What_does_not_go_is_said(string arguments, int code, string error)
    {
        var refused = await Run(arguments.Split(' '));
        Assert.Equal((code, $"error: {error}"), (refused.ExitCode, refused.Error.Split('\n')[0]));
    }

    private Task<Finished> Run(params string[] arguments) => CommandLine.Run(_project.Path, arguments);

    private async Task Runs(string output, params string[] arguments)
    {
        var finished = await Run(arguments);
        Assert.Equal(new Finished(ExitCode.Ok, output, ""), finished with { Output = finished.Output.Replace(_project.Path, "PROJECT") });
    }

    private JsonNode Json(string file) => JsonNode.Parse(File.ReadAllText(_project[file]))!;

    private int[] Ids(string file, string name) => [.. Json(file)[name]!.AsArray().Select(i => (int)i!)];
}
