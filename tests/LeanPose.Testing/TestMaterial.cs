using Xunit;

namespace LeanPose.Testing;

/// <summary>Folders of test material outside the repository. A test that needs one is skipped, with a reason, where it is absent.</summary>
public static class TestMaterial
{
    /// <summary>Golden numbers: <c>LEANPOSE_GOLDEN</c>, else <c>../shared/golden</c> beside the repository.</summary>
    public static string? GoldenFolder => Find("LEANPOSE_GOLDEN", "golden");

    /// <summary>Real images: <c>LEANPOSE_DATA</c>, else <c>../shared/data</c> beside the repository.</summary>
    public static string? DataFolder => Find("LEANPOSE_DATA", "data");

    /// <summary>ImageNet weights: <c>LEANPOSE_WEIGHTS</c>, else <c>../shared/weights</c> beside the repository.</summary>
    public static string? WeightsFolder => Find("LEANPOSE_WEIGHTS", "weights");

    /// <summary>The repository's root (where the solution file lies).</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>Path of a golden file; skips the test where it is absent.</summary>
    public static string Golden(string file) => Require(GoldenFolder, "LEANPOSE_GOLDEN", file);

    /// <summary>Path inside the real data; skips the test where it is absent.</summary>
    public static string Data(string file) => Require(DataFolder, "LEANPOSE_DATA", file);

    /// <summary>Path of a weights file; skips the test where it is absent.</summary>
    public static string Weights(string file) => Require(WeightsFolder, "LEANPOSE_WEIGHTS", file);

    private static string Require(string? folder, string variable, string file)
    {
        Assert.SkipWhen(folder is null, $"No test material: set {variable} to the folder that holds {file}.");
        var path = Path.Combine(folder!, file);
        Assert.SkipUnless(File.Exists(path) || Directory.Exists(path), $"{folder} (from {variable}) has no {file}.");
        return path;
    }

    private static string? Find(string variable, string name)
    {
        var folder = Environment.GetEnvironmentVariable(variable);
        if (string.IsNullOrEmpty(folder))
            folder = Path.Combine(RepositoryRoot, "..", "shared", name);
        return Directory.Exists(folder) ? Path.GetFullPath(folder) : null;
    }

    private static string FindRoot()
    {
        for (var d = new DirectoryInfo(AppContext.BaseDirectory); d is not null; d = d.Parent)
        {
            if (File.Exists(Path.Combine(d.FullName, "LeanPose.slnx")))
                return d.FullName;
        }

        throw new InvalidOperationException("LeanPose.slnx was not found above " + AppContext.BaseDirectory);
    }
}
