using System.Text;
using LeanPose.Datasets;

namespace LeanPose.IO;

/// <summary>
/// Writes a file whole or not at all: into a temporary file beside it, flushed to the disk, then renamed. A reader never sees
/// half a file, and an old file survives a failed write. Missing folders are made.
/// </summary>
public static class AtomicFile
{
    /// <summary>Writes what <paramref name="content"/> puts into the stream.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="content">Writes the content; what it throws reaches the caller, and the file stays as it was.</param>
    /// <exception cref="DataException">The place cannot be written to, or the disk is full.</exception>
    public static void Write(string path, Action<Stream> content)
    {
        var full = Path.GetFullPath(path);
        if (Directory.Exists(full))
            throw new DataException("The file cannot be written because a folder has its name.", full, fix: "choose another name, or remove the folder");
        var temporary = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}.tmp");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16))
            {
                content(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, full, overwrite: true);
        }
        catch (Exception e)
        {
            Discard(temporary);
            if (e is IOException or UnauthorizedAccessException)
                throw new DataException($"The file cannot be written: {e.Message}", full, fix: "check that the folder exists, is writable and has room, or choose another place", inner: e);
            throw;
        }
    }

    /// <summary>Writes text as UTF-8 without a byte order mark.</summary>
    /// <exception cref="DataException">The place cannot be written to, or the disk is full.</exception>
    public static void WriteAllText(string path, string text) => WriteAllBytes(path, Encoding.UTF8.GetBytes(text));

    /// <summary>Writes bytes.</summary>
    /// <exception cref="DataException">The place cannot be written to, or the disk is full.</exception>
    public static void WriteAllBytes(string path, byte[] bytes) => Write(path, stream => stream.Write(bytes));

    private static void Discard(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The error that brought us here is the one the user should see.
        }
    }
}
