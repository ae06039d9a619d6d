using LeanPose.Datasets;
using LeanPose.Heatmaps;
using LeanPose.Learning.Loading;
using LeanPose.Learning.Methods;
using LeanPose.Learning.Prediction;
using LeanPose.Learning.Recipes;
using LeanPose.Skeletons;
using LeanPose.Testing;
using Xunit;
using static TorchSharp.torch;

namespace LeanPose.Learning.Tests.Prediction;

public sealed class PosePredictorTests : IDisposable
{
    private const int Size = 64;
    private readonly TempFolder _folder = new();
    private readonly PoseDataset _people;
    private readonly ModelSpec _model;
    private readonly PoseNetwork _network;

    public PosePredictorTests()
    {
        _people = MadeUpPeople.Make(_folder, "people", 7);
        _model = ModelSpec.Create("resnet10-quarter", KnownSkeletons.Union24, KnownSkeletons.Coco17, Size, Size, 2);
        _network = new PoseNetwork("resnet10-quarter", 24);
        HashInitialisation.Fill(_network, 3);
        _network.train();
    }

    public void Dispose()
    {
        _network.Dispose();
        _folder.Dispose();
    }

    private IReadOnlyList<PoseResult> Predict(PredictionOptions options, PoseDataset? people = null)
    {
        using var predictor = new PosePredictor(_network, _model, CPU);
        return predictor.Predict(people ?? _people, options);
    }

    private static void AssertClose(IReadOnlyList<PoseResult> expected, IReadOnlyList<PoseResult> actual)
    {
        Assert.Equal(expected.Select(r => (r.ImageId, r.AnnotationId)), actual.Select(r => (r.ImageId, r.AnnotationId)));
        foreach (var (e, a) in expected.Zip(actual))
        {
            Assert.Equal(e.Score, a.Score, 1e-4);
            foreach (var (p, q) in e.Keypoints.Zip(a.Keypoints))
            {
                Assert.Equal(p.X, q.X, 1e-3);
                Assert.Equal(p.Y, q.Y, 1e-3);
                Assert.Equal(p.Score, q.Score, 1e-4);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100)]
    public void The_batch_size_does_not_matter(int batch)
    {
        var expected = Predict(new(Batch: 7));
        Assert.Equal(_people.Persons.Select(p => (long?)p.Id), expected.Select(r => r.AnnotationId));
        Assert.All(expected, r => Assert.Equal(17, r.Keypoints.Length));
        AssertClose(expected, Predict(new(Batch: batch)));
    }

    [Theory]
    [InlineData(false, Decoder.QuarterOffset)]
    [InlineData(true, Decoder.QuarterOffset)]
    [InlineData(true, Decoder.ArgMax)]
    public void It_is_crop_network_and_codec_one_after_the_other(bool flip, Decoder decoder)
    {
        var crops = new CropMaker(Size, Size, new AugmentationRecipe(), new ImageCache());
        var codec = _model.ToCodec();
        var expected = new List<PoseResult>();
        _network.eval();
        foreach (var person in _people.Persons)
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            var pixels = new byte[Size * Size * 3];
            crops.Plain(person, pixels);
            var maps = Heatmaps(pixels);
            if (flip)
                maps = WithFlip(maps, Heatmaps(Mirrored(pixels)));
            var points = new ScoredPoint[24];
            codec.Decode(maps, decoder, points);
            codec.ToImage(points, crops.Frame(person), points);
            ScoredPoint[] own = [.. KnownSkeletons.Coco17.Keypoints.Select(k => points[KnownSkeletons.Union24.IndexOf(k)])];
            var sure = own.Where(p => p.Score > 0.2).ToArray();
            expected.Add(new(person.Image.Id, [.. own], sure.Length == 0 ? 0 : sure.Average(p => p.Score), person.RawBox, person.Id));
        }

        AssertClose(expected, Predict(new(decoder, flip)));
    }

    private float[] Heatmaps(byte[] pixels) => Close.Values(_network.call(Normalisation.ToInput(pixels, 1, Size, Size, CPU)));

    private static byte[] Mirrored(byte[] pixels)
    {
        var mirrored = new byte[pixels.Length];
        for (var i = 0; i < pixels.Length; i++)
        {
            int c = i % 3, x = i / 3 % Size, y = i / 3 / Size;
            mirrored[(3 * ((y * Size) + (Size - 1 - x))) + c] = pixels[i];
        }

        return mirrored;
    }

