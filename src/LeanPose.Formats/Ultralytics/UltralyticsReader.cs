using System.Globalization;
using LeanPose.Datasets;
using LeanPose.Formats.Reading;
using LeanPose.Geometry;
using LeanPose.Skeletons;

namespace LeanPose.Formats.Ultralytics;

/// <summary>Reads Ultralytics' pictures and label files. Pictures without a label file are pictures without persons.</summary>
internal static class UltralyticsReader
{
    private const int BoxValues = 5;
    private const double Tolerance = 0.01;

    /// <exception cref="DataException">See <see cref="IDatasetFormat.Read"/>.</exception>
    public static PoseDataset Read(string path, FormatReadOptions options)
    {
        var yaml = YamlOf(path) is { } file ? DataYaml.Read(file) : null;
        var root = yaml?.Root ?? path;
        if (!Directory.Exists(root))
            throw new DataException("The folder does not exist.", root, "a folder with images and labels", "check the path");
        var builder = new DatasetBuilder(path, options, root);
        var pictures = Pictures(yaml, root, options);
        var lines = pictures.SelectMany(p => Lines(p.Labels, builder.Problems)).ToLookup(l => l.File);
        var (keypoints, values) = yaml?.Shape ?? Guess(lines, path);
        var person = PersonClass(yaml);
        foreach (var (picture, labels) in pictures)
        {
            var image = builder.Image(Path.GetRelativePath(builder.Folder, picture), labels, sizeNeeded: true);
            foreach (var (_, number, text) in lines[labels])
                Add(text, $"{labels}, line {number}", image, person, keypoints, values, builder);
        }

        return builder.Build(SkeletonOf(yaml, person, keypoints, path));
    }

    private static string? YamlOf(string path)
    {
        if (!Directory.Exists(path))
            return path;
        var usual = Path.Combine(path, "data.yaml");
        return File.Exists(usual) ? usual : Directory.GetFiles(path, "*.yaml") is [var only] ? only : null;
    }

    /// <summary>Every picture with the place of its labels: the last folder "images" of its path becomes "labels".</summary>
    private static List<(string Picture, string Labels)> Pictures(DataYaml? yaml, string root, FormatReadOptions options)
    {
        if (options.Images is { } given)
        {
            var labels = Directory.Exists(Path.Combine(root, "labels")) ? Path.Combine(root, "labels") : root;
            return [.. ImageFiles.In(given).Select(p => (p, Path.ChangeExtension(Path.Combine(labels, Path.GetRelativePath(given, p)), ".txt")))];
        }

        var places = yaml is null ? [Path.Combine(root, "images", options.Part ?? "")] : Places(yaml, options.Part).Select(p => Path.GetFullPath(Path.Combine(root, p)));
        return [.. places.SelectMany(place => place.EndsWith(".txt", StringComparison.OrdinalIgnoreCase) ? Listed(place, root) : ImageFiles.In(place)).Select(p => (p, LabelsOf(p)))];
    }

    private static string[] Places(DataYaml yaml, string? part)
    {
        if (part is not null)
        {
            return yaml.Parts.TryGetValue(part, out var wanted)
                ? wanted
                : throw new DataException($"The data set has no part \"{part}\".", yaml.Path, $"one of {string.Join(", ", yaml.Parts.Keys)}", "name one of them (--part NAME)");
        }

        var different = yaml.Parts.GroupBy(p => string.Join('\n', p.Value)).Select(g => g.First()).ToArray();
        return different switch
        {
            [] => throw new DataException("The file names no pictures.", yaml.Path, "train: images/train", "add it"),
            [var only] => only.Value,
            _ => throw new DataException($"The data set has {different.Length} parts: {string.Join(", ", different.Select(p => p.Key))}.", yaml.Path, "one part, so that training and test pictures are not mixed", "name one of them (--part NAME)"),
        };
    }

    private static IEnumerable<string> Listed(string list, string root)
    {
        if (!File.Exists(list))
            throw new DataException("The list of pictures does not exist.", list, "a text file with a picture a line", "check data.yaml");
        return File.ReadLines(list).Select(l => l.Trim()).Where(l => l.Length > 0).Select(l => Path.GetFullPath(Path.Combine(root, l.StartsWith("./", StringComparison.Ordinal) ? l[2..] : l)));
    }

    private static string LabelsOf(string picture)
    {
        var path = picture.Replace('\\', '/');
        const string images = "/images/";
        var at = path.LastIndexOf(images, StringComparison.Ordinal);
        return Path.ChangeExtension(at < 0 ? path : string.Concat(path.AsSpan(0, at), "/labels/", path.AsSpan(at + images.Length)), ".txt");
    }

