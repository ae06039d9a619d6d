using System.Text.Json.Nodes;
using LeanPose.Cli.Terminal;
using LeanPose.Cli.Tests.Terminal;
using LeanPose.Learning.Native;
using LeanPose.Learning.Recipes;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Cli.Tests.Verbs;

/// <summary>A smoke run of the real program; what the numbers are is the machine's affair.</summary>
public sealed class BenchVerbTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_quick_run_writes_the_machine_and_every_row()
    {
        var end = await CommandLine.Run(
            _folder.Path, "bench", "--quick", "--methods", "supervised", "--backbones", "resnet10-quarter", "--sizes", "32x32,64x32", "--batches", "2", "--precision", "float32", "--threads", "1", "--json", "bench.json");
        Assert.True(end.ExitCode == ExitCode.Ok, end.Error);
        var json = JsonNode.Parse(File.ReadAllText(_folder["bench.json"]))!;
        Assert.True((bool)json["complete"]!);
        Assert.Equal(Environment.ProcessorCount, (int)json["machine"]!["cores"]!);
        Assert.Equal(1, (int)json["machine"]!["threads"]!);

        var convolutions = json["convolution"]!.AsArray();
        var peak = (double)Assert.Single(convolutions, c => (bool)c!["isPeak"]!)!["gflopPerSecond"]!;
        Assert.All(convolutions, c => Assert.InRange((double)c!["gflopPerSecond"]!, 1e-3, peak));

        var rows = json["training"]!.AsArray();
        Assert.Equal([(32, 32), (64, 32)], rows.Select(r => ((int)r!["width"]!, (int)r["height"]!)));
        Assert.All(rows, r =>
        {
            Assert.Null(r!["problem"]);
            Assert.Equal(("supervised", "resnet10-quarter", "float32", 2, 1.0, 0.0), ((string)r["method"]!, (string)r["backbone"]!, (string)r["precision"]!, (int)r["batch"]!, (double)r["passesWithGradient"]!, (double)r["passesWithoutGradient"]!));
            var perSecond = 1000 * 2 / (double)r["step"]!["medianMs"]!;
            Assert.Equal(perSecond, (double)r["imagesPerSecond"]!, 1e-6 * perSecond);
            Assert.Equal((double)r["gflopPerSecond"]! / peak, (double)r["shareOfPeak"]!, 1e-9);
            Assert.True((long)r["residentBytesAfterLast"]! > 0);
        });
        Assert.Equal(1, (double)rows[0]!["relativeTimePerImage"]!);
        Assert.Equal(2, (double)rows[1]!["gflopPerImage"]! / (double)rows[0]!["gflopPerImage"]!, 1e-9);

        var most = new TrainingRecipe().LoaderThreads;
        Assert.Equal([(1, true), (most, true), (1, false), (most, false)], json["loader"]!.AsArray().Select(l => ((int)l!["threads"]!, (bool)l["warm"]!)));
        Assert.Equal(
            from width in new[] { 32, 64 }
            from row in new[] { "torch float32", "onnx float32", "onnx fp16", "onnx int8" }
            from batch in new[] { 1, 8 }
            select $"{row} {width} {batch}",
            json["inference"]!.AsArray().Select(i => $"{i!["engine"]} {i["precision"]} {i["width"]} {i["batch"]}"));
        Assert.Contains("resnet10-quarter 64×32", end.Output);
    }

    [Fact]
    public async Task Only_what_is_asked_for_is_measured()
    {
        var end = await CommandLine.Run(_folder.Path, "bench", "--quick", "--only", "convolution", "--precision", "float32", "--threads", "1", "--json", "bench.json");
        Assert.True(end.ExitCode == ExitCode.Ok, end.Error);
        var json = JsonNode.Parse(File.ReadAllText(_folder["bench.json"]))!;
        Assert.NotEmpty(json["convolution"]!.AsArray());
        Assert.All(new[] { "training", "loader", "inference" }, part => Assert.Empty(json[part]!.AsArray()));
    }

    [Fact]
    public async Task Prediction_has_a_row_for_every_engine_and_arithmetic()
    {
        Assert.SkipUnless(NativeSwitches.CanAutocast, "There is no bf16 on this system.");
        var end = await CommandLine.Run(
            _folder.Path, "bench", "--quick", "--only", "inference", "--backbones", "resnet10-quarter", "--sizes", "64x96", "--threads", "1", "--json", "bench.json");
        Assert.True(end.ExitCode == ExitCode.Ok, end.Error);
        var rows = JsonNode.Parse(File.ReadAllText(_folder["bench.json"]))!["inference"]!.AsArray();
        Assert.Equal(
            ["torch float32 1", "torch float32 8", "torch bf16 1", "torch bf16 8", "onnx float32 1", "onnx float32 8", "onnx fp16 1", "onnx fp16 8", "onnx int8 1", "onnx int8 8"],
            rows.Select(i => $"{i!["engine"]} {i["precision"]} {i["batch"]}"));
        Assert.All(rows, r => Assert.Equal(1000 * (double)r!["batch"]! / (double)r["time"]!["medianMs"]!, (double)r["personsPerSecond"]!, 1e-6 * (double)r["personsPerSecond"]!));
        Assert.Contains("bf16", end.Output);
    }

    [Theory]
    [InlineData("--sizes 96x100", "--sizes: found '96x100', expected WxH in multiples of 32, for example 96x128")]
    [InlineData("--methods sspc", "--methods: found 'sspc', expected one of")]
    [InlineData("--batches 4,1", "--batches: found '1', expected a whole number of 2 or more")]
    [InlineData("--only trainng,loader", "(did you mean 'training'?)")]
    public async Task Wrong_lists_are_refused(string arguments, string expected)
    {
        var end = await CommandLine.Run(_folder.Path, ["bench", .. arguments.Split(' ')]);
        Assert.Equal(ExitCode.Usage, end.ExitCode);
        Assert.Contains(expected, end.Error);
    }
}
