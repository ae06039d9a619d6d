using LeanPose.Skeletons;
using Xunit;

namespace LeanPose.Tests.Skeletons;

public class SkeletonTests
{
    private static readonly string[] Names = ["nose", "left_eye", "right_eye"];

    public static TheoryData<string> All => [.. KnownSkeletons.All.Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(All))]
    public void Flipping_is_an_involution_that_swaps_left_and_right(string name)
    {
        var skeleton = KnownSkeletons.Find(name)!;
        for (var i = 0; i < skeleton.Count; i++)
        {
            var partner = skeleton.FlipIndex[i];
            Assert.Equal(i, skeleton.FlipIndex[partner]);
            var mirrored = skeleton.Keypoints[i].StartsWith("left_", StringComparison.Ordinal)
                ? "right_" + skeleton.Keypoints[i][5..]
                : skeleton.Keypoints[i].StartsWith("right_", StringComparison.Ordinal) ? "left_" + skeleton.Keypoints[i][6..] : skeleton.Keypoints[i];
            Assert.Equal(mirrored, skeleton.Keypoints[partner]);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_keypoint_has_a_place_in_the_union_and_a_limb(string name)
    {
        var skeleton = KnownSkeletons.Find(name)!;
        // Feet, and PoseTrack's bottom of the head, are in no data set that the union was made of.
        if (skeleton.Name is not ("posetrack17" or "halpe26"))
            Assert.All(skeleton.MapTo(KnownSkeletons.Union24), i => Assert.NotEqual(-1, i));
        Assert.All(Enumerable.Range(0, skeleton.Count), i => Assert.Contains(skeleton.Limbs, l => l.A == i || l.B == i));
        Assert.Equal(skeleton.Limbs.Length, skeleton.Limbs.Select(l => (Math.Min(l.A, l.B), Math.Max(l.A, l.B))).Distinct().Count());
        Assert.All(skeleton.Keypoints, k => Assert.Equal(skeleton.Keypoints.IndexOf(k), skeleton.IndexOf(k)));
        Assert.Equal(-1, skeleton.IndexOf("tail"));
    }

    [Theory]
    [InlineData("coco17", 11, 21, 20, 23, 22, 14, 17, 15, 18, 16, 19, 4, 1, 5, 2, 6, 3)]
    [InlineData("mpii16", 3, 2, 1, 4, 5, 6, 0, 8, 10, 13, 19, 18, 17, 14, 15, 16)]
    [InlineData("aic14", 17, 18, 19, 14, 15, 16, 1, 2, 3, 4, 5, 6, 13, 9)]
    [InlineData("wepdtof14", 17, 18, 19, 14, 15, 16, 1, 2, 3, 4, 5, 6, 13, 9)]
    public void Union_map(string name, params int[] expected) =>
        Assert.Equal(expected, KnownSkeletons.Find(name)!.MapTo(KnownSkeletons.Union24));

    [Fact]
    public void Union_pairs()
    {
        (int, int)[] expected = [(1, 4), (2, 5), (3, 6), (14, 17), (15, 18), (16, 19), (20, 21), (22, 23)];
        var pairs = KnownSkeletons.Union24.FlipPairs.Select(p => (Math.Min(p.Left, p.Right), Math.Max(p.Left, p.Right)));
        Assert.Equal(expected, pairs.Order());
    }

    [Fact]
    public void Sigmas_are_the_published_ones()
    {
        Assert.Equal([.026, .025, .025, .035, .035, .079, .079, .072, .072, .062, .062, .107, .107, .087, .087, .089, .089], KnownSkeletons.Coco17.Sigmas);
        Assert.Equal([.079, .079, .072, .072, .062, .062, .107, .107, .087, .087, .089, .089, .079, .079], KnownSkeletons.CrowdPose14.Sigmas);
    }

    [Fact]
    public void Skeletons_are_found_by_name_and_by_keypoints()
    {
        Assert.Equal(KnownSkeletons.All.Length, KnownSkeletons.All.Select(s => s.Name).Distinct().Count());
        Assert.Same(KnownSkeletons.Mpii16, KnownSkeletons.FindByKeypoints(KnownSkeletons.Mpii16.Keypoints));
        Assert.Null(KnownSkeletons.FindByKeypoints(["nose"]));
        Assert.Null(KnownSkeletons.Find("coco"));
        Assert.Equal("coco17 (17 keypoints)", KnownSkeletons.Coco17.ToString());
    }

    [Fact]
    public void Pairs_are_derived_from_names_and_a_lonely_side_stays() =>
        Assert.Equal([0, 2, 1, 3], new Skeleton("s", ["nose", "left_eye", "right_eye", "left_ear"], [], [1, 1, 1, 1]).FlipIndex);

    [Fact]
    public void Wrong_skeletons_are_refused()
    {
        Refused("Skeleton 's': keypoint name 'nose' stands twice (positions 0 and 1).", () => new("s", ["nose", "nose"], [], [1, 1]));
        Refused("Skeleton 's': 2 sigmas for 3 keypoints.", () => new("s", Names, [], [1, 1]));
        Refused("Skeleton 's': every sigma must be above 0.", () => new("s", Names, [], [1, 1, 0]));
        Refused("Skeleton 's': every sigma must be above 0.", () => new("s", Names, [], [1, 1, double.NaN]));
        Refused("Skeleton 's': limb (0, 3) does not join two of its 3 keypoints.", () => new("s", Names, [(0, 3)], [1, 1, 1]));
        Refused("Skeleton 's': limb (1, 1) does not join two of its 3 keypoints.", () => new("s", Names, [(1, 1)], [1, 1, 1]));
        Refused("Skeleton 's': flip pair (1, -1) does not name two of its 3 keypoints.", () => new("s", Names, [], [1, 1, 1], [(1, -1)]));
        Refused(
            "Skeleton 's': flip pair (2, 0) names a keypoint that another pair has already; flipping twice would not give the original back.",
            () => new("s", Names, [], [1, 1, 1], [(1, 2), (2, 0)]));
    }

    private static void Refused(string message, Func<Skeleton> make) => Assert.Equal(message, Assert.Throws<ArgumentException>(make).Message);
}
