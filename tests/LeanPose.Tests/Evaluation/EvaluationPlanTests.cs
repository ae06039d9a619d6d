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

    [Fact]
    public void What_a_metric_needs_of_the_data_is_told_without_a_prediction()
    {
        var headless = Poses.Dataset(KnownSkeletons.Mpii16, Poses.Person(1, 1, KnownSkeletons.Mpii16) with { HeadBox = new(10, 20, 20, 30) }, Poses.Person(2, 2, KnownSkeletons.Mpii16));
        Assert.Equal(
            """
            1 of 2 labelled persons have no head box, by which PCKh is measured.
              where:    made up, annotation 2
              expected: "bbox_head": [left, top, width, height] of every labelled person
              do:       convert MPII's annotations with 'leanpose data convert': valid.json with gt_valid.mat beside it, or MPII's own .mat file (docs/formats.md)
            """.ReplaceLineEndings("\n"),
            Refused(headless, EvaluationRules.Mpii));
        var coco = Poses.Dataset(Poses.Person(1, 1));
        Assert.StartsWith("PCKh is defined for MPII's keypoints only.", Refused(coco, EvaluationRules.Mpii), StringComparison.Ordinal);
        Assert.StartsWith("AI Challenger's AP is defined for its own keypoints only.", Refused(coco, EvaluationRules.Aic), StringComparison.Ordinal);
        Assert.StartsWith("1 of 1 pictures have no crowd index, by which CrowdPose's levels are told.\n  where:    made up, picture 1\n", Refused(coco, EvaluationRules.CrowdPose), StringComparison.Ordinal);
        Assert.Throws<DataException>(() => new EvaluationPlan { Pcks = [PckMeasure.Parse("0.3:nose-tail")] }.Require(coco));
        foreach (var rules in new[] { EvaluationRules.Coco, EvaluationRules.Wepdtof })
            new EvaluationPlan { Rules = rules }.Require(coco);
        // Who has no label is not measured, and needs no head.
        new EvaluationPlan { Rules = EvaluationRules.Mpii }.Require(Poses.Dataset(KnownSkeletons.Mpii16, Poses.Person(1, 1, KnownSkeletons.Mpii16, visibility: Visibility.Unlabelled)));

        static string Refused(PoseDataset truth, EvaluationRules rules) => Assert.Throws<DataException>(() => new EvaluationPlan { Rules = rules }.Require(truth)).Message.ReplaceLineEndings("\n");
    }
}
