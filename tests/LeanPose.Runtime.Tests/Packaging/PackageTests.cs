using System.IO.Compression;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using LeanPose.Imaging;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Runtime.Tests.Packaging;

/// <summary>
/// What <c>dotnet pack</c> makes, in the hands of somebody who has nothing else of ours. It takes some 30 s: packing, and the
/// restore, build and start of a new project; nothing less shows that the packages work outside this repository.
/// </summary>
public sealed class PackageTests(ExportedModel model) : IClassFixture<ExportedModel>, IDisposable
{
    private static readonly string s_configuration = typeof(PackageTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
    private static readonly string s_source = Path.Combine(TestMaterial.RepositoryRoot, "src");
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Packages_are_whole_and_a_new_project_estimates_a_pose_with_them()
    {
        var dotnet = new DotNet(_folder["installed"]);
        foreach (var project in new[] { "LeanPose", "LeanPose.Runtime" })
            await dotnet.Run(_folder.Path, "pack", Path.Combine(s_source, project, project + ".csproj"), "-c", s_configuration, "--no-build", "-o", _folder["packages"]);
        LooksWhole("LeanPose", "SkiaSharp", "SkiaSharp.NativeAssets.Linux.NoDependencies");
        // Versions that this repository pins become dependencies of their own, so that others get what the tests ran with.
        LooksWhole("LeanPose.Runtime", "LeanPose", "Microsoft.ML.OnnxRuntime", "SkiaSharp", "SkiaSharp.NativeAssets.Linux.NoDependencies", "System.Numerics.Tensors");

        // No network: ours from the folder, everything else from where this build's packages lie.
        File.WriteAllText(_folder["nuget.config"], $"""
            <configuration>
              <packageSources><clear /><add key="ours" value="packages" /></packageSources>
              <fallbackPackageFolders><clear /><add key="machine" value="{PackageFolder()}" /></fallbackPackageFolders>
            </configuration>
            """);
        await dotnet.Run(_folder.Path, "new", "console", "-o", "app", "--no-restore");
        File.Copy(Path.Combine(TestMaterial.RepositoryRoot, "samples", "EstimatePose", "Program.cs"), _folder["app", "Program.cs"], overwrite: true);
        await dotnet.Run(_folder.Path, "add", "app", "package", "LeanPose.Runtime");
        await dotnet.Run(_folder["app"], "build", "-c", "Release", "--no-restore", "-o", _folder["built"]);
        Assert.Equal(["leanpose", "leanpose.runtime"], Directory.GetDirectories(_folder["installed"]).Select(Path.GetFileName).Order());
        Assert.DoesNotContain(Directory.GetFiles(_folder["built"], "*", SearchOption.AllDirectories), f => f.Contains("torch", StringComparison.OrdinalIgnoreCase));

        var output = await dotnet.Run(_folder.Path, _folder["built", "app.dll"], model.Onnx, model.Picture, _folder["drawn.png"]);
        using var estimator = PoseEstimator.Load(model.Onnx);
        var pose = estimator.Estimate(model.Image, [model.Image.Bounds])[0];
        Assert.Equal(
            estimator.Skeleton.Keypoints.Zip(pose.Keypoints, (name, p) => FormattableString.Invariant($"{name,-16}{p.X,8:0.0}{p.Y,8:0.0}{p.Score,7:0.00}")),
            output.TrimEnd('\n').Split('\n'));
        estimator.Draw(model.Image, [pose]);
        Assert.Equal(model.Image.Pixels, ImageDecoder.Load(_folder["drawn.png"]).Pixels);
    }

    private void LooksWhole(string id, params string[] needs)
    {
        var file = Assert.Single(Directory.GetFiles(_folder["packages"], id + ".*.nupkg"), f => char.IsAsciiDigit(Path.GetFileName(f)[id.Length + 1]));
        using var package = ZipFile.OpenRead(file);
        Assert.Equal($"lib/net10.0/{id}.dll lib/net10.0/{id}.xml", string.Join(' ', package.Entries.Select(e => e.FullName).Where(n => n.StartsWith("lib/", StringComparison.Ordinal)).Order()));
        Assert.Equal(File.ReadAllText(Path.Combine(s_source, id, "README.md")), Text(package, "README.md"));
        Assert.Contains("<member name=\"T:", Text(package, $"lib/net10.0/{id}.xml"));

        var description = XDocument.Parse(Text(package, id + ".nuspec")).Descendants().Where(e => !e.HasElements).ToLookup(e => e.Name.LocalName);
        Assert.Equal(("MIT", "expression"), (description["license"].Single().Value, (string?)description["license"].Single().Attribute("type")));
        Assert.Equal("README.md", description["readme"].Single().Value);
        Assert.NotEmpty(description["description"].Single().Value);
        Assert.NotEmpty(description["tags"].Single().Value);
        Assert.Equal(needs, description["dependency"].Select(d => (string)d.Attribute("id")!).Order(StringComparer.Ordinal));
        // Where a dependency's version stands in the README, it is the right one.
        Assert.All(description["dependency"], d => Assert.DoesNotMatch($"{Regex.Escape((string)d.Attribute("id")!)}\" Version=\"(?!{Regex.Escape((string)d.Attribute("version")!)}\")", Text(package, "README.md")));

        using var symbols = ZipFile.OpenRead(Path.ChangeExtension(file, ".snupkg"));
        Assert.Contains(symbols.Entries, e => e.FullName == $"lib/net10.0/{id}.pdb");
    }

    private static string Text(ZipArchive package, string entry)
    {
        using var reader = new StreamReader(package.GetEntry(entry)!.Open());
        return reader.ReadToEnd();
    }

    /// <summary>Where the packages lie with which this build was made.</summary>
    private static string PackageFolder()
    {
        var assets = JsonNode.Parse(File.ReadAllText(Path.Combine(s_source, "LeanPose.Runtime", "obj", "project.assets.json")))!;
        return assets["packageFolders"]!.AsObject().First().Key;
    }
}
