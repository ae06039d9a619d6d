using System.Text.Json.Nodes;
using LeanPose.Cli.Terminal;
using LeanPose.Cli.Tests.Terminal;
using LeanPose.Datasets;
using LeanPose.Skeletons;
using Xunit;

namespace LeanPose.Cli.Tests.Verbs;

public sealed class DataConvertVerbTests : IDisposable
{
    private readonly SmallProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task There_and_back_through_Ultralytics()
    {
        var there = await Convert("persons.json", "--images", "images", "--to", "ultralytics", "--out", "yolo");
        Assert.Equal(ExitCode.Ok, there.ExitCode);
        Assert.Contains("from        coco, coco17", there.Output, StringComparison.Ordinal);
        Assert.Contains("left out    ids of pictures and persons", there.Output, StringComparison.Ordinal);
        var again = await Convert("persons.json", "--to", "ultralytics", "--out", "yolo");
        Assert.Equal(ExitCode.Data, again.ExitCode);
        Assert.Contains("--force", again.Error, StringComparison.Ordinal);

        var back = await Convert("yolo", "--images", "images", "--out", "back.json", "--json", "report.json");
        Assert.Equal((ExitCode.Ok, ""), (back.ExitCode, back.Error));
        var (first, second) = (CocoReader.Read(_project["persons.json"], _project["images"]), CocoReader.Read(_project["back.json"], _project["images"]));
        Assert.Equal(first.Persons.Select(p => p.Image.FileName), second.Persons.Select(p => p.Image.FileName));
        Assert.All(first.Persons.Zip(second.Persons), p => Assert.Equal(p.First.Keypoints[5].X, p.Second.Keypoints[5].X, 1e-3));
        var report = JsonNode.Parse(File.ReadAllText(_project["report.json"]))!;
        Assert.Equal(("ultralytics", "coco", 3, "coco17"), ((string)report["from"]!, (string)report["to"]!, (int)report["persons"]!, (string)report["skeleton"]!));
    }

    [Fact]
    public async Task Other_names_are_proposed_confirmed_and_kept()
    {
        string[] names = [.. KnownSkeletons.Coco17.Keypoints.Select(k => k == "nose" ? "snout" : k)];
        _project.Change(coco => coco["categories"]![0]!["keypoints"] = new JsonArray([.. names.Select(n => (JsonNode)n)]));
        var proposed = await Convert("persons.json", "--out", "a.json");
        Assert.Equal(ExitCode.Failed, proposed.ExitCode);
        Assert.Contains("same joint, other word", proposed.Output, StringComparison.Ordinal);
        Assert.Contains("--mapping a.json.mapping.yaml", proposed.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_project["a.json"]));
        Assert.Contains("\n  nose: snout  # same joint, other word\n", File.ReadAllText(_project["a.json.mapping.yaml"]), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Data, (await Convert("persons.json", "--out", "a.json")).ExitCode);

        File.Move(_project["a.json.mapping.yaml"], _project["mine.yaml"]);
        var done = await Convert("persons.json", "--mapping", "mine.yaml", "--out", "a.json");
        Assert.Equal((ExitCode.Ok, ""), (done.ExitCode, done.Error));
        Assert.Same(KnownSkeletons.Coco17, CocoReader.Read(_project["a.json"], _project["images"]).Skeleton);
        Assert.Contains("# confirmed", File.ReadAllText(_project["a.json.mapping.yaml"]), StringComparison.Ordinal);

        Assert.Equal(ExitCode.Ok, (await Convert("persons.json", "--skeleton", "own", "--out", "own.json")).ExitCode);
        Assert.Equal(names, CocoReader.Read(_project["own.json"], _project["images"]).Skeleton.Keypoints);
    }

    [Fact]
    public async Task Wrong_use_and_wrong_data_say_what_to_do()
    {
        var format = await Convert("persons.json", "--from", "cocoo", "--out", "a.json");
        Assert.Equal(ExitCode.Usage, format.ExitCode);
        Assert.Contains("did you mean 'coco'?", format.Error, StringComparison.Ordinal);
        var unknown = await Convert("recipe.yaml", "--out", "a.json");
        Assert.Equal(ExitCode.Data, unknown.ExitCode);
        Assert.Contains("The format was not recognised.", unknown.Error, StringComparison.Ordinal);
        _project.Change(coco => coco["annotations"]![1]!["keypoints"]!.AsArray().RemoveAt(0));
        var bad = await Convert("persons.json", "--out", "a.json", "--from", "coco");
        Assert.Equal(ExitCode.Data, bad.ExitCode);
        Assert.Contains("annotations[1].keypoints (annotation id 12)", bad.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_project["a.json"]));
    }

    private Task<Finished> Convert(params string[] arguments) => CommandLine.Run(_project.Path, ["data", "convert", .. arguments]);
}
