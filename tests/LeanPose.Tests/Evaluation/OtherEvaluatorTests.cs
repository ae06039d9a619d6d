using LeanPose.Datasets;
using LeanPose.Evaluation;
using LeanPose.Skeletons;
using Xunit;

namespace LeanPose.Tests.Evaluation;

public class AicEvaluatorTests
{
    private static readonly Skeleton s_aic = KnownSkeletons.Aic14;

    [Fact]
    public void Five_pixels_off_in_a_box_of_100_by_100()
    {
        var person = Poses.Person(1, 1, s_aic);
        Assert.Equal(0.405879, AicEvaluator.Similarity(person, Poses.Found(person, 5)), 1e-6);
    }

    [Fact]
    public void Hidden_keypoints_do_not_count()
    {
        var person = Poses.Person(1, 1, s_aic);
        var off = Poses.Found(person) with { Keypoints = Poses.Found(person).Keypoints.SetItem(0, new(999, 999, 1)) };
        Assert.True(AicEvaluator.Similarity(person, off) < 0.95);
        Assert.Equal(1, AicEvaluator.Similarity(person with { Keypoints = person.Keypoints.SetItem(0, new(1, 1, Visibility.Hidden)) }, off));
    }

    [Fact]
    public void Superfluous_predictions_and_missed_persons_share_the_denominator()
    {
        PersonInstance a = Poses.Person(1, 1, s_aic), b = Poses.Person(2, 2, s_aic);
        var truth = Poses.Dataset(s_aic, a, b);
        Assert.Equal(1.0, AicEvaluator.AveragePrecision(truth, [Poses.Found(a), Poses.Found(b)]));
        Assert.Equal(0.5, AicEvaluator.AveragePrecision(truth, [Poses.Found(a)]));
        Assert.Equal(2.0 / 3, AicEvaluator.AveragePrecision(truth, [Poses.Found(a), Poses.Found(a, 900), Poses.Found(b)])!.Value, 1e-12);
        Assert.Null(AicEvaluator.AveragePrecision(Poses.Dataset(s_aic), []));
        Assert.Throws<DataException>(() => AicEvaluator.AveragePrecision(Poses.Dataset(Poses.Person(1, 1)), []));
    }
}

public class CrowdPoseEvaluatorTests
{
    [Fact]
    public void Pictures_are_easy_below_a_fifth_and_hard_from_four_fifths()
    {
        var skeleton = KnownSkeletons.CrowdPose14;
        var persons = Enumerable.Range(1, 4).Select(i => Poses.Person(i, i, skeleton)).ToArray();
        var crowding = new Dictionary<long, double> { [1] = 0.19, [2] = 0.2, [3] = 0.79, [4] = 0.8 };
        var report = CrowdPoseEvaluator.Evaluate(Poses.Dataset(skeleton, persons), [Poses.Found(persons[0]), Poses.Found(persons[1])], crowding);
        Assert.Equal(1, report.Easy!.Value, 1e-12);
        Assert.Equal(0, report.Hard);
        Assert.Equal(51.0 / 101, report.Medium!.Value, 1e-9);
        Assert.Null(CrowdPoseEvaluator.Evaluate(Poses.Dataset(skeleton, persons[0]), [], crowding).Hard);
        crowding.Remove(3);
        Assert.Contains("Picture 3", Assert.Throws<DataException>(() => CrowdPoseEvaluator.Evaluate(Poses.Dataset(skeleton, persons), [], crowding)).Message);
    }
}
