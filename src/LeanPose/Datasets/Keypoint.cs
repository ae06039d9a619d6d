namespace LeanPose.Datasets;

/// <summary>What a label says of a keypoint, as COCO counts it.</summary>
public enum Visibility : byte
{
    /// <summary>Not labelled; its position means nothing.</summary>
    Unlabelled = 0,

    /// <summary>Labelled, but hidden from view.</summary>
    Hidden = 1,

    /// <summary>Labelled and visible.</summary>
    Visible = 2,
}

/// <summary>A labelled keypoint, in image pixels counted from 0.</summary>
public readonly record struct Keypoint(double X, double Y, Visibility Visibility)
{
    /// <summary>Whether the position means something (visible or hidden).</summary>
    public bool IsLabelled => Visibility != Visibility.Unlabelled;
}