    // Specification 7.2: mirror the heatmaps back, exchange left and right, shift right by one column, average.
    private static float[] WithFlip(float[] maps, float[] ofMirrored)
    {
        const int Cells = Size / 4;
        var mean = new float[maps.Length];
        for (var j = 0; j < 24; j++)
        {
            for (var y = 0; y < Cells; y++)
            {
                for (var x = 0; x < Cells; x++)
                {
                    var from = Math.Max(0, x - 1);
                    var other = ofMirrored[(((KnownSkeletons.Union24.FlipIndex[j] * Cells) + y) * Cells) + (Cells - 1 - from)];
                    var at = (((j * Cells) + y) * Cells) + x;
                    mean[at] = (maps[at] + other) / 2;
                }
            }
        }

        return mean;
    }

    [Fact]
    public void Keypoints_are_met_by_name_and_unknown_ones_score_nothing()
    {
        var asked = new Skeleton("asked", ["left_wrist", "tail", "nose"], [], [0.1, 0.1, 0.1], []);
        var all = Predict(new(Output: KnownSkeletons.Union24));
        var some = Predict(new(Output: asked));
        foreach (var (a, s) in all.Zip(some))
        {
            Assert.Equal(a.Keypoints[KnownSkeletons.Union24.IndexOf("left_wrist")], s.Keypoints[0]);
            Assert.Equal(default, s.Keypoints[1]);
            Assert.Equal(a.Keypoints[KnownSkeletons.Union24.IndexOf("nose")], s.Keypoints[2]);
        }
    }

    [Fact]
    public void The_score_of_the_box_counts_and_the_labels_do_not()
    {
        var plain = Predict(new());
        Assert.Contains(plain, r => r.Score > 0);
        var detected = new PoseDataset("boxes", _people.Skeleton, _people.Images, [.. _people.Persons.Select(p => p with { Keypoints = [], Score = 0.25 })]);
        AssertClose([.. plain.Select(r => r with { Score = r.Score / 4 })], Predict(new(), detected));
    }

    [Fact]
    public void The_network_is_left_as_it_was()
    {
        var before = _network.State().ToDictionary(s => s.Name, s => Close.Values(s.Value));
        Predict(new(Flip: true));
        Assert.True(_network.training);
        Assert.Equal(before, _network.State().ToDictionary(s => s.Name, s => Close.Values(s.Value)));
        _network.eval();
        Predict(new());
        Assert.False(_network.training);
    }

    [Fact]
    public void Nobody_to_predict_gives_nothing() => Assert.Empty(Predict(new(), _people.First(0)));

    [Fact]
    public void A_stop_is_obeyed_and_progress_told()
    {
        using var stop = new CancellationTokenSource();
        using var predictor = new PosePredictor(_network, _model, CPU);
        var told = new Told();
        predictor.Predict(_people, new(Batch: 3), told, TestContext.Current.CancellationToken);
        Assert.Equal([3, 6, 7], told.Values);
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => predictor.Predict(_people, new(), null, stop.Token));
        Assert.True(_network.training);
    }

    private sealed class Told : IProgress<int>
    {
        public List<int> Values { get; } = [];

        public void Report(int value) => Values.Add(value);
    }

    [Fact]
    public void A_run_and_its_model_file_predict_alike()
    {
        using var tiny = new TinyRun(validation: true);
        var recipe = TinyRun.Recipe(new SspcmOptions());
        var outcome = tiny.Train(recipe, "run");
        using PosePredictor ofRun = PosePredictor.Load(tiny.Folder("run").Path), ofFile = PosePredictor.Load(tiny.Folder("run").Model);
        Assert.Equal("resnet10-quarter, 64×64, sspcm, 6 steps, recipe tiny", ofRun.Description);
        Assert.Equal(ofRun.Description, ofFile.Description);
        IReadOnlyList<PoseResult> By(PosePredictor predictor) => predictor.Predict(tiny.Data.Validation!, new(), stop: TestContext.Current.CancellationToken);
        AssertClose(By(ofRun), By(ofFile));
        Assert.NotNull(outcome.Final);
    }

    [Fact]
    public void Folders_and_files_without_a_model_are_refused()
    {
        Assert.StartsWith("The folder holds no run.", Assert.Throws<DataException>(() => PosePredictor.Load(_folder.Path)).Message);
        Assert.StartsWith("The weights file does not exist.", Assert.Throws<DataException>(() => PosePredictor.Load(_folder["none"])).Message);
        Learning.Weights.SafeTensors.Write(_folder["foreign"], _network.State(), new Dictionary<string, string>());
        Assert.StartsWith("The file does not say what model it holds.", Assert.Throws<DataException>(() => PosePredictor.Load(_folder["foreign"])).Message);
    }
}
