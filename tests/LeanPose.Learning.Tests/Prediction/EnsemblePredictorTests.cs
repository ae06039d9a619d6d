using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Heatmaps;
using LeanPose.Imaging;
using LeanPose.Learning.Methods;
using LeanPose.Learning.Prediction;
using LeanPose.Learning.Weights;
using LeanPose.Skeletons;
using Xunit;
using static TorchSharp.torch;

namespace LeanPose.Learning.Tests.Prediction;

public sealed class EnsemblePredictorTests : IDisposable
{
    private readonly TinyRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void All_networks_of_a_run_are_asked_and_earlier_periods_where_they_differ()
    {
        _run.TrainUntil(TinyRun.Recipe(new SspcmOptions()), "within", 5);
        using (var predictor = EnsemblePredictor.Load(_run.Folder("within").Path))
        {
            Assert.Equal(["student", "auxiliary", "teacher", "auxiliary-1", "teacher-1"], predictor.Networks);
            Assert.Equal(["student", "student, mirrored", "auxiliary"], predictor.Members(mirrored: true).Take(3));
            var poses = predictor.See(_run.Data.Labelled, KnownSkeletons.Coco17, Decoder.ArgMax, mirrored: true, batch: 4, TestContext.Current.CancellationToken).ToList();
            Assert.Equal(_run.Data.Labelled.Persons.Length, poses.Count);
            Assert.All(poses, p => Assert.All([p.Members, p.Seconds], m => Assert.Equal((10, 17), (m.Length, m[0].Length))));

            // The first member is the deployed network's plain prediction.
            using var deployed = PosePredictor.Load(_run.Folder("within").Path);
            var alone = deployed.Predict(_run.Data.Labelled, new PredictionOptions(Decoder.ArgMax), stop: TestContext.Current.CancellationToken);
            Assert.All(poses.Zip(alone), p => Assert.Equal(p.Second.Keypoints.Select(k => (k.X, k.Y)), p.First.Members[0].Select(k => (k.X, k.Y))));
        }

        // A run that ends with an epoch has copies of its beginning, too.
        _run.Train(TinyRun.Recipe(new SspcmOptions()), "end");
        using (var end = EnsemblePredictor.Load(_run.Folder("end").Path))
            Assert.Equal(["student", "auxiliary", "teacher", "auxiliary-1", "teacher-1"], end.Networks);

        // Copies that equal the present networks would only repeat them.
        var file = SafeTensors.Open(_run.Folder("end").Checkpoint);
        var still = Path.Combine(_run.Folder("end").Path, "still.safetensors");
        var tensors = file.Names.Select(n => (Name: n, Value: file.Read(n.Replace("-1/", "/", StringComparison.Ordinal)))).ToList();
        SafeTensors.Write(still, tensors, file.Metadata);
        tensors.ForEach(t => t.Value.Dispose());
        using var same = EnsemblePredictor.Load(still);
        Assert.Equal(["student", "auxiliary", "teacher"], same.Networks);
    }

    [Fact]
    public void Teachers_may_have_another_backbone_and_a_model_file_holds_one_network()
    {
        var recipe = TinyRun.Recipe(new SspcmOptions());
        _run.Train(recipe with { Model = recipe.Model with { TeacherBackbone = "resnet18" }, Training = recipe.Training with { Steps = 2 } }, "large");
        using (var predictor = EnsemblePredictor.Load(_run.Folder("large").Path))
            Assert.Equal(["student", "auxiliary", "teacher"], predictor.Networks); // in its first epoch a run has no earlier period
        using var alone = EnsemblePredictor.Load(_run.Folder("large").Model);
        Assert.Equal(["network"], alone.Networks);
        Assert.Equal("resnet10-quarter", alone.Model.Backbone);
    }

    [Fact]
    public void A_mirrored_member_of_a_symmetric_picture_is_the_mirror_of_the_plain_one()
    {
        _run.Train(TinyRun.Recipe(new SupervisedOptions()), "one");
        using var predictor = EnsemblePredictor.Load(_run.Folder("one").Path);

        // A box that makes the crop the picture itself, and a picture that is its own mirror image.
        const int size = 64;
        var picture = new RgbImage(size, size);
        new Random(3).NextBytes(picture.Pixels);
        for (var i = 0; i < picture.Pixels.Length; i++)
        {
            var (y, x, c) = (i / (3 * size), i / 3 % size, i % 3);
            if (x >= size / 2)
                picture.Pixels[i] = picture.Pixels[(((y * size) + size - 1 - x) * 3) + c];
        }

        var path = Path.Combine(_run.Folder("one").Path, "symmetric.png");
        ImageEncoder.SavePng(picture, path);
        var image = new ImageRecord(1, "symmetric.png", path, size, size);
        var person = MadeUpPeople.Person(image, 1, new Box(6.4, 6.4, 51.2, 51.2), []);
        var skeleton = KnownSkeletons.Coco17;
        var pose = predictor.See(new PoseDataset("one", skeleton, [image], [person]), skeleton, Decoder.ArgMax, mirrored: true, batch: 1, TestContext.Current.CancellationToken).Single();
        Assert.Equal(4, pose.Resolution, 1e-9);
        var mirror = KeypointFlip.Map(size);
        for (var j = 0; j < skeleton.Count; j++)
        {
            var (plain, mirrored) = (pose.Members[0][skeleton.FlipIndex[j]], pose.Members[1][j]);
            var expected = mirror.Apply(new(plain.X, plain.Y));
            Assert.Equal((expected.X, expected.Y), (Math.Round(mirrored.X, 9), Math.Round(mirrored.Y, 9)));
        }
    }

