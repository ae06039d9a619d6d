using LeanPose.Evaluation;
using Xunit;

namespace LeanPose.Tests.Evaluation;

public class ResampledMetricsTests
{
    private static readonly Bootstrap s_bootstrap = new(Seed: 5, Resamples: 300);

    [Fact]
    public void Samples_of_pictures_are_those_of_the_interval_and_surround_the_value()
    {
        var (truth, results) = Poses.Random(3, images: 60);
        var report = PoseEvaluation.Run(truth, results, new Dictionary<string, string>(), bootstrap: s_bootstrap);
        var samples = ResampledMetrics.Of(truth, results, s_bootstrap);
        Assert.Equal(ResampledMetrics.Names, samples.Keys);
        Assert.Equal(report.Intervals!["AP"], Bootstrap.Interval(samples["AP"]));
        foreach (var name in ResampledMetrics.Names)
        {
            Assert.Equal(300, samples[name].Length);
            Assert.Equal(report.Metrics[name]!.Value, samples[name].Average()!.Value, 0.03);
        }
    }

    [Fact]
    public void Persons_of_one_picture_stand_and_fall_together()
    {
        // Two pictures; all persons of the first are found, none of the second: each sample has 0, 1/2 or all correct.
        var persons = Enumerable.Range(0, 8).Select(i => Poses.Person(i + 1, 1 + (i / 4))).ToArray();
        var results = persons.Select(p => Poses.Found(p, p.Image.Id == 1 ? 0 : 500)).ToArray();
        var samples = ResampledMetrics.Of(Poses.Dataset(persons), results, s_bootstrap);
        Assert.Equal([0.0, 0.5, 1.0], samples[PoseEvaluation.BoxPck].Select(s => s!.Value).Distinct().Order());
        Assert.Equal([0.0, 0.5, 1.0], samples[PoseEvaluation.TorsoPck].Select(s => s!.Value).Distinct().Order());
    }

    [Fact]
    public void Two_models_on_the_same_pictures_are_pairs()
    {
        var (truth, results) = Poses.Random(8, images: 60);
        // The other model is wrong in one picture only: its distance is far better known than either value.
        var first = results.First(r => r.AnnotationId is not null).ImageId;
        var worse = results.Select(r => r.ImageId == first ? r with { Keypoints = [.. r.Keypoints.Select(k => k with { X = k.X + 900 })] } : r).ToArray();
        var (a, b) = (ResampledMetrics.Of(truth, results, s_bootstrap), ResampledMetrics.Of(truth, worse, s_bootstrap));
        foreach (var name in ResampledMetrics.Names)
        {
            var own = Bootstrap.Interval(a[name])!.Value;
            var difference = Bootstrap.Interval(a[name].Zip(b[name], (x, y) => x - y))!.Value;
            Assert.True(difference.High - difference.Low < (own.High - own.Low) / 2, $"{name}: {difference} against {own}");
            Assert.True(difference.Low >= 0);
        }
    }

    [Fact]
    public void A_mean_over_runs_draws_the_runs_too()
    {
        double?[] Constant(double? value) => [.. Enumerable.Repeat(value, 300)];
        Assert.Equal(Constant(0.25), s_bootstrap.MeanOverRuns([Constant(0.25)]));
        // Of two runs that always give 0 and 1, both, one or the other is drawn.
        var two = s_bootstrap.MeanOverRuns([Constant(0), Constant(1)]);
        Assert.Equal([0.0, 0.5, 1.0], two.Select(v => v!.Value).Distinct().Order());
        Assert.Equal(0.5, two.Average()!.Value, 0.1);
        Assert.Equal(two, s_bootstrap.MeanOverRuns([Constant(0), Constant(1)]));
        // Where a run that was drawn could not be measured, the sample cannot be either.
        Assert.Equal(two.Select(v => v == 1 ? v : null), s_bootstrap.MeanOverRuns([Constant(null), Constant(1)]));
        Assert.All(s_bootstrap.MeanOverRuns([]), v => Assert.Null(v));
        Assert.Null(Bootstrap.Interval(Constant(null)));
    }
}
