using LeanPose.Skeletons;

namespace LeanPose.Checks.Validators;

/// <summary>Where a skeleton has the keypoints of both sides; -1 where it lacks one.</summary>
internal sealed class SideNames(Skeleton skeleton)
{
    public int Nose { get; } = skeleton.IndexOf("nose");

    public int LeftEye => Eyes.Left;

    public int RightEye => Eyes.Right;

    public int LeftHip => Hips.Left;

    public (int Left, int Right) Eyes { get; } = Pair(skeleton, "eye");

    public (int Left, int Right) Shoulders { get; } = Pair(skeleton, "shoulder");

    public (int Left, int Right) Elbows { get; } = Pair(skeleton, "elbow");

    public (int Left, int Right) Hips { get; } = Pair(skeleton, "hip");

    /// <summary>Arms and legs, from the trunk outwards.</summary>
    public IReadOnlyList<((int Left, int Right) Upper, (int Left, int Right) Middle, (int Left, int Right) Lower, string What)> Chains { get; } =
    [
        (Pair(skeleton, "hip"), Pair(skeleton, "knee"), Pair(skeleton, "ankle"), "knees"),
        (Pair(skeleton, "shoulder"), Pair(skeleton, "elbow"), Pair(skeleton, "wrist"), "elbows"),
    ];

    private static (int, int) Pair(Skeleton skeleton, string name) => (skeleton.IndexOf("left_" + name), skeleton.IndexOf("right_" + name));
}
