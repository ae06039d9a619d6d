using System.Text.Json.Nodes;
using LeanPose.Cli.Terminal;
using LeanPose.Cli.Tests.Terminal;
using LeanPose.Datasets.Packed;
using Xunit;

namespace LeanPose.Cli.Tests.Verbs;

/// <summary><c>data pack</c>, from the real program.</summary>
public sealed class DataPackVerbTests : IDisposable
{
    private readonly SmallProject _project = new();

    public void Dispose() => _project.Dispose();

    private Task<Finished> Run(params string[] arguments) => CommandLine.Run(_project.Path, arguments);

    [Fact]
    public async Task One_file_is_enough_to_train_to_the_same_weights()
    {
        var packed = await Run("data", "pack", "--recipe", "recipe.yaml", "--set", "data.validation={images: images, annotations: persons.json}", "--lossless", "--out", "set.lppack", "--json", "pack.json");
        Assert.Equal((ExitCode.Ok, ""), (packed.ExitCode, packed.Error));
        Assert.Contains("labelled    3 persons\nvalidation  3 persons\nsize ", packed.Output);
        var numbers = JsonNode.Parse(File.ReadAllText(_project["pack.json"]))!;
        Assert.Equal(6, (int)numbers["persons"]!);
        Assert.Equal(new FileInfo(_project["set.lppack"]).Length, (long)numbers["bytes"]!);

        Assert.Equal(ExitCode.Ok, (await Run("train", "recipe.yaml", "--out", "original")).ExitCode);
        Directory.Delete(_project["images"], recursive: true);
        File.Delete(_project["persons.json"]);
        var trained = await Run("train", "recipe.yaml", "--set", "data.labelled.packed=set.lppack", "--set", "data.validation.packed=set.lppack", "--out", "packed");
        Assert.True(trained.ExitCode == ExitCode.Ok, trained.Error);
        Assert.Equal(File.ReadAllBytes(_project["original", "model.safetensors"]), File.ReadAllBytes(_project["packed", "model.safetensors"]));
        // The page shows the packed persons.
        Assert.Contains("data:image/jpeg;base64", File.ReadAllText(_project["packed", "report.html"]));
    }

    [Fact]
    public async Task A_file_is_replaced_only_by_force()
    {
        string[] pack = ["data", "pack", "--annotations", "persons.json", "--images", "images", "--size", "32x32", "--margin", "50", "--quality", "80", "--out", "set.lppack"];
        File.WriteAllText(_project["set.lppack"], "mine");
        var refused = await Run(pack);
        Assert.Equal(new Finished(ExitCode.Data, "", "error: The file exists already.\n  where:    set.lppack\n  do:       choose another name with --out, or replace it with --force\n"), refused);
        Assert.Equal("mine", File.ReadAllText(_project["set.lppack"]));
        Assert.Equal(ExitCode.Ok, (await Run([.. pack, "--force"])).ExitCode);
        var part = Assert.Single(PackedFile.Open(_project["set.lppack"]).Parts);
        Assert.Equal(("persons", 3, 1.5, 0.0), (part.Name, part.Persons.Persons.Length, part.Reach.MaxScale, part.Reach.MaxRotation));
    }

    [Theory]
    [InlineData("--out x", "What is to be packed must be said in one way.")]
    [InlineData("--recipe recipe.yaml --annotations persons.json --out x", "What is to be packed must be said in one way.")]
    [InlineData("--recipe recipe.yaml --margin 10 --out x", "--recipe and --margin do not go together.")]
    [InlineData("--annotations persons.json --out x", "--annotations needs the folder of the pictures.")]
    [InlineData("--annotations persons.json --images images --set seed=1 --out x", "--set overrides fields of a recipe, and there is none.")]
    [InlineData("--recipe recipe.yaml --quality 101 --out x", "--quality: found 101, expected 1 to 100.")]
    [InlineData("--recipe recipe.yaml --quality 90 --lossless --out x", "--quality and --lossless do not go together.")]
    [InlineData("--recipe recipe.yaml --out images", "--out names a folder.")]
    public async Task What_does_not_go_together_is_said(string arguments, string error)
    {
        var end = await Run(["data", "pack", .. arguments.Split(' ')]);
        Assert.Equal(ExitCode.Usage, end.ExitCode);
        Assert.StartsWith("error: " + error, end.Error);
        Assert.False(File.Exists(_project["x"]));
    }
}
