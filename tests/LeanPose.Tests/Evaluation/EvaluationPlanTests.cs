using LeanPose.Datasets;
using LeanPose.Evaluation;
using LeanPose.Skeletons;
using Xunit;

namespace LeanPose.Tests.Evaluation;

public class EvaluationPlanTests
{
    private static readonly Dictionary<string, string> s_protocol = [];

    [Fact]
    public void CrowdPose_adds_its_levels_with_intervals()
    {
        var persons = Enumerable.Range(1, 6).Select(i => Poses.Person(i, i, KnownSkeletons.CrowdPose14)).ToArray();
        var plain = Poses.Dataset(KnownSkeletons.CrowdPose14, persons);
        var truth = new PoseDataset(plain.Name, plain.Skeleton, [.. plain.Images.Select(i => i with { CrowdIndex = i.Id <= 2 ? 0.1 : i.Id <= 4 ? 0.5 : 0.9 })], plain.Persons);
        var results = persons.Take(4).Select(p => Poses.Found(p)).ToArray();
        var report = PoseEvaluation.Run(truth, results, s_protocol, new EvaluationPlan { Rules = EvaluationRules.CrowdPose }, new Bootstrap(Resamples: 50));
        var expected = CrowdPoseEvaluator.Evaluate(truth, results, CrowdPoseEvaluator.CrowdIndices(truth));
        Assert.Equal((expected.All.AP, expected.Easy, expected.Medium, expected.Hard), (report.Metrics["AP"], report.Metrics["AP-easy"], report.Metrics["AP-medium"], report.Metrics["AP-hard"]));
        Assert.Equal(("CrowdPose", "BoxShare"), (report.Protocol["rules"], report.Protocol["area"]));
        Assert.True(report.Intervals!.ContainsKey("AP-easy"));

        var missing = Assert.Throws<DataException>(() => PoseEvaluation.Run(plain, results, s_protocol, new EvaluationPlan { Rules = EvaluationRules.CrowdPose }));
        Assert.Contains("has no crowd index", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ai_challenger_and_mpii_add_their_numbers()
    {
        var person = Poses.Person(1, 1, KnownSkeletons.Aic14);
        var aic = PoseEvaluation.Run(Poses.Dataset(KnownSkeletons.Aic14, person), [Poses.Found(person)], s_protocol, new EvaluationPlan { Rules = EvaluationRules.Aic });
        Assert.Equal(1.0, aic.Metrics[EvaluationPlan.AicAp]);

        person = Poses.Person(1, 1, KnownSkeletons.Mpii16) with { HeadBox = new(10, 20, 20, 80 / 3.0) };
        var mpii = PoseEvaluation.Run(
            Poses.Dataset(KnownSkeletons.Mpii16, person), [Poses.Found(person, 11)], s_protocol,
            new EvaluationPlan { Rules = EvaluationRules.Mpii, Pcks = [PckMeasure.Box] });
        Assert.Equal((0.0, 0.0), (mpii.Metrics["PCKh@0.5"], mpii.Metrics["PCKh@0.5-Ankle"]));
        Assert.Equal(["PCKh@0.5", "PCK@0.1-box", "count"], mpii.PerJoint["left_knee"].Keys);
        var unjoined = PoseEvaluation.Run(
            Poses.Dataset(KnownSkeletons.Mpii16, person), [Poses.Found(person) with { AnnotationId = null }], s_protocol, new EvaluationPlan { Rules = EvaluationRules.Mpii });
        Assert.DoesNotContain("PCKh@0.5", unjoined.Metrics.Keys);
    }

    [Fact]
    public void Wepdtof_takes_its_own_sigmas_for_names_that_ai_challenger_has_too()
    {
        var person = Poses.Person(1, 1, KnownSkeletons.Aic14);
        var report = PoseEvaluation.Run(Poses.Dataset(KnownSkeletons.Aic14, person), [Poses.Found(person, 5)], s_protocol, new EvaluationPlan { Rules = EvaluationRules.Wepdtof });
        var direct = CocoEvaluator.Evaluate(Poses.Dataset(KnownSkeletons.WepdtofPose14, person), [Poses.Found(person, 5)], OksOptions.Wepdtof);
        Assert.Equal(direct.AP, report.Metrics["AP"]);
        Assert.EndsWith("0.026 0.026", report.Protocol["sigmas"], StringComparison.Ordinal);
    }

    [Fact]
    public void Given_sigmas_and_measures_are_used()
    {
        var person = Poses.Person(1, 1);
        var plan = new EvaluationPlan { Sigmas = [.. Enumerable.Repeat(0.01, 17)], Pcks = [PckMeasure.Parse("0.3:nose-left_eye")] };
        var report = PoseEvaluation.Run(Poses.Dataset(person), [Poses.Found(person, 6)], s_protocol, plan, new Bootstrap(Resamples: 20));
        Assert.Equal(0.0, report.Metrics["AP"]);
        Assert.Equal(["AP", "PCK@0.3-nose-left_eye"], report.Intervals!.Keys);
        Assert.Equal(["PCK@0.3-nose-left_eye", "count"], report.PerJoint["nose"].Keys);
        Assert.Equal(17, report.Breakdown!["visible"]["count"]);
        Assert.Equal("0", report.Protocol["persons without nose-left_eye"]);
    }
}
