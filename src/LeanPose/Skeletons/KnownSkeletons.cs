using System.Collections.Immutable;

namespace LeanPose.Skeletons;

/// <summary>The skeletons of the public data sets, and the union in which they meet.</summary>
public static class KnownSkeletons
{
    /// <summary>COCO, 17 keypoints.</summary>
    public static Skeleton Coco17 { get; } = Make(
        "coco17",
        "nose left_eye right_eye left_ear right_ear left_shoulder right_shoulder left_elbow right_elbow left_wrist right_wrist left_hip right_hip left_knee right_knee left_ankle right_ankle",
        "left_ankle-left_knee left_knee-left_hip right_ankle-right_knee right_knee-right_hip left_hip-right_hip left_shoulder-left_hip right_shoulder-right_hip left_shoulder-right_shoulder left_shoulder-left_elbow right_shoulder-right_elbow left_elbow-left_wrist right_elbow-right_wrist left_eye-right_eye nose-left_eye nose-right_eye left_eye-left_ear right_eye-right_ear left_ear-left_shoulder right_ear-right_shoulder");

    /// <summary>MPII Human Pose, 16 keypoints.</summary>
    public static Skeleton Mpii16 { get; } = Make(
        "mpii16",
        "right_ankle right_knee right_hip left_hip left_knee left_ankle root thorax upper_neck head_top right_wrist right_elbow right_shoulder left_shoulder left_elbow left_wrist",
        "right_ankle-right_knee right_knee-right_hip right_hip-root root-left_hip left_hip-left_knee left_knee-left_ankle root-thorax thorax-upper_neck upper_neck-head_top right_wrist-right_elbow right_elbow-right_shoulder right_shoulder-thorax thorax-left_shoulder left_shoulder-left_elbow left_elbow-left_wrist");

    /// <summary>AI Challenger, 14 keypoints.</summary>
    public static Skeleton Aic14 { get; } = Make("aic14", AicNames, AicLimbs);

    /// <summary>WEPDTOF-Pose (overhead fisheye), 14 keypoints in AI Challenger's order.</summary>
    public static Skeleton WepdtofPose14 { get; } = Make("wepdtof14", AicNames, AicLimbs);

    /// <summary>CrowdPose, 14 keypoints.</summary>
    public static Skeleton CrowdPose14 { get; } = Make(
        "crowdpose14",
        "left_shoulder right_shoulder left_elbow right_elbow left_wrist right_wrist left_hip right_hip left_knee right_knee left_ankle right_ankle head neck",
        "head-neck neck-left_shoulder neck-right_shoulder left_shoulder-left_elbow left_elbow-left_wrist right_shoulder-right_elbow right_elbow-right_wrist left_shoulder-left_hip right_shoulder-right_hip left_hip-right_hip left_hip-left_knee left_knee-left_ankle right_hip-right_knee right_knee-right_ankle");

    /// <summary>Leeds Sports Pose and its extension, 14 keypoints.</summary>
    public static Skeleton Lsp14 { get; } = Make(
        "lsp14",
        "right_ankle right_knee right_hip left_hip left_knee left_ankle right_wrist right_elbow right_shoulder left_shoulder left_elbow left_wrist neck head_top",
        "right_ankle-right_knee right_knee-right_hip left_hip-left_knee left_knee-left_ankle right_hip-left_hip right_wrist-right_elbow right_elbow-right_shoulder left_shoulder-left_elbow left_elbow-left_wrist right_shoulder-neck left_shoulder-neck neck-head_top right_shoulder-right_hip left_shoulder-left_hip");

    /// <summary>PoseTrack 2018, 17 keypoints.</summary>
    public static Skeleton PoseTrack17 { get; } = Make(
        "posetrack17",
        "nose head_bottom head_top left_ear right_ear left_shoulder right_shoulder left_elbow right_elbow left_wrist right_wrist left_hip right_hip left_knee right_knee left_ankle right_ankle",
        "head_top-nose nose-left_ear nose-right_ear nose-head_bottom head_bottom-left_shoulder head_bottom-right_shoulder left_shoulder-left_elbow left_elbow-left_wrist right_shoulder-right_elbow right_elbow-right_wrist left_shoulder-left_hip right_shoulder-right_hip left_hip-right_hip left_hip-left_knee left_knee-left_ankle right_hip-right_knee right_knee-right_ankle");

    /// <summary>JHMDB, 15 keypoints.</summary>
    public static Skeleton Jhmdb15 { get; } = Make(
        "jhmdb15",
        "neck belly head right_shoulder left_shoulder right_hip left_hip right_elbow left_elbow right_knee left_knee right_wrist left_wrist right_ankle left_ankle",
        "head-neck neck-belly neck-right_shoulder neck-left_shoulder right_shoulder-right_elbow right_elbow-right_wrist left_shoulder-left_elbow left_elbow-left_wrist belly-right_hip belly-left_hip right_hip-right_knee right_knee-right_ankle left_hip-left_knee left_knee-left_ankle");

