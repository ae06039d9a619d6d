using System.Text.Encodings.Web;
using System.Text.Json;
using LeanPose.Datasets;
using LeanPose.IO;

namespace LeanPose.Cli.Terminal;

/// <summary>Places to write to, tried before the work begins, and JSON files written whole or not at all.</summary>
internal static class Output
{
    /// <summary>How every JSON file is written.</summary>
    public static readonly JsonSerializerOptions JsonOptions = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Makes a folder and tries to write in it.</summary>
    /// <exception cref="CommandException">It cannot be made or written to.</exception>
    public static string Folder(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            var probe = Path.Combine(path, $".leanpose-{Guid.NewGuid():N}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Environment, "The output folder cannot be written to.", $"{path} ({e.Message.TrimEnd('.')})", "a folder that this user may write to", "choose another folder with --out");
        }
    }

    /// <summary>Tries the place of the file of --out, which must not exist unless it may be replaced.</summary>
    /// <param name="path">The file.</param>
    /// <param name="force">Whether it may be replaced.</param>
    /// <param name="example">A name to propose.</param>
    /// <exception cref="CommandException">It is a folder, or its folder cannot be written to.</exception>
    /// <exception cref="DataException">It exists.</exception>
    public static string NewFile(string path, bool force, string example)
    {
        if (Directory.Exists(path))
            throw new CommandException(ExitCode.Usage, "--out names a folder.", path, "the name of a file", $"add a file name, for example {example}");
        if (File.Exists(path) && !force)
            throw new DataException("The file exists already.", path, fix: "choose another name with --out, or replace it with --force");
        Folder(Path.GetDirectoryName(Path.GetFullPath(path))!);
        return path;
    }

    /// <summary>Tries the folder of a JSON file; null passes.</summary>
    public static void TryJson(string? path)
    {
        if (path is null)
            return;
        if (Directory.Exists(path))
            throw new CommandException(ExitCode.Usage, "--json names a folder.", path, "the name of a file", "add a file name, for example result.json");
        Folder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>Writes a value as JSON; a null path writes nothing.</summary>
    public static void Json(string? path, object value)
    {
        if (path is not null)
            AtomicFile.WriteAllText(path, JsonSerializer.Serialize(value, JsonOptions) + "\n");
    }
}