    [Theory]
    [InlineData("posedual", 2)]
    [InlineData("sspcm", 3)]
    public void The_mean_is_that_of_the_heatmaps_of_all_trained_networks(string method, int count)
    {
        _run.Train(TinyRun.Recipe(Methods.FamilyTests.Open(method) with { AverageDecay = 0.9 }), "mean");
        var path = _run.Folder("mean").Path;
        using var mean = PosePredictor.Load(path, mean: true);
        Assert.Equal(count, mean.Networks.Count);
        Assert.EndsWith($", mean of {count} networks", mean.Description);
        var pixels = new byte[2 * 3 * mean.Model.InputWidth * mean.Model.InputHeight];
        new Random(5).NextBytes(pixels);
        var alone = mean.Networks.Select(n => See(new PosePredictor(n, mean.Model, CPU))).ToArray();
        using var deployed = PosePredictor.Load(path);
        Assert.Equal(See(deployed), alone[0]);
        var seen = See(mean);
        Assert.All(Enumerable.Range(0, seen.Length), i => Assert.Equal(alone.Average(a => (double)a[i]), seen[i], 1e-6));

        float[] See(PosePredictor predictor)
        {
            foreach (var network in predictor.Networks)
                network.eval();
            return predictor.Heatmaps(pixels, 2, mean.Model.ToCodec(), flip: false);
        }
    }

    [Fact]
    public void Networks_of_other_runs_come_in_where_crop_and_keypoints_are_the_same()
    {
        _run.Train(TinyRun.Recipe(new SupervisedOptions()), "first");
        _run.Train(TinyRun.Recipe(new PoseDualOptions()), "second");
        var (first, second) = (_run.Folder("first").Path, _run.Folder("second").Path);
        using (var pair = PosePredictor.Load(first, with: [second, _run.Folder("second").Model]))
            Assert.Equal(3, pair.Networks.Count);
        using (var all = PosePredictor.Load(first, mean: true, with: [second]))
        {
            using var alone = PosePredictor.Load(first);
            using var others = PosePredictor.Load(second, mean: true);
            Assert.Equal(alone.Networks.Concat(others.Networks).Select(Weights), all.Networks.Select(Weights));
        }

        var recipe = TinyRun.Recipe(new SupervisedOptions());
        foreach (var (name, other, problem) in new[]
        {
            ("narrow", recipe.Model with { InputWidth = 32 }, "The model has crops of 32×64, the first one crops of 64×64: their heatmaps have no mean."),
            ("wide", recipe.Model with { Sigma = 3 }, "The model has Gaussians of σ 3, the first one Gaussians of σ"),
            ("blue", recipe.Model with { Bgr = true }, "The model has blue first, the first one red first"),
        })
        {
            _run.Train(recipe with { Model = other }, name);
            Assert.StartsWith(problem, Assert.Throws<DataException>(() => PosePredictor.Load(first, with: [_run.Folder(name).Path])).Message);
        }

        static float[] Weights(PoseNetwork network) => [.. network.parameters().SelectMany(Close.Values)];
    }

    [Fact]
    public void Of_one_trained_network_there_is_no_mean()
    {
        _run.Train(TinyRun.Recipe(new AveragedTeacherOptions()), "one");
        foreach (var path in new[] { _run.Folder("one").Path, _run.Folder("one").Model })
            Assert.StartsWith("There is one trained network, of which there is no mean.\n  where:    ", Assert.Throws<DataException>(() => PosePredictor.Load(path, mean: true)).Message);
    }

    [Fact]
    public void A_checkpoint_without_its_network_is_refused()
    {
        _run.Train(TinyRun.Recipe(new SupervisedOptions()), "one");
        var file = SafeTensors.Open(_run.Folder("one").Model);
        var path = Path.Combine(_run.Folder("one").Path, "broken.safetensors");
        using (var bias = file.Read("final_layer.bias"))
            SafeTensors.Write(path, [("final_layer.bias", bias)], new Dictionary<string, string>(file.Metadata));
        var error = Assert.Throws<DataException>(() => EnsemblePredictor.Load(path));
        Assert.StartsWith("The file does not hold the resnet10-quarter that its description names", error.Message);
    }
}
