using CsCheck;
using LeanPose.Datasets;
using LeanPose.Evaluation;
using LeanPose.Geometry;
using Xunit;

namespace LeanPose.Tests.Evaluation;

public class CocoEvaluatorTests
{
    private static readonly Gen<int> s_seed = Gen.Int[0, int.MaxValue];

    [Fact]
    public void One_person_found_perfectly()
    {
        var person = Poses.Person(1, 1, area: 100 * 100);
        var report = CocoEvaluator.Evaluate(Poses.Dataset(person), [Poses.Found(person)]);
        Assert.All([report.AP, report.AP50, report.APl, report.AR, report.ARl], v => Assert.Equal(1, v!.Value, 1e-12));
        Assert.Null(report.APm);
        Assert.Null(report.ARm);
    }

    [Fact]
    public void Perfect_predictions_have_an_AP_of_one() => s_seed.Sample(seed =>
    {
        var (truth, _) = Poses.Random(seed);
        var results = truth.Persons.Where(p => !p.IsCrowd && p.LabelledCount > 0).Select(p => Poses.Found(p, score: p.Id)).ToArray();
        if (results.Length == 0)
            return;
        var report = CocoEvaluator.Evaluate(truth, results, new() { MaxDetections = 1000 });
        Assert.Equal(1, report.AP!.Value, 1e-12);
        Assert.Equal(1, report.AR!.Value, 1e-12);
    }, iter: 50);

    [Fact]
    public void The_order_of_pictures_persons_and_results_changes_nothing() => s_seed.Sample(seed =>
    {
        var (truth, results) = Poses.Random(seed);
        var mixed = new PoseDataset(truth.Name, truth.Skeleton, [.. truth.Images.Reverse()], [.. truth.Persons.Reverse()]);
        Assert.Equal(CocoEvaluator.Evaluate(truth, results).Numbers(), CocoEvaluator.Evaluate(mixed, [.. results.Reverse()]).Numbers());
    }, iter: 50);

    [Fact]
    public void Only_the_order_of_scores_matters() => s_seed.Sample(seed =>
    {
        var (truth, results) = Poses.Random(seed);
        var rescaled = results.Select(r => r with { Score = Math.Log(1 + r.Score) - 7 }).ToArray();
        Assert.Equal(CocoEvaluator.Evaluate(truth, results).Numbers(), CocoEvaluator.Evaluate(truth, rescaled).Numbers());
    }, iter: 50);

    [Fact]
    public void A_wrong_detection_below_all_others_costs_nothing() => s_seed.Sample(seed =>
    {
        var (truth, results) = Poses.Random(seed);
        var wrong = Poses.Found(Poses.Person(0, 1), 5000, 5000, -1);
        Assert.Equal(CocoEvaluator.Evaluate(truth, results).Numbers(), CocoEvaluator.Evaluate(truth, [.. results, wrong]).Numbers());
    }, iter: 50);

    [Fact]
    public void A_picture_that_counts_twice_is_like_two_pictures() => s_seed.Sample(seed =>
    {
        var (truth, results) = Poses.Random(seed);
        var copy = Poses.Image(1000);
        var doubled = new PoseDataset(truth.Name, truth.Skeleton, [.. truth.Images, copy],
            [.. truth.Persons, .. truth.Persons.Where(p => p.Image.Id == 1).Select(p => p with { Id = p.Id + 1000, Image = copy })]);
        var more = results.Concat(results.Where(r => r.ImageId == 1).Select(r => r with { ImageId = 1000 })).ToArray();

        var matches = CocoEvaluator.Match(truth, results);
        var weights = matches.ImageIds.Select(id => id == 1 ? 2 : 1).ToArray();
        Assert.Equal(CocoEvaluator.Evaluate(doubled, more).Numbers(), matches.Report(weights).Numbers());
        Assert.Equal(matches.Report(weights).AP, matches.AveragePrecision(weights));
        Assert.Equal(matches.Report().AP, matches.AveragePrecision());
    }, iter: 50);

