using LeanPose.Datasets;
using LeanPose.Learning.Recipes;

namespace LeanPose.Learning.Weights;

/// <summary>
/// The folder in which fetched weights are kept for all projects of a user: <c>LEANPOSE_CACHE</c>, else <c>leanpose</c> in the
/// system's folder for such things (<c>XDG_CACHE_HOME</c>, <c>~/.cache</c>, <c>%LOCALAPPDATA%</c>).
/// </summary>
public static class WeightCache
{
    /// <summary>Environment variable that names another folder.</summary>
    public const string Variable = "LEANPOSE_CACHE";

    /// <summary>The folder; it need not exist.</summary>
    public static string Folder => Path.Combine(Root(), "weights");

    /// <summary>Where weights are kept once they are fetched.</summary>
    public static string PathOf(PublishedWeights weights) => Path.Combine(Folder, weights.FileName);

    /// <summary>
    /// The file that a recipe means: one of that path, else the fetched weights of that name in the catalogue. What is neither is
    /// taken as a path.
    /// </summary>
    /// <exception cref="DataException">The catalogue has the name, and the weights have not been fetched.</exception>
    public static string Resolve(string pathOrName)
    {
        if (File.Exists(pathOrName))
            return Path.GetFullPath(pathOrName);
        if (WeightCatalog.Find(pathOrName) is { } weights)
        {
            var path = PathOf(weights);
            return File.Exists(path)
                ? path
                : throw new DataException($"The weights '{pathOrName}' are not on this machine yet.", path, "fetched weights, or the path of a file", $"leanpose weights fetch {pathOrName}");
        }

        if (Path.GetFileName(pathOrName) == pathOrName && NearestName.Of(pathOrName, WeightCatalog.All.Select(w => w.Name)) is { } near)
            throw new DataException($"There is no file and there are no published weights '{pathOrName}' (did you mean '{near}'?).", pathOrName, "a file, or a name of 'leanpose weights list'");
        return Path.GetFullPath(pathOrName);
    }

    private static string Root()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
            return Path.GetFullPath(given);
        if (OperatingSystem.IsWindows())
            return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "leanpose");
        var caches = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        return Path.Combine(string.IsNullOrEmpty(caches) ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache") : caches, "leanpose");
    }
}
