using LeanPose.Datasets;
using LeanPose.Formats.Mapping;
using LeanPose.Skeletons;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Formats.Tests.Mapping;

public sealed class KeypointMappingTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("left_shoulder", "L Sho", MatchKind.SameMeaning)]
    [InlineData("right_knee", "rkne", MatchKind.SameMeaning)]
    [InlineData("right_knee", "kneeR", MatchKind.SameName)]
    [InlineData("left_ankle", "leftfoot", MatchKind.SameMeaning)]
    [InlineData("left_shoulder", "left_sholder", MatchKind.LikeName)]
    [InlineData("left_eye", "left_ear", MatchKind.None)]
    [InlineData("left_knee", "right_knee", MatchKind.None)]
    [InlineData("left_knee", "knee", MatchKind.None)]
    [InlineData("nose", "tail", MatchKind.None)]
    public void Names_meet_by_spelling_and_meaning_and_keep_their_side(string target, string source, MatchKind kind)
    {
        var match = KeypointMapping.Propose(Of(source), Of(target)).Matches.Single();
        Assert.Equal(kind, match.Kind);
        Assert.Equal(kind == MatchKind.None ? null : source, match.Source);
    }

    [Fact]
    public void Each_known_skeleton_maps_to_itself_and_uses_every_keypoint_once()
    {
        foreach (var source in KnownSkeletons.All)
        {
            Assert.All(KeypointMapping.Propose(source, source).Matches, m => Assert.Equal((m.Target, MatchKind.SameName), (m.Source, m.Kind)));
            Assert.Null(KeypointMapping.ToNearestKnown(source));
            foreach (var target in KnownSkeletons.All)
            {
                var used = KeypointMapping.Propose(source, target).Matches.Where(m => m.Source is not null).ToArray();
                Assert.Equal(used.Length, used.Select(m => m.Source).Distinct().Count());
                Assert.All(used, m => Assert.Equal(m.Target.Split('_')[0] is "left" or "right" ? m.Target.Split('_')[0] : "", m.Source!.Split('_')[0] is "left" or "right" ? m.Source.Split('_')[0] : ""));
                // Shoulders to ankles are in all of them.
                Assert.InRange(used.Length, 12, target.Count);
            }
        }
    }

    [Fact]
    public void Unknown_keypoints_find_the_nearest_known_skeleton_or_stay()
    {
        var abbreviated = Of([.. KnownSkeletons.Coco17.Keypoints.Select(k => k.Replace("left_", "l", StringComparison.Ordinal).Replace("right_", "r", StringComparison.Ordinal))]);
        Assert.Same(KnownSkeletons.Coco17, KeypointMapping.ToNearestKnown(abbreviated)!.Target);
        Assert.Equal(17, KeypointMapping.ToNearestKnown(abbreviated)!.MatchedCount);
        var numbers = Of([.. Enumerable.Range(1, 16).Select(i => $"{i}")]);
        Assert.Equal(("root", "7"), KeypointMapping.ToNearestKnown(numbers)!.Matches.Where(m => m.Target == "root").Select(m => (m.Target, m.Source)).Single());
        Assert.Null(KeypointMapping.ToNearestKnown(Of("snout", "tail", "left_paw", "right_paw", "hoof")));
    }

    [Fact]
    public void A_mapping_is_written_read_and_applied()
    {
        var source = Of("nose", "top", "l: wrist", "tail");
        var proposed = KeypointMapping.Propose(source, KnownSkeletons.Lsp14);
        Assert.Equal(["nose", "l: wrist", "tail"], proposed.Unused);
        var path = _folder["m.yaml"];
        MappingFile.Write(proposed, path);
        File.WriteAllText(path, File.ReadAllText(path).Replace("left_wrist: ~", "left_wrist: \"l: wrist\"", StringComparison.Ordinal));
        var read = MappingFile.Read(path);
        Assert.Equal(["l: wrist", "top"], read.Matches.Select(m => m.Source).OfType<string>());

        var image = new ImageRecord(1, "a.jpg", "", 10, 10);
        var person = new PersonInstance { Id = 1, Image = image, RawBox = new(0, 0, 5, 5), Box = new(0, 0, 5, 5), Keypoints = [.. Enumerable.Range(1, 4).Select(k => new Keypoint(k, k, Visibility.Hidden))] };
        var mapped = read.Apply(new PoseDataset("x", source, [image], [person, person with { Keypoints = [] }]));
        Assert.Same(KnownSkeletons.Lsp14, mapped.Skeleton);
        Assert.Equal(2, mapped.Persons[0].LabelledCount);
        Assert.Equal(new Keypoint(3, 3, Visibility.Hidden), mapped.Persons[0].Keypoints[KnownSkeletons.Lsp14.IndexOf("left_wrist")]);
        Assert.Empty(mapped.Persons[1].Keypoints);
        Assert.Contains("made for other keypoints", Assert.Throws<DataException>(() => read.Apply(new PoseDataset("y", Of("nose"), [image], []))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_target_of_ones_own_keeps_its_order()
    {
        File.WriteAllText(_folder["m.yaml"], "target: mine\nsource: [a, b, c]\nkeypoints:\n  left_x: c\n  right_x: a\n  y: ~\n");
        var mapping = MappingFile.Read(_folder["m.yaml"]);
        Assert.Equal(["left_x", "right_x", "y"], mapping.Target.Keypoints);
        Assert.Equal(["c", "a", null], mapping.Matches.Select(m => m.Source));
        Assert.Equal([1, 0, 2], mapping.Target.FlipIndex);
    }

    [Fact]
    public void All_problems_of_a_mapping_are_reported_with_their_lines()
    {
        File.WriteAllText(_folder["m.yaml"], "target: coco17\nsource: [a, b]\nkeypoints:\n  nose: a\n  left_eye: a\n  right_eye: z\n  snout: b\n");
        var error = Assert.Throws<DataException>(() => MappingFile.Read(_folder["m.yaml"]));
        Assert.Equal(3, error.Problems.Count);
        Assert.EndsWith("line 5", error.Problems[0].Where, StringComparison.Ordinal);
        Assert.EndsWith("line 6", error.Problems[1].Where, StringComparison.Ordinal);
        File.WriteAllText(_folder["m.yaml"], "target: [");
        Assert.Contains("not valid YAML", Assert.Throws<DataException>(() => MappingFile.Read(_folder["m.yaml"])).Message, StringComparison.Ordinal);
    }

    private static Skeleton Of(params string[] names) => new("s", names, [], names.Select(_ => 0.1));
}