    [Fact]
    public void Crowds_persons_without_labels_and_persons_of_other_sizes_are_neither_right_nor_wrong()
    {
        var person = Poses.Person(1, 1);
        var crowd = Poses.Person(2, 2, crowd: true);
        var unlabelled = Poses.Person(3, 3, visibility: Visibility.Unlabelled);
        var empty = unlabelled with { Id = 4, Image = Poses.Image(4), Keypoints = [] };
        var results = new[] { Poses.Found(person), Poses.Found(crowd), Poses.Found(crowd), Poses.Found(unlabelled), Poses.Found(unlabelled) with { ImageId = 4 } };
        var report = CocoEvaluator.Evaluate(Poses.Dataset(person, crowd, unlabelled, empty), results);
        Assert.Equal(1, report.AP!.Value, 1e-12);
        Assert.Equal(1, report.AR!.Value, 1e-12);
    }

    [Fact]
    public void Nobody_to_be_found_gives_null()
    {
        var crowd = Poses.Person(2, 2, crowd: true);
        Assert.All(CocoEvaluator.Evaluate(Poses.Dataset(crowd), [Poses.Found(crowd)]).Numbers(), n => Assert.Null(n.Value));
        Assert.All(CocoEvaluator.Evaluate(Poses.Dataset(), []).Numbers(), n => Assert.Null(n.Value));
    }

    [Fact]
    public void No_results_give_zero()
    {
        var report = CocoEvaluator.Evaluate(Poses.Dataset(Poses.Person(1, 1)), []);
        Assert.Equal((0.0, 0.0), (report.AP!.Value, report.AR!.Value));
    }

    [Fact]
    public void A_person_with_annotation_id_zero_can_be_found()
    {
        var person = Poses.Person(0, 1);
        Assert.Equal(1, CocoEvaluator.Evaluate(Poses.Dataset(person), [Poses.Found(person)]).AP!.Value, 1e-12);
    }

    [Theory]
    [InlineData(true, 1.0)] // the box of 40×40 is medium: no wrong detection among the large ones
    [InlineData(false, 0.5)] // the keypoints' extent is large
    public void The_size_of_a_detection_is_its_box_or_else_its_extent(bool withBox, double expectedApl)
    {
        var person = Poses.Person(1, 1);
        var wide = Poses.Found(person, 700, 0, score: 2);
        wide = wide with { Box = withBox ? new Box(0, 0, 40, 40) : null, Keypoints = wide.Keypoints.SetItem(0, new(0, 900, 1)) };
        Assert.Equal(expectedApl, CocoEvaluator.Evaluate(Poses.Dataset(person), [wide, Poses.Found(person)]).APl!.Value, 1e-9);
    }

    [Fact]
    public void Only_the_best_detections_of_a_picture_count()
    {
        var person = Poses.Person(1, 1);
        var wrong = Enumerable.Range(0, 20).Select(i => Poses.Found(person, 3000, 0, score: 2 + i)).ToArray();
        Assert.Equal(0.0, CocoEvaluator.Evaluate(Poses.Dataset(person), [.. wrong, Poses.Found(person)]).AP);
        Assert.Equal(1.0 / 20, CocoEvaluator.Evaluate(Poses.Dataset(person), [.. wrong[1..], Poses.Found(person)]).AP!.Value, 1e-9);
    }

    [Fact]
    public void Results_that_do_not_fit_are_refused_with_their_place()
    {
        var person = Poses.Person(1, 1);
        var truth = Poses.Dataset(person);
        var good = Poses.Found(person);
        Assert.Contains("result 1 (picture 77)", Refused(truth, good, good with { ImageId = 77 }));
        Assert.Contains("A result has 16 keypoints", Refused(truth, good with { Keypoints = good.Keypoints[..16] }));
        Assert.Contains("A result has 0 keypoints", Refused(truth, good with { Keypoints = default }));
        Assert.Contains("not finite", Refused(truth, good with { Score = double.NaN }));
        Assert.Contains("not finite", Refused(truth, good with { Keypoints = good.Keypoints.SetItem(0, new(double.NaN, 0, 1)) }));
        Assert.Contains("annotation 1", Refused(Poses.Dataset(person with { Area = double.NaN })));
        Assert.Throws<ArgumentException>(() => CocoEvaluator.Evaluate(truth, [good], new() { MaxDetections = 0 }));
        Assert.Throws<ArgumentException>(() => CocoEvaluator.Evaluate(truth, [good], new() { Sigmas = [0.1] }));
        Assert.Contains("annotation 1", Refused(Poses.Dataset(person with { Keypoints = person.Keypoints[..3] })));
    }

    private static string Refused(PoseDataset truth, params PoseResult[] results) =>
        Assert.Throws<DataException>(() => CocoEvaluator.Evaluate(truth, results)).Message;
}
