using LeanPose.Datasets;
using LeanPose.Evaluation;
using Xunit;

namespace LeanPose.Tests.Evaluation;

public class PckMeasureTests
{
    [Theory]
    [InlineData("0.2:torso", "PCK@0.2-torso")]
    [InlineData("0.05:box", "PCK@0.05-box")]
    [InlineData("0.5:head", "PCK@0.5-head")]
    [InlineData("0.5:head-or-95", "PCK@0.5-head-or-95")]
    [InlineData("1:left_hip-left_knee", "PCK@1-left_hip-left_knee")]
    public void Measures_are_read_and_named(string text, string name) => Assert.Equal(name, PckMeasure.Parse(text).Name);

    [Theory]
    [InlineData("0.2:torso")]
    [InlineData("0.5:head-or-95")]
    [InlineData("0.3:left_hip-left_knee")]
    public void A_measure_writes_itself_as_it_is_read(string text) => Assert.Equal(text, PckMeasure.Parse(text).ToString());

    [Theory]
    [InlineData("torso")]
    [InlineData("0.2")]
    [InlineData("0.2:tors")]
    [InlineData("0:torso")]
    [InlineData("-1:torso")]
    [InlineData("NaN:torso")]
    [InlineData("0.2:a-a")]
    [InlineData("0.2:a-")]
    [InlineData("0.2:torso:1")]
    public void Other_texts_are_refused(string text) => Assert.StartsWith($"found '{text}', expected THRESHOLD:LENGTH", Assert.Throws<FormatException>(() => PckMeasure.Parse(text)).Message);

    [Fact]
    public void The_usual_measures_have_the_usual_names()
    {
        Assert.Equal(PoseEvaluation.TorsoPck, PckMeasure.Torso.Name);
        Assert.Equal(PoseEvaluation.BoxPck, PckMeasure.Box.Name);
    }

    [Fact]
    public void A_keypoint_within_the_share_of_the_chosen_length_is_right()
    {
        var person = Poses.Person(1, 1);
        var truth = Poses.Dataset(person);
        // Neighbouring keypoints are (5, −3) apart.
        var length = Math.Sqrt(34);
        var measure = PckMeasure.Parse("0.5:nose-left_eye");
        Assert.Equal(length, measure.Length(person, truth.Skeleton)!.Value, 1e-12);
        Assert.Equal(1.0, Pck.Evaluate(truth, [Poses.Found(person, (length / 2) - 0.001)], measure).Overall);
        Assert.Equal(0.0, Pck.Evaluate(truth, [Poses.Found(person, (length / 2) + 0.001)], measure).Overall);
        var without = person with { Keypoints = person.Keypoints.SetItem(0, default) };
        var left = Pck.Evaluate(Poses.Dataset(without), [Poses.Found(person)], measure);
        Assert.Null(left.Overall);
        Assert.Equal(1, left.LeftOut);
        Assert.Contains("no keypoint 'tail'", Assert.Throws<DataException>(() => Pck.Evaluate(truth, [], PckMeasure.Parse("1:nose-tail"))).Message);
    }

    [Fact]
    public void The_breakdown_counts_every_keypoint_twice_over()
    {
        var seen = Poses.Person(1, 1, area: 500);
        var hidden = Poses.Person(2, 2, area: 5000, visibility: Visibility.Hidden);
        var report = Pck.Evaluate(Poses.Dataset(seen, hidden), [Poses.Found(seen), Poses.Found(hidden, 300)], PckMeasure.Box);
        Assert.Equal(
            [new("visible", 1.0, 17), new("hidden", 0.0, 17), new("small", 1.0, 17), new("medium", 0.0, 17), new("large", null, 0)],
            report.Breakdown.AsEnumerable());
        var (truth, results) = Poses.Random(8);
        var random = Pck.Evaluate(truth, [.. results.Where(r => r.AnnotationId is not null)], PckMeasure.Torso);
        var labelled = random.PerJoint.Sum(j => j.Count);
        Assert.Equal((labelled, labelled), (random.Breakdown.Take(2).Sum(b => b.Count), random.Breakdown.Skip(2).Sum(b => b.Count)));
        Assert.Equal(random.Overall!.Value * labelled, random.Breakdown.Take(2).Sum(b => (b.Value ?? 0) * b.Count), 1e-9);
    }
}
