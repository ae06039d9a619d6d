using LeanPose.Skeletons;

namespace LeanPose.Datasets;

/// <summary>How <see cref="CocoReader"/> reads.</summary>
public sealed record CocoReadOptions
{
    /// <summary>
    /// The skeleton to take whatever names the file gives; its keypoint count must be the file's. Null (default): the known one with the file's
    /// names, else one made of the file's names and limbs.
    /// </summary>
    public Skeleton? Skeleton { get; init; }

    /// <summary>Whether every picture with a person must exist (default: yes). Off for files whose pictures are not needed.</summary>
    public bool CheckFiles { get; init; } = true;

    /// <summary>Whether the size of every picture with a person must be the file's (default: no, since each header has to be read).</summary>
    public bool CheckSizes { get; init; }

    /// <summary>What to take off the start of every <c>file_name</c> to find the picture, e.g. <c>HumanArt/images/</c>.</summary>
    public string? StripPrefix { get; init; }

    /// <summary>
    /// Area of a person whose annotation has no <c>area</c>, as a share of the box's area. Default 1; CrowdPose and WEPDTOF-Pose measure
    /// with 0.53.
    /// </summary>
    public double AreaShareOfBox { get; init; } = 1;

    /// <summary>
    /// Whether an annotation without <c>bbox</c> gets the box around its labelled keypoints, 15 % wider and higher on every side
    /// (default: no; its lack is a problem).
    /// </summary>
    public bool BoxFromKeypoints { get; init; }

    /// <summary>
    /// Whether a keypoints list longer than the skeleton is cut after the skeleton's keypoints (default: no; it is a problem). For files that
    /// put hands and faces behind the body.
    /// </summary>
    public bool LeadingKeypoints { get; init; }

    /// <summary>Whether keypoints marked 1 are visible ones, as in files that know no hidden keypoints (default: 1 is hidden, as COCO has it).</summary>
    public bool OneIsVisible { get; init; }
}