    /// <summary>The body and feet of Halpe Full-Body, 26 keypoints; the first 17 are COCO's.</summary>
    public static Skeleton Halpe26 { get; } = Make(
        "halpe26",
        "nose left_eye right_eye left_ear right_ear left_shoulder right_shoulder left_elbow right_elbow left_wrist right_wrist left_hip right_hip left_knee right_knee left_ankle right_ankle head neck root left_big_toe right_big_toe left_small_toe right_small_toe left_heel right_heel",
        "nose-left_eye nose-right_eye left_eye-left_ear right_eye-right_ear head-neck neck-left_shoulder neck-right_shoulder left_shoulder-left_elbow left_elbow-left_wrist right_shoulder-right_elbow right_elbow-right_wrist neck-root root-left_hip root-right_hip left_hip-left_knee left_knee-left_ankle right_hip-right_knee right_knee-right_ankle left_ankle-left_heel left_ankle-left_big_toe left_ankle-left_small_toe right_ankle-right_heel right_ankle-right_big_toe right_ankle-right_small_toe");

    /// <summary>The 24 keypoints in which COCO, MPII, AI Challenger, CrowdPose, LSP and WEPDTOF-Pose meet by name (SSPCM's output order).</summary>
    public static Skeleton Union24 { get; } = Make(
        "union24",
        "root right_hip right_knee right_ankle left_hip left_knee left_ankle belly thorax neck upper_neck nose head head_top left_shoulder left_elbow left_wrist right_shoulder right_elbow right_wrist right_eye left_eye right_ear left_ear",
        "root-right_hip right_hip-right_knee right_knee-right_ankle root-left_hip left_hip-left_knee left_knee-left_ankle root-belly belly-thorax thorax-neck neck-upper_neck upper_neck-head head-head_top neck-left_shoulder left_shoulder-left_elbow left_elbow-left_wrist neck-right_shoulder right_shoulder-right_elbow right_elbow-right_wrist nose-right_eye nose-left_eye right_eye-right_ear left_eye-left_ear");

    /// <summary>All of them.</summary>
    public static ImmutableArray<Skeleton> All { get; } = [Coco17, Mpii16, Aic14, CrowdPose14, Lsp14, WepdtofPose14, PoseTrack17, Jhmdb15, Halpe26, Union24];

    private const string AicNames = "right_shoulder right_elbow right_wrist left_shoulder left_elbow left_wrist right_hip right_knee right_ankle left_hip left_knee left_ankle head_top neck";

    private const string AicLimbs = "head_top-neck neck-right_shoulder right_shoulder-right_elbow right_elbow-right_wrist neck-left_shoulder left_shoulder-left_elbow left_elbow-left_wrist right_shoulder-right_hip right_hip-right_knee right_knee-right_ankle left_shoulder-left_hip left_hip-left_knee left_knee-left_ankle right_hip-left_hip";

    /// <summary>The skeleton of that name, or null.</summary>
    public static Skeleton? Find(string name) => All.FirstOrDefault(s => s.Name == name);

    /// <summary>The known skeleton whose keypoint names equal these, in this order, or null.</summary>
    public static Skeleton? FindByKeypoints(IReadOnlyList<string> names) => All.FirstOrDefault(s => s.Keypoints.SequenceEqual(names));

    /// <summary>
    /// The usual OKS sigma of a keypoint name: COCO's where COCO has it; heads and necks as CrowdPose has them (0.079);
    /// torso middles as the hip's (0.107), which they are as hard to place as.
    /// </summary>
    public static double SigmaOf(string keypoint) => keypoint switch
    {
        "nose" => 0.026,
        "left_eye" or "right_eye" => 0.025,
        "left_ear" or "right_ear" => 0.035,
        "left_shoulder" or "right_shoulder" => 0.079,
        "left_elbow" or "right_elbow" => 0.072,
        "left_wrist" or "right_wrist" => 0.062,
        "left_hip" or "right_hip" or "root" or "belly" => 0.107,
        "left_knee" or "right_knee" => 0.087,
        "left_ankle" or "right_ankle" => 0.089,
        _ => 0.079,
    };

    private static Skeleton Make(string name, string keypoints, string limbs)
    {
        var names = keypoints.Split(' ');
        return new Skeleton(
            name,
            names,
            limbs.Split(' ').Select(l => l.Split('-')).Select(l => (Array.IndexOf(names, l[0]), Array.IndexOf(names, l[1]))),
            // WEPDTOF-Pose evaluates head and neck with tighter sigmas than the others.
            names.Select(k => name == "wepdtof14" && (k is "head_top" or "neck") ? 0.026 : SigmaOf(k)));
    }
}