    private static IEnumerable<(string File, int Number, string Text)> Lines(string file, ProblemList problems)
    {
        if (!File.Exists(file))
            return [];
        try
        {
            return File.ReadAllLines(file).Select((text, i) => (file, i + 1, text.Trim())).Where(l => l.Item3.Length > 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"The file cannot be read: {e.Message}", file, fix: "check the file's permissions and the disk");
            return [];
        }
    }

    /// <summary>Without data.yaml the first line says how many keypoints there are.</summary>
    private static (int Keypoints, int Values) Guess(ILookup<string, (string File, int Number, string Text)> lines, string path)
    {
        var first = lines.SelectMany(l => l).FirstOrDefault();
        var numbers = first.Text is null ? 0 : first.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length - BoxValues;
        return numbers > 0 && numbers % 3 == 0
            ? (numbers / 3, 3)
            : throw new DataException("It is not clear how many keypoints a person has.", first.File ?? path, "data.yaml with kpt_shape, or lines of 5 + 3 × keypoints numbers", "write data.yaml with kpt_shape: [17, 3]");
    }

    private static int PersonClass(DataYaml? yaml)
    {
        if (yaml is null || yaml.Names.Count == 0)
            return 0;
        if (yaml.Names.Count == 1)
            return yaml.Names.Keys.Single();
        return yaml.Names.Where(n => n.Value.Equals("person", StringComparison.OrdinalIgnoreCase)).Select(n => (int?)n.Key).FirstOrDefault()
            ?? throw new DataException($"{yaml.Names.Count} classes could be persons: {string.Join(", ", yaml.Names.Values)}.", $"{yaml.Path}, names", "one class, or one of them called person", "rename the one that is meant to person");
    }

    private static void Add(string text, string place, ImageRecord image, int person, int keypoints, int values, DatasetBuilder builder)
    {
        var cells = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var expected = $"{BoxValues + (keypoints * values)} numbers: class, box, and {(values == 3 ? "x, y, v" : "x, y")} for each of {keypoints} keypoints";
        var numbers = new double[cells.Length];
        for (var i = 0; i < cells.Length; i++)
        {
            if (double.TryParse(cells[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]) && double.IsFinite(numbers[i]))
                continue;
            builder.Problems.Add($"\"{cells[i]}\" is no number.", place, expected);
            return;
        }

        if (numbers.Length > 0 && numbers[0] != person)
            return;
        if (numbers.Length != BoxValues + (keypoints * values))
        {
            builder.Problems.Add($"The line has {numbers.Length} numbers.", place, expected);
            return;
        }

        if (numbers.Where((n, i) => i > 0 && !IsVisibility(i, values) && n is < -Tolerance or > 1 + Tolerance).Any())
        {
            builder.Problems.Add("A coordinate is not a share of the picture.", place, "numbers from 0 to 1", "divide by the picture's width and height");
            return;
        }

        double w = image.Width, h = image.Height;
        builder.Add(new(image)
        {
            Box = new Box((numbers[1] - (numbers[3] / 2)) * w, (numbers[2] - (numbers[4] / 2)) * h, Math.Max(0, numbers[3] * w), Math.Max(0, numbers[4] * h)),
            Points = [.. numbers[BoxValues..].Chunk(values).Select(k => Point(k, w, h))],
        });
    }

    private static bool IsVisibility(int i, int values) => values == 3 && i >= BoxValues && (i - BoxValues) % 3 == 2;

    private static Keypoint Point(double[] k, double width, double height)
    {
        // Without visibilities, the corner stands for no label.
        var seen = k.Length == 3 ? k[2] : k[0] == 0 && k[1] == 0 ? 0 : 2;
        return seen <= 0 ? default : new(k[0] * width, k[1] * height, seen == 1 ? Visibility.Hidden : Visibility.Visible);
    }

    private static Skeleton SkeletonOf(DataYaml? yaml, int person, int count, string path)
    {
        if (yaml is not null && yaml.KeypointNames.TryGetValue(person, out var named) && named.Length == count)
        {
            if (KnownSkeletons.FindByKeypoints([.. named.Select(KeypointNames.Normalize)]) is { } known)
                return known;
            return Own(named, yaml, path);
        }

        if (count == KnownSkeletons.Coco17.Count)
            return KnownSkeletons.Coco17;
        return Own([.. Enumerable.Range(0, count).Select(k => $"keypoint_{k}")], yaml, path);
    }

    private static Skeleton Own(string[] names, DataYaml? yaml, string path)
    {
        var flips = yaml?.FlipIndex.Select((to, from) => (from, to)).Where(p => p.from < p.to).ToArray();
        try
        {
            return new Skeleton($"person{names.Length}", names, [], names.Select(KnownSkeletons.SigmaOf), flips is { Length: > 0 } ? flips : null);
        }
        catch (ArgumentException e)
        {
            throw new DataException($"The keypoint names make no skeleton. {e.Message}", path, "different names", "correct kpt_names", e);
        }
    }
}
