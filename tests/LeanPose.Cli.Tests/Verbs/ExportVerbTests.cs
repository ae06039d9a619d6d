using System.Text.Json.Nodes;
using LeanPose.Cli.Terminal;
using LeanPose.Cli.Tests.Terminal;
using Xunit;

namespace LeanPose.Cli.Tests.Verbs;

/// <summary><c>export</c>, from the real program.</summary>
public sealed class ExportVerbTests : IDisposable
{
    private readonly SmallProject _project = new();

    public void Dispose() => _project.Dispose();

    private Task<Finished> Run(string line) => CommandLine.Run(_project.Path, line.Split(' '));

    private JsonNode Json(string name) => JsonNode.Parse(File.ReadAllText(_project[name]))!;

    [Fact]
    public async Task A_run_is_compared_calibrated_and_measured_with_its_own_data()
    {
        Assert.Equal(ExitCode.Ok, (await CommandLine.Run(_project.Path, "train", "recipe.yaml", "--set", "data.validation={images: images, annotations: persons.json}")).ExitCode);
        var plain = await Run("export runs/small --onnx plain.onnx --decoder softArgMax --flip-test --json plain.json");
        Assert.Equal((ExitCode.Ok, ""), (plain.ExitCode, plain.Error));
        Assert.Contains("on 3 crops of ", plain.Output);
        Assert.Equal(("keypoints", "float32", "softArgMax", true, null), ((string)Json("plain.json")["output"]!, (string)Json("plain.json")["precision"]!, (string)Json("plain.json")["decoder"]!, (bool)Json("plain.json")["flipTest"]!, Json("plain.json")["accuracy"]));

        var small = await Run("export runs/small --onnx small.onnx --int8 --json small.json");
        Assert.Equal((ExitCode.Ok, ""), (small.ExitCode, small.Error));
        Assert.Contains("calibrated on 3 of 3 persons", small.Output);
        var accuracy = Json("small.json")["accuracy"]!;
        Assert.InRange((double)accuracy["agreement"]!, 0.1, 1);
        Assert.NotNull(accuracy["network"]!["AP"]);
        Assert.NotNull(accuracy["exported"]!["PCK@0.1-box"]);
        Assert.InRange((double)Json("small.json")["bytes"]! / (double)Json("plain.json")["bytes"]!, 0.2, 0.5);

        var pair = await Run("export runs/small --onnx pair.onnx --with runs/small/model.safetensors --json pair.json");
        Assert.Equal((ExitCode.Ok, ""), (pair.ExitCode, pair.Error));
        Assert.Contains(", mean of 2 networks", pair.Output);
        Assert.Equal((1, 2), ((int)Json("plain.json")["networks"]!, (int)Json("pair.json")["networks"]!));
        Assert.InRange((double)Json("pair.json")["bytes"]! / (double)Json("plain.json")["bytes"]!, 1.9, 2.1);
        var mean = await Run("export runs/small --onnx mean.onnx --mean");
        Assert.Equal(ExitCode.Data, mean.ExitCode);
        Assert.StartsWith("error: There is one trained network, of which there is no mean.", mean.Error);
        Assert.False(File.Exists(_project["mean.onnx"]));

        // Without its data a run is exported all the same.
        File.Delete(_project["persons.json"]);
        var bare = await Run("export runs/small --onnx bare.onnx --bf16");
        Assert.Equal(ExitCode.Ok, bare.ExitCode);
        Assert.StartsWith("warning: the run's validation persons are left out: ", bare.Error);
        Assert.Contains("crops of random pixels", bare.Output);
    }

    [Fact]
    public async Task A_model_file_needs_to_be_told_what_to_look_at()
    {
        Assert.Equal(ExitCode.Ok, (await Run("train recipe.yaml --set model.crop=udp")).ExitCode);
        const string Model = "export runs/small/model.safetensors --onnx m.onnx";
        foreach (var (line, code, error) in new[]
        {
            ($"{Model} --int8", ExitCode.Usage, "error: 8 bits need pictures to measure ranges on."),
            ($"{Model} --int8 --calibrate persons.json", ExitCode.Usage, "error: --calibrate names an annotation file, but not where its pictures are."),
            ($"{Model} --fp16 --eval persons.json", ExitCode.Usage, "error: --eval names an annotation file, but not where its pictures are."),
            ($"{Model} --int8 --calibrate none", ExitCode.Data, "error: The picture does not exist."),
        })
        {
            var end = await Run(line);
            Assert.Equal((code, true), (end.ExitCode, end.Error.StartsWith(error, StringComparison.Ordinal)));
        }

        var both = await Run($"{Model} --fp16 --int8");
        Assert.Equal(ExitCode.Usage, both.ExitCode);
        Assert.Contains("--fp16, --bf16 and --int8 exclude one another.", both.Error);
        Assert.False(File.Exists(_project["m.onnx"]));

        var folder = await Run($"{Model} --int8 --calibrate images --json m.json");
        Assert.Equal((ExitCode.Ok, ""), (folder.ExitCode, folder.Error));
        Assert.Null(Json("m.json")["accuracy"]!["network"]);
        Assert.Equal(3, (int)Json("m.json")["accuracy"]!["count"]!);
        var measured = await Run($"{Model} --fp16 --eval persons.json --images images --json m.json");
        Assert.Equal((ExitCode.Ok, ""), (measured.ExitCode, measured.Error));
        Assert.InRange((double)Json("m.json")["accuracy"]!["agreement"]!, 0.8, 1);
        Assert.NotNull(Json("m.json")["accuracy"]!["exported"]!["AP"]);
    }
}
