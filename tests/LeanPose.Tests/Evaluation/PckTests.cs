using CsCheck;
using LeanPose.Datasets;
using LeanPose.Evaluation;
using LeanPose.Skeletons;
using Xunit;

namespace LeanPose.Tests.Evaluation;

public class PckTests
{
    private static readonly Skeleton s_coco = KnownSkeletons.Coco17;

    [Fact]
    public void The_torso_is_the_longer_labelled_diagonal()
    {
        var person = With(Poses.Person(1, 1), ("left_shoulder", 0, 0), ("right_hip", 30, 40), ("right_shoulder", 10, 0), ("left_hip", 10, 60));
        Assert.Equal(60, Torso(person));
        Assert.Equal(50, Torso(Without(person, "left_hip")));
        Assert.Equal(60, Torso(Without(person, "left_shoulder")));
        Assert.Null(Torso(Without(Without(person, "left_shoulder"), "right_shoulder")));
        Assert.Null(Torso(Without(Without(person, "left_shoulder"), "left_hip")));
    }

    [Fact]
    public void Other_references()
    {
        var person = Poses.Person(1, 1, box: new(0, 0, 30, 70));
        Assert.Equal(70, Pck.ReferenceLength(person, s_coco, PckReference.BoxLongerSide));
        Assert.Null(Pck.ReferenceLength(person, s_coco, PckReference.HeadSize));
        var aic = Poses.Person(1, 1, KnownSkeletons.Aic14);
        Assert.Equal(Math.Sqrt(34), Pck.ReferenceLength(aic, KnownSkeletons.Aic14, PckReference.HeadSize)!.Value, 1e-12);
        Assert.Equal(95, Pck.ReferenceLength(aic with { Keypoints = [] }, KnownSkeletons.Aic14, PckReference.HeadSizeOr95));
    }

    [Fact]
    public void A_keypoint_on_the_limit_is_right_and_beyond_it_is_wrong()
    {
        var person = Poses.Person(1, 1); // box of 100 × 100
        Assert.Equal(1.0, Box(Poses.Found(person, 10)).Overall);
        Assert.Equal(0.0, Box(Poses.Found(person, 10.001)).Overall);
        PckReport Box(PoseResult result) => Pck.Evaluate(Poses.Dataset(person), [result], PckReference.BoxLongerSide, 0.1);
    }

    [Fact]
    public void Persons_and_keypoints_are_counted_by_label()
    {
        var whole = Poses.Person(1, 1);
        var noTorso = Without(Without(Poses.Person(2, 1), "left_hip"), "right_hip");
        var unlabelled = Poses.Person(3, 1, visibility: Visibility.Unlabelled);
        var missed = Without(Poses.Person(4, 2), "nose");
        var report = Pck.Evaluate(
            Poses.Dataset(whole, noTorso, unlabelled, missed, unlabelled with { Id = 5, Keypoints = [] }),
            [Poses.Found(whole), Poses.Found(noTorso), Poses.Found(unlabelled)],
            PckReference.TorsoDiagonal, 0.2);
        Assert.Equal((2, 1, 1), (report.Persons, report.LeftOut, report.WithoutResult));
        Assert.Equal(17.0 / 33, report.Overall);
        Assert.Equal(new JointPck("nose", 1.0, 1), report.PerJoint[0]);
        Assert.Equal(new JointPck("left_eye", 0.5, 2), report.PerJoint[1]);
        Assert.Equal([new(1, 17, 17), new(4, 0, 16)], report.PerPerson);
        Assert.Equal(34.0 / 50, report.Weighted([2, 1]));
        Assert.Null(report.Weighted([0, 0]));
    }

    [Fact]
    public void Shoulders_to_ankles_leave_the_head_out()
    {
        var person = Poses.Person(1, 1);
        var result = Poses.Found(person) with { Keypoints = Poses.Found(person).Keypoints.SetItem(0, new(999, 999, 1)) };
        Assert.Equal(16.0 / 17, Pck.Evaluate(Poses.Dataset(person), [result], PckReference.TorsoDiagonal, 0.2).Overall);
        var body = Pck.Evaluate(Poses.Dataset(person), [result], PckReference.TorsoDiagonal, 0.2, Pck.ShouldersToAnkles);
        Assert.Equal(1.0, body.Overall);
        Assert.Equal(Pck.ShouldersToAnkles, body.PerJoint.Select(j => j.Keypoint));
        Assert.Contains("'tail'", Assert.Throws<DataException>(() => Pck.Evaluate(Poses.Dataset(person), [result], PckReference.TorsoDiagonal, 0.2, ["tail"])).Message);
    }

    [Fact]
    public void Two_results_for_one_person_are_refused()
    {
        var person = Poses.Person(9, 1);
        Assert.Contains("annotation 9", Assert.Throws<DataException>(() =>
            Pck.Evaluate(Poses.Dataset(person), [Poses.Found(person), Poses.Found(person)], PckReference.TorsoDiagonal, 0.2)).Message);
    }

    [Fact]
    public void It_does_not_fall_when_the_threshold_grows() =>
        Gen.Select(Gen.Int[0, int.MaxValue], Gen.Double[0, 0.5], Gen.Double[0, 0.5]).Sample((seed, a, b) =>
        {
            var (truth, results) = Poses.Random(seed);
            double? At(double threshold) => Pck.Evaluate(truth, results, PckReference.BoxLongerSide, threshold).Overall;
            Assert.False(At(Math.Min(a, b)) > At(Math.Max(a, b)));
        }, iter: 50);

    private static double? Torso(PersonInstance person) => Pck.ReferenceLength(person, s_coco, PckReference.TorsoDiagonal);

    private static PersonInstance With(PersonInstance person, params (string Name, double X, double Y)[] keypoints)
    {
        foreach (var (name, x, y) in keypoints)
            person = person with { Keypoints = person.Keypoints.SetItem(s_coco.IndexOf(name), new(x, y, Visibility.Visible)) };
        return person;
    }

    private static PersonInstance Without(PersonInstance person, string name) =>
        person with { Keypoints = person.Keypoints.SetItem(s_coco.IndexOf(name), default) };
}
