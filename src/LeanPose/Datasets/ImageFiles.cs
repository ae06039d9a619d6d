using LeanPose.Imaging;

namespace LeanPose.Datasets;

/// <summary>The picture files that an annotation file names.</summary>
internal static class ImageFiles
{
    /// <summary>The extensions that <see cref="ImageDecoder"/> reads.</summary>
    public static readonly string[] Extensions = [".jpg", ".jpeg", ".png", ".bmp", ".webp", ".gif"];

    /// <summary>Whether a file of a folder is taken for a picture. Hidden files are not: macOS leaves "._x.jpg" beside "x.jpg".</summary>
    public static bool IsPicture(string path) =>
        Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase) && !Path.GetFileName(path).StartsWith('.');

    /// <summary>All pictures in a folder and below, by full path in ordinal order.</summary>
    /// <exception cref="DataException">There is no such folder.</exception>
    public static string[] In(string folder)
    {
        if (!Directory.Exists(folder))
            throw new DataException("The image folder does not exist.", folder, fix: "check the path");
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System };
        return [.. Directory.EnumerateFiles(folder, "*", options).Where(IsPicture).Order(StringComparer.Ordinal)];
    }

    /// <summary>Where a picture lies.</summary>
    public static string Locate(string folder, string fileName, string? stripPrefix)
    {
        var name = fileName.Replace('\\', '/');
        if (stripPrefix is not null && name.StartsWith(stripPrefix.Replace('\\', '/'), StringComparison.Ordinal))
            name = name[stripPrefix.Length..].TrimStart('/');
        return Path.Combine(folder, name);
    }

    /// <summary>Reports pictures that do not exist, all in one problem.</summary>
    public static void CheckExist(IEnumerable<ImageRecord> images, string folder, string file, ProblemList problems)
    {
        var (count, missing) = (0, new List<ImageRecord>());
        foreach (var image in images)
        {
            count++;
            if (!File.Exists(image.Path))
                missing.Add(image);
        }

        if (missing.Count == 0)
            return;
        if (!Directory.Exists(folder))
        {
            problems.Add($"The image folder does not exist; {missing.Count} of {count} pictures are missing.", folder, $"the pictures of {file}", "check the path of the image folder");
            return;
        }

        var names = string.Join(", ", missing.Take(3).Select(i => i.FileName)) + (missing.Count > 3 ? $" and {missing.Count - 3} more" : "");
        problems.Add($"{missing.Count} of {count} pictures are missing: {names}.", $"folder {folder}", $"every picture that {file} names", Suggest(missing[0].FileName, folder));
    }

    /// <summary>Reports pictures whose size is not the annotation file's, or that are not readable.</summary>
    public static void CheckSizes(IEnumerable<ImageRecord> images, string file, ProblemList problems)
    {
        foreach (var image in images.Where(i => i.Width > 0 && i.Height > 0 && File.Exists(i.Path)))
        {
            try
            {
                var (width, height) = ImageDecoder.ReadSize(image.Path);
                if ((width, height) != (image.Width, image.Height))
                    problems.Add($"The picture has {width}×{height} pixels.", image.Path, $"{image.Width}×{image.Height}, as {file} says (image id {image.Id})", "use the picture that was annotated, or correct width and height");
            }
            catch (DataException e)
            {
                problems.Add(e);
            }
        }
    }

    /// <summary>What might bring a missing picture to light.</summary>
    public static string Suggest(string fileName, string folder)
    {
        var name = fileName.Replace('\\', '/');
        for (var cut = name.IndexOf('/') + 1; cut > 0; cut = name.IndexOf('/', cut) + 1)
        {
            if (File.Exists(Path.Combine(folder, name[cut..])))
                return $"strip the prefix \"{name[..cut]}\" from the file names: {name[cut..]} is in the folder";
        }

        foreach (var inner in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
        {
            if (File.Exists(Path.Combine(inner, name)))
                return $"give {inner} as the image folder: {name} is there";
        }

        return "check the path of the image folder, or fetch the pictures";
    }
}
