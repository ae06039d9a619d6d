using System.Text.Json.Nodes;
using LeanPose.Cli.Terminal;
using LeanPose.Cli.Tests.Terminal;
using LeanPose.Learning;
using LeanPose.Learning.Backbones;
using LeanPose.Learning.Weights;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Cli.Tests.Verbs;

/// <summary><c>weights</c>, from the real program.</summary>
public sealed class WeightsVerbTests : IDisposable
{
    private readonly SmallProject _project = new();

    public void Dispose() => _project.Dispose();

    private Task<Finished> Run(params string[] arguments) => CommandLine.Run(_project.Path, new() { [WeightCache.Variable] = _project["cache"] }, arguments);

    [Fact]
    public void The_catalogue_is_in_order()
    {
        Assert.Equal(WeightCatalog.All.Count, WeightCatalog.All.Select(w => w.Name).Distinct().Count());
        Assert.Equal(WeightCatalog.All.Count, WeightCatalog.All.Select(w => w.FileName).Distinct().Count());
        Assert.All(WeightCatalog.All, w =>
        {
            Assert.True(BackboneCatalog.Contains(w.Backbone), w.Name);
            Assert.Equal("https", w.Address.Scheme);
            Assert.Matches("^([0-9a-f]{8}|[0-9a-f]{64})?$", w.Sha256 ?? "");
            Assert.Contains(w.Sha256 ?? "", w.FileName);
        });
    }

    [Fact]
    public async Task Fetched_weights_are_found_by_their_name()
    {
        var missing = await Run("train", "recipe.yaml", "--set", "model.weights=hrnet-w32-imagenet");
        Assert.Equal(ExitCode.Data, missing.ExitCode);
        Assert.Contains("The weights 'hrnet-w32-imagenet' are not on this machine yet.", missing.Error);
        Assert.Contains("do:       leanpose weights fetch hrnet-w32-imagenet", missing.Error);

        using (var network = new PoseNetwork("resnet10-quarter", 5))
            SafeTensors.Write(_project["w.safetensors"], network.State(), new Dictionary<string, string>());
        var fetched = await Run("weights", "fetch", "hrnet-w32-imagenet", "--from", "w.safetensors");
        Assert.Equal((ExitCode.Ok, ""), (fetched.ExitCode, fetched.Error));
        Assert.Contains("its publisher names none to compare with", fetched.Output);
        Assert.Contains("use     model: {backbone: hrnet-w32, weights: hrnet-w32-imagenet}", fetched.Output);

        var inspected = await Run("weights", "inspect", "hrnet-w32-imagenet", "--json", "i.json");
        Assert.Equal((ExitCode.Ok, ""), (inspected.ExitCode, inspected.Error));
        Assert.Contains("fits     resnet10-quarter: ", inspected.Output);
        var best = JsonNode.Parse(File.ReadAllText(_project["i.json"]))!["fits"]![0]!;
        Assert.Equal(("resnet10-quarter", true), ((string)best["backbone"]!, (bool)best["exact"]!));

        var list = await Run("weights", "list", "--json", "l.json");
        Assert.Equal(ExitCode.Ok, list.ExitCode);
        Assert.Equal(["hrnet-w32-imagenet"], JsonNode.Parse(File.ReadAllText(_project["l.json"]))!.AsArray().Where(w => (bool)w!["fetched"]!).Select(w => (string)w!["name"]!));
    }

    [Fact]
    public async Task A_file_of_another_checksum_is_refused()
    {
        File.WriteAllText(_project["w.pth"], "something else");
        var end = await Run("weights", "fetch", "resnet18-imagenet", "--from", "w.pth");
        Assert.Equal(ExitCode.Data, end.ExitCode);
        Assert.Contains("its SHA-256 differs", end.Error);
        Assert.Equal(ExitCode.Usage, (await Run("weights", "fetch", "resnet18-imagenett")).ExitCode);
    }

    [Fact]
    [Trait("Category", "Golden")]
    public async Task A_checkpoint_becomes_safetensors()
    {
        var checkpoint = Path.Combine(TestMaterial.Golden("checkpoints"), "nested-module.pth.tar");
        Assert.SkipUnless(File.Exists(checkpoint), "the golden folder has no such checkpoint");
        var end = await Run("weights", "convert", checkpoint, "w.safetensors");
        Assert.Equal((ExitCode.Ok, ""), (end.ExitCode, end.Error));
        using var json = System.Text.Json.JsonDocument.Parse(File.ReadAllText(Path.Combine(TestMaterial.Golden("checkpoints"), "expected.json")));
        var written = GoldenTensors.Read(_project["w.safetensors"]);
        var expected = json.RootElement.GetProperty("nested-module.pth.tar");
        Assert.Equal(expected.EnumerateObject().Select(t => t.Name).Order(), written.Names.Order());
        Assert.All(expected.EnumerateObject(), t => Assert.Equal(t.Value.GetProperty("values").EnumerateArray().Select(v => v.GetDouble()), written[t.Name].Values));

        var again = await Run("weights", "convert", checkpoint, "w.safetensors");
        Assert.Equal(ExitCode.Data, again.ExitCode);
        Assert.StartsWith("error: The file exists already.", again.Error);
    }
}
