namespace LeanPose.Cli.Verbs;

/// <summary>The folder from which pictures of several folders are named.</summary>
internal static class CommonFolder
{
    /// <summary>The innermost folder that holds all of these; null where they lie on several drives.</summary>
    /// <param name="folders">Full paths, at least one.</param>
    public static string? Of(IReadOnlyList<string> folders)
    {
        var common = folders[0];
        while (common is not null && folders.Any(f => !Under(common, f)))
            common = Path.GetDirectoryName(common);
        return common;
    }

    private static bool Under(string folder, string path) =>
        (path + Path.DirectorySeparatorChar).StartsWith(folder.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
