using LeanPose.Datasets;
using LeanPose.Evaluation;
using LeanPose.Evaluation.Sigmas;
using LeanPose.Randomness;
using LeanPose.Skeletons;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Tests.Evaluation.Sigmas;

public sealed class SigmaTests : IDisposable
{
    private static readonly Skeleton s_skeleton = KnownSkeletons.Lsp14;
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void The_spread_of_annotators_is_found_whatever_the_persons_sizes(int annotators)
    {
        var estimate = SigmaEstimate.Of([.. Enumerable.Range(0, annotators).Select(a => Annotated(a, 600))], new Bootstrap(Resamples: 100));
        Assert.Equal((600, 0), (estimate.Matched, estimate.Unmatched));
        Assert.Equal(s_skeleton.Keypoints, estimate.Keypoints.Select(k => k.Keypoint));
        foreach (var (k, sigma) in estimate.Keypoints.Zip(s_skeleton.Sigmas))
        {
            // 1200 or 2400 squared deviations: the root's standard error is below 3 %.
            Assert.InRange(k.Sigma!.Value / sigma, 0.9, 1.1);
            Assert.InRange(k.Interval!.Value.Low, sigma * 0.8, k.Sigma.Value);
            Assert.InRange(k.Interval!.Value.High, k.Sigma.Value, sigma * 1.2);
            if (annotators == 2)
                Assert.InRange(k.Robust!.Value / sigma, 0.85, 1.15);
        }

        Assert.Empty(SigmaCheck.Of(estimate));
    }

    [Fact]
    public void Persons_meet_by_box_and_those_without_partner_are_counted()
    {
        var first = Annotated(0, 20);
        var second = Annotated(1, 20);
        var moved = new PoseDataset("moved", s_skeleton, second.Images, [.. second.Persons.Reverse().Select((p, i) => i < 5 ? p with { RawBox = p.RawBox with { X = 5000 } } : p with { Id = 1000 + i })]);
        var estimate = SigmaEstimate.Of([first, moved], new Bootstrap(Resamples: 10));
        Assert.Equal((15, 5), (estimate.Matched, estimate.Unmatched));
        Assert.Contains(SigmaCheck.Of(estimate), d => d.Contains("estimated from 15 persons", StringComparison.Ordinal));
        Assert.Throws<DataException>(() => SigmaEstimate.Of([first, new PoseDataset("nobody", s_skeleton, first.Images, [])], new Bootstrap()));
        Assert.Throws<DataException>(() => SigmaEstimate.Of([first, Poses.Dataset(Poses.Person(1, 1))], new Bootstrap()));
    }

    [Fact]
    public void Gross_mistakes_and_copies_are_named()
    {
        var (first, second) = (Annotated(0, 100), Annotated(1, 100));
        var swapped = new PoseDataset("swapped", s_skeleton, second.Images, [.. second.Persons.Select((p, i) => i % 10 > 0 ? p : p with { Keypoints = p.Keypoints.SetItem(3, p.Keypoints[3] with { X = p.Keypoints[3].X + 300 }) })]);
        var doubt = Assert.Single(SigmaCheck.Of(SigmaEstimate.Of([first, swapped], new Bootstrap(Resamples: 10))), d => d.Contains("from the median", StringComparison.Ordinal));
        Assert.StartsWith("left_hip: ", doubt, StringComparison.Ordinal);
        Assert.Equal(14, SigmaCheck.Of(SigmaEstimate.Of([first, first], new Bootstrap(Resamples: 10))).Count(d => d.Contains("copy", StringComparison.Ordinal)));
    }

    [Fact]
    public void Sigmas_that_make_the_metric_meaningless_are_named_and_published_ones_are_not()
    {
        Assert.All(KnownSkeletons.All, s => Assert.Empty(SigmaCheck.Of(s.Keypoints, s.Sigmas)));
        Assert.Empty(SigmaCheck.Of(KnownSkeletons.Aic14.Keypoints, [.. KnownSkeletons.Aic14.Sigmas]));
        string[] names = ["left_wrist", "right_wrist", "tail"];
        Assert.Contains(SigmaCheck.Of(names, [0.062, 0.062, 0.2]), d => d.StartsWith("tail: σ 0.2 is loose; a keypoint that is off by 47 % of the person's size", StringComparison.Ordinal));
        Assert.Contains(SigmaCheck.Of(names, [0.062, 0.062, 0.005]), d => d.StartsWith("tail: σ 0.005 is tight; on a person of 100 pixels a keypoint that is off by 1.177 pixels", StringComparison.Ordinal));
        Assert.Contains(SigmaCheck.Of(names, [0.06, 0.1, 0.06]), d => d.StartsWith("left_wrist and right_wrist", StringComparison.Ordinal));
        var placeholder = SigmaCheck.Of(names, [1 / 3.0, 1 / 3.0, 1 / 3.0]);
        Assert.Contains(placeholder, d => d.Contains("placeholder", StringComparison.Ordinal));
        Assert.Contains(placeholder, d => d.StartsWith("The mean σ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_of_sigmas_is_read_back_and_wrong_ones_are_located()
    {
        SigmaFile.Write(_folder["s.json"], [("neck", 0.05), ("left_knee", 0.08)]);
        var read = SigmaFile.Read(_folder["s.json"], s_skeleton);
        Assert.Equal((0.05, 0.08, s_skeleton.Sigmas[0]), (read[s_skeleton.IndexOf("neck")], read[s_skeleton.IndexOf("left_knee")], read[0]));
        File.WriteAllText(_folder["w.json"], """{"sigmas": [{"keypoint": "tail", "sigma": 1}, {"keypoint": "neck", "sigma": -1}, {"keypoint": "neck", "sigma": 1}]}""");
        var error = Assert.Throws<DataException>(() => SigmaFile.Read(_folder["w.json"], s_skeleton)).Message;
        Assert.Contains("There is no keypoint 'tail'.", error);
        Assert.Contains("The sigma of 'neck' is -1.", error);
        Assert.Contains("stands twice", error);
        File.WriteAllText(_folder["w.json"], "{}");
        Assert.Throws<DataException>(() => SigmaFile.Read(_folder["w.json"], s_skeleton));
    }

    // Labels off by the skeleton's sigmas, on persons of many sizes, two in a picture.
    private static PoseDataset Annotated(int annotator, int count)
    {
        var images = Enumerable.Range(0, count).Select(i => Poses.Image(1 + (i / 2))).ToArray();
        var persons = Enumerable.Range(0, count).Select(i =>
        {
            var place = KeyedRandom.For(1, "person", i);
            var noise = KeyedRandom.For(2, "label", i, annotator);
            var side = 40 + (300 * place.NextDouble());
            var keypoints = s_skeleton.Sigmas.Select(sigma =>
            {
                double x = place.NextDouble() * side, y = place.NextDouble() * side, s = sigma * side / Math.Sqrt(2);
                return new Keypoint(x + (s * noise.NextNormal()), y + (s * noise.NextNormal()), Visibility.Visible);
            }).ToArray();
            return Poses.Person(i + 1, images[i].Id, s_skeleton, new(400 * (i % 2), 0, side, side), side * side) with { Image = images[i], Keypoints = [.. keypoints] };
        });
        return new($"annotator {annotator}", s_skeleton, [.. images.Distinct()], [.. persons]);
    }
}
