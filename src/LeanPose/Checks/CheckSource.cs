namespace LeanPose.Checks;

/// <summary>What a set is for, which decides what matters in it.</summary>
public enum SourceRole
{
    /// <summary>Persons with labels; whether to learn from or to measure on is not said.</summary>
    Unspecified,

    /// <summary>Persons with labels to learn from.</summary>
    Labelled,

    /// <summary>Persons whose labels nobody looks at.</summary>
    Unlabelled,

    /// <summary>Persons with labels to measure on.</summary>
    Validation,
}

/// <summary>A set to be checked: a COCO file with its pictures, a file of boxes, a folder of pictures, or a packed file.</summary>
/// <param name="Name">What findings call the set.</param>
/// <param name="Role">What it is for.</param>
public sealed record CheckSource(string Name, SourceRole Role)
{
    /// <summary>COCO keypoints file.</summary>
    public string? Annotations { get; init; }

    /// <summary>Folder of the pictures; null leaves the pictures alone.</summary>
    public string? Images { get; init; }

    /// <summary>Detected boxes; only for unlabelled persons.</summary>
    public string? Boxes { get; init; }

    /// <summary>Split file: only what it names.</summary>
    public string? Split { get; init; }

    /// <summary>Split file: all but what it names.</summary>
    public string? Exclude { get; init; }

    /// <summary>Only persons with labels, in an unlabelled set, too.</summary>
    public bool RequireKeypoints { get; init; }

    /// <summary>Packed file.</summary>
    public string? Packed { get; init; }

    /// <summary>Part of the packed file; null for the one of the role's name, else the only one.</summary>
    public string? Part { get; init; }

    /// <summary>Only the first N usable persons.</summary>
    public int? First { get; init; }

    /// <summary>What to take off the start of every <c>file_name</c>.</summary>
    public string? StripPrefix { get; init; }

    /// <summary>Only its pictures are looked at, for being alike to those of other sets.</summary>
    public bool OnlyForComparison { get; init; }
}
