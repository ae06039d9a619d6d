using System.Text.Json.Nodes;
using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Suspicion;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Tests.Suspicion;

public sealed class PseudoLabelFileTests
{
    [Fact]
    public void Trusted_keypoints_are_read_back_as_labels_and_the_given_ones_are_kept_beside_them()
    {
        using var folder = new TempFolder();
        var image = new ImageRecord(3, "a/3.jpg", "a/3.jpg", 400, 300);
        var pose = Poses.Seen(0.8, Poses.Standing, [.. Poses.Standing.Select((p, j) => j == 0 ? p + new Point2(90, 0) : p)]);
        var consensus = PoseConsensus.Of(pose, Poses.Skeleton, Poses.Box);
        var labels = Poses.StandingLabels.SetItem(6, new(20, 20, Visibility.Hidden));
        var labelled = new DoubtedPerson(
            new() { Id = 7, Image = image, RawBox = Poses.Box, Box = Poses.Box, Area = 900 }, "labelled", labels, consensus, LabelDoubt.Of(pose, consensus, Poses.Skeleton, labels))
        {
            Seen = pose,
        };
        var plain = labelled with { Person = labelled.Person with { Id = 8, Area = 0 }, Part = "unlabelled", Given = [], Label = null };
        PseudoLabelFile.Write(folder["pseudo.json"], [labelled, plain], Poses.Skeleton, new("a model", ["student", "student, mirrored"], 0.7, 1));

        var read = CocoReader.Read(folder["pseudo.json"], folder.Path, new CocoReadOptions { CheckFiles = false });
        Assert.Equal(Poses.Skeleton.Keypoints, read.Skeleton.Keypoints);
        Assert.Equal([7L, 8], read.Persons.Select(p => p.Id));
        Assert.All(read.Persons, p =>
        {
            Assert.True(p.IsTrainable);
            Assert.Equal(Visibility.Unlabelled, p.Keypoints[0].Visibility);
            Assert.Equal(13, p.LabelledCount);
            Assert.Equal(Poses.Standing[6].X, p.Keypoints[6].X, 1e-4);
        });

        var file = JsonNode.Parse(File.ReadAllText(folder["pseudo.json"]))!;
        Assert.Equal(["student", "student, mirrored"], file["info"]!["members"]!.AsArray().Select(m => (string)m!));
        var (first, second) = (file["annotations"]![0]!, file["annotations"]![1]!);
        Assert.Equal([20, 20, 1], first["given_keypoints"]!.AsArray().Skip(18).Take(3).Select(n => (double)n!));
        Assert.Equal("shift", (string)first["suspicion_reason"]!);
        Assert.Equal("shift", (string)first["keypoint_suspicion_reasons"]!["right_wrist"]!);
        Assert.Equal(labelled.Suspicion, (double)first["suspicion"]!, 1e-4);
        Assert.Equal(14, first["keypoint_suspicion"]!.AsArray().Count);
        Assert.Equal(14, first["keypoint_scores"]!.AsArray().Count);
        foreach (var person in new[] { first, second })
        {
            Assert.Equal(consensus.Keypoints.Select(k => Math.Round(k.Inconsistency, 4)), person["keypoint_inconsistency"]!.AsArray().Select(n => Math.Round((double)n!, 4)));
            Assert.Equal(consensus.Keypoints.Average(k => k.Inconsistency), (double)person["inconsistency"]!, 1e-4);
        }

        Assert.Null(second["given_keypoints"]);
        Assert.Equal(consensus.Disagreement, (double)second["suspicion"]!, 1e-4);
        Assert.Equal(second["keypoint_disagreement"]!.ToJsonString(), second["keypoint_suspicion"]!.ToJsonString());
    }
}
