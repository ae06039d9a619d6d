using System.Collections.Immutable;
using System.Text.Json;
using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Skeletons;

namespace LeanPose.Checks;

/// <summary>All sets, as the validators see them.</summary>
internal sealed record CheckedData(ImmutableArray<CheckedSet> Sets)
{
    /// <summary>The sets whose own faults matter.</summary>
    public IEnumerable<CheckedSet> Own => Sets.Where(s => !s.Source.OnlyForComparison);

    /// <summary>The sets whose labels matter.</summary>
    public IEnumerable<CheckedSet> WithLabels => Own.Where(s => s.Source.Role != SourceRole.Unlabelled);
}

/// <summary>A picture as its file describes it; nothing of it needs to be right.</summary>
/// <param name="Index">Position in the file's <c>images</c>.</param>
/// <param name="Id">Its id.</param>
/// <param name="FileName">As the file names it.</param>
/// <param name="Path">Where it lies; null where pictures are not looked at.</param>
/// <param name="StatedWidth">Pixels; 0 where the file does not say.</param>
/// <param name="StatedHeight">Pixels; likewise.</param>
internal sealed record CheckedImage(int Index, long Id, string FileName, string? Path, int StatedWidth, int StatedHeight)
{
    /// <summary>What the picture file is; null where it was not opened.</summary>
    public PictureProbe? Probe { get; set; }

    /// <summary>Width in pixels as the file says, else as the picture has; 0 where neither is known.</summary>
    public int Width => StatedWidth > 0 ? StatedWidth : Probe?.Width ?? 0;

    /// <summary>Height in pixels; likewise.</summary>
    public int Height => StatedHeight > 0 ? StatedHeight : Probe?.Height ?? 0;
}

/// <summary>A person as the file describes it; nothing of it needs to be right.</summary>
internal sealed record CheckedPerson
{
    /// <summary>Position in the file's <c>annotations</c>.</summary>
    public required int Index { get; init; }

    public required long? Id { get; init; }

    public required CheckedImage Image { get; init; }

    /// <summary>As annotated; null where there is none or it is no box at all.</summary>
    public Box? Box { get; init; }

    public double? Area { get; init; }

    public bool IsCrowd { get; init; }

    /// <summary>One for each keypoint of the skeleton, or none.</summary>
    public ImmutableArray<Keypoint> Keypoints { get; init; } = [];

    public long? NumKeypoints { get; init; }

    /// <summary>Set when one finding explains all that is odd about the person's positions.</summary>
    public bool IsExplained { get; set; }

    /// <summary>Keypoints of which a finding says that they are misplaced; what follows from that is no news.</summary>
    public HashSet<int> Misplaced { get; } = [];

    public int LabelledCount => Keypoints.Count(k => k.IsLabelled);

    public string Path => $"annotations[{Index}]";

    /// <summary>What training uses, or null: the rule of <see cref="PersonInstance.IsTrainable"/>.</summary>
    public Box? CropBox => Box is { } box && box is { Width: > 0, Height: > 0 } && PersonBox.Clip(box, Image.Width, Image.Height) is { Width: >= 0, Height: >= 0 } clipped ? clipped : null;

    /// <summary>The smallest box around the labelled keypoints; null without any.</summary>
    public Box? Extent()
    {
        double left = double.PositiveInfinity, top = left, right = double.NegativeInfinity, bottom = right;
        foreach (var k in Keypoints)
        {
            if (!k.IsLabelled)
                continue;
            (left, right) = (Math.Min(left, k.X), Math.Max(right, k.X));
            (top, bottom) = (Math.Min(top, k.Y), Math.Max(bottom, k.Y));
        }

        return left <= right ? new Box(left, top, right - left, bottom - top) : null;
    }

    /// <summary>The longer side of the box, or of the keypoints where there is no box; pixels.</summary>
    public double Size()
    {
        var box = Box is { Width: > 0, Height: > 0 } ? Box : Extent();
        return box is { } b ? Math.Max(b.Width, b.Height) : 0;
    }

    /// <summary>The position of a keypoint, or null where it is not labelled, known to be misplaced, or the skeleton has none of that name.</summary>
    public Point2? Point(int keypoint) =>
        keypoint >= 0 && keypoint < Keypoints.Length && !Misplaced.Contains(keypoint) && Keypoints[keypoint] is { IsLabelled: true } k ? new(k.X, k.Y) : null;
}

/// <summary>A set as its file describes it.</summary>
internal sealed class CheckedSet(CheckSource source, string file, Skeleton skeleton)
{
    public CheckSource Source { get; } = source;

    /// <summary>Annotation file, packed file or folder, for messages.</summary>
    public string File { get; } = file;

    public Skeleton Skeleton { get; } = skeleton;

    /// <summary>Whether the skeleton was made up because the file's could not be used.</summary>
    public bool SkeletonIsGuessed { get; init; }

    /// <summary>The category of persons as it stands in the file, and its position.</summary>
    public (JsonElement Element, int Index)? Category { get; init; }

    public IReadOnlyList<CheckedImage> Images { get; init; } = [];

    public IReadOnlyList<CheckedPerson> Persons { get; init; } = [];

    /// <summary>Persons with labels that are not crowds.</summary>
    public IEnumerable<CheckedPerson> Labelled => Persons.Where(p => !p.IsCrowd && p.LabelledCount > 0);

    public CheckedSetSummary Summary() => new(Source.Name, File, Skeleton.Name, Images.Count, Persons.Count, Labelled.Count());

    public Finding OfSet(CheckCode check, FindingSeverity severity, string path, string found, string expected, string fix, Action<AnnotationTree>? mend = null) =>
        new() { Check = check, Severity = severity, Set = Source.Name, File = File, Path = path, Found = found, Expected = expected, Fix = fix, Mend = mend, In = this };

    public Finding OfImage(CheckCode check, FindingSeverity severity, CheckedImage image, string found, string expected, string fix, Action<AnnotationTree>? mend = null, string field = "") =>
        OfSet(check, severity, $"images[{image.Index}]{field}", found, expected, fix, mend) with { Image = image };

    public Finding OfPerson(CheckCode check, FindingSeverity severity, CheckedPerson person, string field, string found, string expected, string fix, Action<AnnotationTree>? mend = null) =>
        OfSet(check, severity, person.Path + field, found, expected, fix, mend) with { Image = person.Image, Person = person, AnnotationId = person.Id };

    public Finding OfKeypoint(CheckCode check, FindingSeverity severity, CheckedPerson person, int keypoint, string found, string expected, string fix, Action<AnnotationTree>? mend = null) =>
        OfPerson(check, severity, person, $".keypoints[{3 * keypoint}]", found, expected, fix, mend) with
        {
            Keypoint = Skeleton.Keypoints[keypoint],
            At = new(person.Keypoints[keypoint].X, person.Keypoints[keypoint].Y),
        };
}
