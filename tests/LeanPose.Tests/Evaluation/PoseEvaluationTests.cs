using System.Text.Json;
using LeanPose.Evaluation;
using Xunit;

namespace LeanPose.Tests.Evaluation;

public class PoseEvaluationTests
{
    private static readonly Dictionary<string, string> s_protocol = new() { ["boxes"] = "ground truth", ["flip"] = "off" };

    [Fact]
    public void A_report_holds_everything_in_the_agreed_shape()
    {
        var person = Poses.Person(1, 1, area: 50 * 50);
        using var json = JsonDocument.Parse(PoseEvaluation.Run(Poses.Dataset(person), [Poses.Found(person)], s_protocol).ToJson());
        var root = json.RootElement;
        Assert.Equal(["protocol", "metrics", "perJoint", "breakdown"], root.EnumerateObject().Select(p => p.Name));
        Assert.Equal(
            ["AP", "AP50", "AP75", "APm", "APl", "AR", "AR50", "AR75", "ARm", "ARl", "PCK@0.2-torso", "PCK@0.1-box"],
            root.GetProperty("metrics").EnumerateObject().Select(p => p.Name));
        Assert.Equal(1, root.GetProperty("metrics").GetProperty("AP").GetDouble(), 1e-12);
        Assert.Equal(JsonValueKind.Null, root.GetProperty("metrics").GetProperty("APl").ValueKind);
        var shoulder = root.GetProperty("perJoint").GetProperty("left_shoulder");
        Assert.Equal((1.0, 1.0, 1), (shoulder.GetProperty("PCK@0.2-torso").GetDouble(), shoulder.GetProperty("PCK@0.1-box").GetDouble(), shoulder.GetProperty("count").GetInt32()));
        Assert.Equal("ground truth", root.GetProperty("protocol").GetProperty("boxes").GetString());
        Assert.Equal("1", root.GetProperty("protocol").GetProperty("persons").GetString());
        Assert.StartsWith("0.026 0.025", root.GetProperty("protocol").GetProperty("sigmas").GetString());
    }

    [Fact]
    public void A_report_survives_writing_and_reading()
    {
        var (truth, results) = Poses.Random(5);
        var report = PoseEvaluation.Run(truth, results, s_protocol, bootstrap: new(Seed: 3, Resamples: 20));
        var again = EvaluationReport.FromJson(report.ToJson());
        Assert.Equal(report.ToJson(), again.ToJson());
        Assert.Equal(report.Intervals, again.Intervals);
        Assert.Throws<JsonException>(() => EvaluationReport.FromJson("{}"));
    }

    [Fact]
    public void The_text_gives_percentages_and_says_where_nothing_could_be_measured()
    {
        var person = Poses.Person(1, 1, area: 50 * 50);
        var lines = PoseEvaluation.Run(Poses.Dataset(person), [Poses.Found(person)], s_protocol).ToText().Split('\n');
        Assert.Contains(lines, l => l.StartsWith("APm ", StringComparison.Ordinal) && l.EndsWith("100.0", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.StartsWith("APl ", StringComparison.Ordinal) && l.EndsWith("no instance in this range", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.StartsWith("flip ", StringComparison.Ordinal) && l.EndsWith("off", StringComparison.Ordinal));
    }

    [Fact]
    public void Detector_boxes_have_no_pck()
    {
        var person = Poses.Person(1, 1);
        var report = PoseEvaluation.Run(Poses.Dataset(person), [Poses.Found(person) with { AnnotationId = null }], s_protocol);
        Assert.Equal(1.0, report.Metrics["AP"]!.Value, 1e-12);
        Assert.DoesNotContain(PoseEvaluation.TorsoPck, report.Metrics.Keys);
        Assert.StartsWith("not measured", report.Protocol["PCK"], StringComparison.Ordinal);
        Assert.Empty(report.PerJoint);
    }

    [Fact]
    public void Intervals_hold_the_value_and_repeat_with_the_seed()
    {
        var (truth, results) = Poses.Random(11, images: 60);
        var report = PoseEvaluation.Run(truth, results, s_protocol, bootstrap: new(Seed: 1, Resamples: 200));
        Assert.Equal(["AP", PoseEvaluation.TorsoPck, PoseEvaluation.BoxPck], report.Intervals!.Keys);
        foreach (var (name, interval) in report.Intervals)
        {
            Assert.InRange(report.Metrics[name]!.Value, interval.Low, interval.High);
            Assert.True(interval.High - interval.Low is > 0.01 and < 0.6, $"{name}: {interval}");
        }

        Assert.Equal(report.Intervals, PoseEvaluation.Run(truth, results, s_protocol, bootstrap: new(Seed: 1, Resamples: 200)).Intervals);
        Assert.NotEqual(report.Intervals["AP"], PoseEvaluation.Run(truth, results, s_protocol, bootstrap: new(Seed: 2, Resamples: 200)).Intervals!["AP"]);
    }

    [Fact]
    public void The_bootstrap_of_a_mean_is_as_wide_as_theory_says()
    {
        // 400 fair coin tosses: the mean's standard error is 0.025.
        var interval = new Bootstrap(Seed: 7, Resamples: 4000).Interval(400, weights =>
        {
            var heads = 0;
            for (var i = 0; i < weights.Length; i += 2)
                heads += weights[i];
            return heads / 400.0;
        })!.Value;
        Assert.Equal(0.5 - (1.96 * 0.025), interval.Low, 0.005);
        Assert.Equal(0.5 + (1.96 * 0.025), interval.High, 0.005);
        Assert.Null(new Bootstrap().Interval(0, _ => 1));
        Assert.Null(new Bootstrap().Interval(5, _ => null));
    }
}
