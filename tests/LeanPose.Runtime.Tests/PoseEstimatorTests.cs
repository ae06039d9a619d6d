using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Heatmaps;
using LeanPose.Learning.Prediction;
using LeanPose.Skeletons;
using Xunit;
using static TorchSharp.torch;

namespace LeanPose.Runtime.Tests;

public sealed class PoseEstimatorTests(ExportedModel model) : IClassFixture<ExportedModel>
{
    private static readonly Box[] Boxes = ExportedModel.Boxes;

    public static TheoryData<Decoder, bool> Readings => [.. Enum.GetValues<Decoder>().SelectMany(d => new[] { (d, false), (d, true) })];

    [Theory]
    [MemberData(nameof(Readings))]
    public void Estimates_are_those_of_the_trained_network(Decoder decoder, bool flip)
    {
        var record = new ImageRecord(1, "picture.png", model.Picture, model.Image.Width, model.Image.Height);
        var persons = new PoseDataset("made up", KnownSkeletons.Coco17, [record], [.. Boxes.Select((b, i) => new PersonInstance { Id = i, Image = record, RawBox = b, Box = b })]);
        using var predictor = new PosePredictor(model.Network, ExportedModel.Spec, CPU);
        var expected = predictor.Predict(persons, new PredictionOptions(decoder, flip), stop: TestContext.Current.CancellationToken);

        var file = model.Export($"{decoder}-{flip}.onnx", ExportedModel.Spec, new() { Decoder = decoder, FlipTest = flip });
        using var estimator = PoseEstimator.Load(file);
        var actual = estimator.Estimate(model.Image, Boxes);

        Assert.Equal((64, 96), (estimator.InputWidth, estimator.InputHeight));
        Assert.Equal(Boxes, actual.Select(p => p.Box));
        foreach (var (e, a) in expected.Zip(actual, (e, a) => (e, a)))
        {
            Assert.Equal(e.Score, a.Score, 1e-3);
            Near(e.Keypoints, a.Keypoints);
        }

        // The picture must put the comparison to the test: keypoints at many places, scores that count and others.
        Assert.InRange(expected.SelectMany(e => e.Keypoints).Select(k => (Math.Round(k.X), Math.Round(k.Y))).Distinct().Count(), 20, 1000);
        Assert.All(expected, e => Assert.True(flip || e.Score > 0.2));
        Assert.Contains(expected.SelectMany(e => e.Keypoints), k => k.Score is > 0 and < 0.2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_model_trained_on_unbiased_crops_gets_such(bool flip)
    {
        var spec = ExportedModel.Spec with { Crop = CropRule.Udp };
        var record = new ImageRecord(1, "picture.png", model.Picture, model.Image.Width, model.Image.Height);
        var persons = new PoseDataset("made up", KnownSkeletons.Coco17, [record], [.. Boxes.Select((b, i) => new PersonInstance { Id = i, Image = record, RawBox = b, Box = b })]);
        using var predictor = new PosePredictor(model.Network, spec, CPU);
        var expected = predictor.Predict(persons, new PredictionOptions(Decoder.SoftArgMax, flip), stop: TestContext.Current.CancellationToken);

        using var estimator = PoseEstimator.Load(model.Export($"udp-{flip}.onnx", spec, new() { Decoder = Decoder.SoftArgMax, FlipTest = flip }));
        foreach (var (e, a) in expected.Zip(estimator.Estimate(model.Image, Boxes), (e, a) => (e, a)))
            Near(e.Keypoints, a.Keypoints);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(64)]
    public void Batches_change_nothing(int maxBatch)
    {
        using var estimator = PoseEstimator.Load(model.Onnx);
        using var batched = PoseEstimator.Load(model.Onnx, new PoseEstimatorOptions { MaxBatch = maxBatch, Threads = 1 });
        foreach (var (e, a) in estimator.Estimate(model.Image, Boxes).Zip(batched.Estimate(model.Image, Boxes), (e, a) => (e, a)))
            Near(e.Keypoints, a.Keypoints);
    }

    [Fact]
    public void Threads_share_an_estimator()
    {
        using var estimator = PoseEstimator.Load(model.Onnx, new PoseEstimatorOptions { MaxBatch = 2, Threads = 1 });
        var calls = Enumerable.Range(0, 24).Select(i => Boxes.Skip(i % Boxes.Length).Concat(Boxes).Take(1 + (i % 5)).ToArray()).ToArray();
        var expected = calls.Select(c => estimator.Estimate(model.Image, c)).ToArray();
        var wrong = 0;
        var threads = Enumerable.Range(0, 16).Select(t => new Thread(() =>
        {
            for (var i = 0; i < calls.Length; i++)
            {
                var at = (i + t) % calls.Length;
                var actual = estimator.Estimate(model.Image, calls[at]);
                if (!expected[at].SelectMany(p => p.Keypoints).SequenceEqual(actual.SelectMany(p => p.Keypoints)))
                    Interlocked.Increment(ref wrong);
            }
        })).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        Assert.Equal(0, wrong);
    }

    [Fact]
    public void A_call_allocates_its_results_only()
    {
        using var estimator = PoseEstimator.Load(model.Onnx, new PoseEstimatorOptions { MaxBatch = 2 });
        estimator.Estimate(model.Image, Boxes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var poses = estimator.Estimate(model.Image, Boxes);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        var results = poses.Count * (150 + (24 * 17));
        Assert.InRange(allocated, 1, results + 500); // a crop alone is 18432 bytes
    }

    [Fact]
    public void No_boxes_no_poses()
    {
        using var estimator = PoseEstimator.Load(model.Onnx);
        Assert.Empty(estimator.Estimate(model.Image, []));
    }

    [Fact]
    public void Only_trained_keypoints_are_given_in_the_order_of_a_known_skeleton()
    {
        var crowd = KnownSkeletons.CrowdPose14;
        var spec = ExportedModel.Spec with { Skeleton = "shuffled", Keypoints = [.. crowd.Keypoints.Reverse(), "a", "b", "c"], TrainedKeypoints = [.. crowd.Keypoints.Reverse()], FlipPairs = [], Limbs = [] };
        using var all = PoseEstimator.Load(model.Onnx);
        using var estimator = PoseEstimator.Load(model.Export("crowd.onnx", spec));
        Assert.Same(crowd, estimator.Skeleton);
        var expected = all.Estimate(model.Image, Boxes)[0].Keypoints.Take(14).Reverse();
        Assert.Equal(expected, estimator.Estimate(model.Image, Boxes)[0].Keypoints);
    }

    [Fact]
    public void Some_trained_keypoints_keep_their_limbs_pairs_and_sigmas()
    {
        var spec = ExportedModel.Spec with { TrainedKeypoints = ["left_hip", "right_hip", "left_knee", "nose"] };
        using var estimator = PoseEstimator.Load(model.Export("some.onnx", spec));
        var skeleton = estimator.Skeleton;
        Assert.Equal("coco17-trained", skeleton.Name);
        Assert.Equal(spec.TrainedKeypoints.AsEnumerable(), skeleton.Keypoints);
        Assert.Equal([1, 0, 2, 3], skeleton.FlipIndex);
        Assert.Equal(KnownSkeletons.SigmaOf("nose"), skeleton.Sigmas[3]);
        Assert.Contains(skeleton.Limbs, l => l is (0, 2) or (2, 0));
        Assert.All(skeleton.Limbs, l => Assert.True(l.A < 3 && l.B < 3));
    }

    [Theory]
    [InlineData(0, 10, "width 0")]
    [InlineData(-5, 10, "width -5")]
    [InlineData(10, double.NaN, "height NaN")]
    [InlineData(10, double.PositiveInfinity, "height ∞|height Infinity")]
    public void A_box_without_extent_is_refused(double width, double height, string says)
    {
        using var estimator = PoseEstimator.Load(model.Onnx);
        var e = Assert.Throws<ArgumentException>("boxes", () => estimator.Estimate(model.Image, [Boxes[0], new Box(1, 2, width, height)]));
        Assert.Contains("boxes[1]", e.Message);
        Assert.Contains(says.Split('|'), s => e.Message.Contains(s, StringComparison.Ordinal));
    }

    [Fact]
    public void An_estimator_that_was_disposed_of_says_so()
    {
        var estimator = PoseEstimator.Load(model.Onnx);
        estimator.Estimate(model.Image, Boxes);
        estimator.Dispose();
        estimator.Dispose();
        Assert.Throws<ObjectDisposedException>(() => estimator.Estimate(model.Image, Boxes));
    }

    private static void Near(IEnumerable<ScoredPoint> expected, IEnumerable<ScoredPoint> actual)
    {
        foreach (var (e, a) in expected.Zip(actual, (e, a) => (e, a)))
        {
            // DARK's step ends far outside where its denominator is near 0, and what is rounded off there grows with its square.
            var allowed = 0.05 * Math.Max(1, ((e.X * e.X) + (e.Y * e.Y)) / 20_000);
            Assert.Equal(e.X, a.X, allowed);
            Assert.Equal(e.Y, a.Y, allowed);
            Assert.Equal(e.Score, a.Score, 1e-3);
        }
    }
}
