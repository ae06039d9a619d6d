using System.Globalization;
using System.Text;
using System.Text.Json;
using LeanPose.Datasets;
using LeanPose.Imaging;
using LeanPose.IO;
using LeanPose.Skeletons;

namespace LeanPose.Formats.Ultralytics;

/// <summary>Writes <c>data.yaml</c> and <c>labels/….txt</c>; the pictures belong into <c>images/</c> beside, under the names that the data set has.</summary>
internal static class UltralyticsWriter
{
    /// <exception cref="DataException">See <see cref="IWritableFormat.Write"/>.</exception>
    public static IReadOnlyList<string> Write(PoseDataset dataset, string folder)
    {
        var files = LabelFiles(dataset);
        var persons = dataset.Persons.ToLookup(p => p.Image.Id);
        int outside = 0, boxless = 0;
        // Everything is put together before anything is written.
        var texts = new List<(string Name, string Text)>();
        foreach (var (name, image) in files)
            texts.Add((name, Lines(persons[image.Id], image, dataset.Skeleton.Count, ref outside, ref boxless)));
        var labels = Path.Combine(folder, "labels");
        if (Directory.Exists(labels))
            Directory.Delete(labels, recursive: true);
        foreach (var (name, text) in texts)
            AtomicFile.WriteAllText(Path.Combine(labels, name), text);
        AtomicFile.WriteAllText(Path.Combine(folder, "data.yaml"), Yaml(dataset.Skeleton));
        return [.. Lost(dataset, outside, boxless)];
    }

    private static IEnumerable<string> Lost(PoseDataset dataset, int outside, int boxless)
    {
        if (outside > 0)
            yield return $"{outside} keypoints outside their picture";
        if (boxless > 0)
            yield return $"{boxless} persons of whose box nothing lies in the picture";
        if (dataset.Persons.Count(p => p.IsCrowd) is > 0 and var crowds)
            yield return $"{crowds} crowd regions";
        if (dataset.Persons.Count(p => !p.IsCrowd && Math.Abs(p.Area - p.RawBox.Area) > 1e-6 * Math.Max(1, p.RawBox.Area)) is > 0 and var areas)
            yield return $"areas of {areas} persons, which were not their box's";
        if (dataset.Persons.Count(p => p.HeadBox is not null) is > 0 and var heads)
            yield return $"head boxes of {heads} persons";
        if (dataset.Persons.Count(p => p.TrackId is not null) is > 0 and var tracks)
            yield return $"tracks of {tracks} persons";
        if (dataset.Images.Count(i => i.CrowdIndex is not null) is > 0 and var crowding)
            yield return $"crowd indices of {crowding} pictures";
        yield return "ids of pictures and persons";
    }

    /// <summary>A label file for every picture, with its size.</summary>
    private static List<(string Name, ImageRecord Image)> LabelFiles(PoseDataset dataset)
    {
        var problems = new ProblemList();
        var owners = new Dictionary<string, ImageRecord>(StringComparer.OrdinalIgnoreCase);
        List<(string, ImageRecord)> files = [];
        foreach (var image in dataset.Images)
        {
            var name = Path.ChangeExtension(Relative(image.FileName), ".txt");
            if (!owners.TryAdd(name, image))
                problems.Add($"Two pictures would have the label file {name}.", $"{dataset.Name}, {owners[name].FileName} and {image.FileName}", "names that differ in more than their ending", "rename one of the pictures");
            if (Sized(image, dataset.Name, problems) is { } sized)
                files.Add((name, sized));
        }

        problems.ThrowIfAny();
        return files;
    }

    private static string Relative(string fileName)
    {
        var name = fileName.Replace('\\', '/');
        if (name.StartsWith("images/", StringComparison.Ordinal))
            name = name["images/".Length..];
        return Path.IsPathRooted(name) || name.Split('/').Contains("..") || name.Contains(':') ? name[(name.LastIndexOfAny(['/', ':']) + 1)..] : name;
    }

    private static ImageRecord? Sized(ImageRecord image, string source, ProblemList problems)
    {
        if (image is { Width: > 0, Height: > 0 })
            return image;
        try
        {
            var (width, height) = ImageDecoder.ReadSize(image.Path);
            return image with { Width = width, Height = height };
        }
        catch (DataException)
        {
            problems.Add($"The size of the picture {image.FileName} is not known, and labels are shares of it.", source, $"the picture {image.Path}", "name the folder of the pictures (--images DIR)");
            return null;
        }
    }

    private static string Lines(IEnumerable<PersonInstance> persons, ImageRecord image, int keypoints, ref int outside, ref int boxless)
    {
        var text = new StringBuilder();
        double w = image.Width, h = image.Height;
        foreach (var person in persons)
        {
            if (person.IsCrowd)
                continue;
            var box = person.RawBox;
            double left = Math.Clamp(box.X, 0, w), right = Math.Clamp(box.Right, 0, w), top = Math.Clamp(box.Y, 0, h), bottom = Math.Clamp(box.Bottom, 0, h);
            if (right <= left || bottom <= top)
            {
                boxless++;
                continue;
            }

            text.Append(CultureInfo.InvariantCulture, $"0 {(left + right) / 2 / w:F6} {(top + bottom) / 2 / h:F6} {(right - left) / w:F6} {(bottom - top) / h:F6}");
            var points = person.Keypoints.IsEmpty ? new Keypoint[keypoints] : [.. person.Keypoints];
            foreach (var k in points)
            {
                var inside = k.IsLabelled && k.X >= 0 && k.X <= w && k.Y >= 0 && k.Y <= h;
                if (k.IsLabelled && !inside)
                    outside++;
                text.Append(inside ? string.Create(CultureInfo.InvariantCulture, $" {k.X / w:F6} {k.Y / h:F6} {(int)k.Visibility}") : " 0 0 0");
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private static string Yaml(Skeleton skeleton) => $"""
        # A pose data set for Ultralytics. The pictures belong into images/, beside labels/, under the names of the labels.
        # "val" is the same as "train" only because both must be there: name other pictures to measure on.
        train: images
        val: images

        # Number of keypoints, and of values for each: x, y, visibility (0 no label, 1 hidden, 2 visible).
        kpt_shape: [{skeleton.Count}, 3]
        # Which keypoint each becomes in a mirrored picture.
        flip_idx: [{string.Join(", ", skeleton.FlipIndex)}]

        names:
          0: person
        kpt_names:
          0: [{string.Join(", ", skeleton.Keypoints.Select(k => JsonSerializer.Serialize(k)))}]

        """;
}
