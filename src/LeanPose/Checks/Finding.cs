using LeanPose.Geometry;

namespace LeanPose.Checks;

/// <summary>One thing that was found.</summary>
public sealed record Finding
{
    /// <summary>Its kind.</summary>
    public required CheckCode Check { get; init; }

    /// <summary>How much it matters here; never more than its kind's severity.</summary>
    public required FindingSeverity Severity { get; init; }

    /// <summary>The set, as <see cref="CheckSource.Name"/> calls it.</summary>
    public required string Set { get; init; }

    /// <summary>The annotation file, or the folder of a set without one.</summary>
    public required string File { get; init; }

    /// <summary>Where in the file, e.g. <c>annotations[12].keypoints[31]</c>; empty for the file as a whole.</summary>
    public string Path { get; init; } = "";

    /// <summary>The annotation's id, where it is about one.</summary>
    public long? AnnotationId { get; init; }

    /// <summary>Name of the keypoint, where it is about one.</summary>
    public string? Keypoint { get; init; }

    /// <summary>Position of the fault, pixels of the picture, where it has one.</summary>
    public Point2? At { get; init; }

    /// <summary>What was found, one sentence.</summary>
    public required string Found { get; init; }

    /// <summary>What is expected.</summary>
    public required string Expected { get; init; }

    /// <summary>What to do.</summary>
    public required string Fix { get; init; }

    /// <summary>Id of the picture, where it is about one.</summary>
    public long? ImageId => Image?.Id;

    /// <summary>The picture as the file names it, where it is about one.</summary>
    public string? ImageName => Image?.FileName;

    /// <summary>The other picture, by its path, where two are alike.</summary>
    public string? OtherImage => Other?.Path;

    /// <summary>Whether <see cref="CorrectedCopy"/> mends it.</summary>
    public bool IsMendable => Mend is not null;

    internal CheckedImage? Image { get; init; }

    internal CheckedImage? Other { get; init; }

    internal CheckedPerson? Person { get; init; }

    internal CheckedSet? In { get; init; }

    internal Action<AnnotationTree>? Mend { get; init; }

    /// <summary>File, path and names in one line.</summary>
    public string Where()
    {
        var place = Path.Length == 0 ? File : $"{File}, {Path}";
        var names = new List<string>(3);
        if (AnnotationId is { } id)
            names.Add($"annotation id {id}");
        if (Image is { } image)
            names.Add(image.FileName);
        if (Keypoint is { } keypoint)
            names.Add(keypoint);
        return names.Count == 0 ? place : $"{place} ({string.Join(", ", names)})";
    }
}
