using LeanPose.Datasets;
using LeanPose.Heatmaps;
using LeanPose.Learning.Backbones;
using LeanPose.Learning.Export;
using LeanPose.Learning.Loading;
using LeanPose.Skeletons;
using LeanPose.Testing;
using Microsoft.ML.OnnxRuntime;
using Xunit;
using static TorchSharp.torch;

namespace LeanPose.Learning.Tests.Export;

public sealed class OnnxExporterTests
{
    private static readonly OnnxExportOptions s_heatmaps = new() { Heatmaps = true };
    private static readonly Skeleton Three = new("three", ["nose", "left_eye", "right_eye"], [(0, 1), (0, 2)], [0.026, 0.025, 0.025]);

    // The largest are made of the blocks of resnet50 and hrnet-w32 and take longer than all others together.
    internal static IEnumerable<string> BackboneNames => BackboneCatalog.Names.Except(["resnet101", "resnet152", "hrnet-w48"]);

    public static TheoryData<string> Backbones => [.. BackboneNames];

    [Theory]
    [MemberData(nameof(Backbones))]
    public void Every_backbone_gives_the_heatmaps_of_the_network(string backbone)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var network = OnnxModel.Network(backbone, 3);
        network.eval();
        var pixels = OnnxModel.Pixels(2, 64, 64);
        var expected = Close.Values(network.call(Normalisation.ToInput(pixels, 2, 64, 64, CPU)));
        var (actual, shape) = OnnxModel.Run(OnnxExporter.ToBytes([network], Spec(backbone), s_heatmaps), pixels, 2, 64, 64, 3);
        Assert.Equal([2, 3, 16, 16], shape);
        var scale = expected.Max(Math.Abs);
        Assert.True(expected[..(expected.Length / 2)].Zip(expected[(expected.Length / 2)..], (a, b) => Math.Abs(a - b)).Max() > 0.1 * scale, "the pictures make no difference");
        var worst = expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max();
        Assert.True(worst <= 1e-4 * scale, $"largest difference {worst:g3}, largest value {scale:g3}");
    }

    [Fact]
    public void A_network_that_saw_blue_first_is_given_red_first_too()
    {
        using var network = OnnxModel.Network("resnet10-quarter", 3);
        var blueFirst = Spec() with { Bgr = true };
        var pixels = OnnxCheck.Pixels(Spec(), []);
        var heatmaps = OnnxCheck.Run(OnnxExporter.ToBytes([network], blueFirst, s_heatmaps), blueFirst, pixels);
        Assert.InRange(OnnxCheck.Difference(heatmaps, [network], blueFirst, pixels, flipTest: false), 0, 1e-4);
        Assert.InRange(OnnxCheck.Difference(heatmaps, [network], Spec(), pixels, flipTest: false), 1e-2, double.PositiveInfinity);
    }

    [Fact]
    public void A_file_takes_any_number_of_crops_of_its_size()
    {
        using var network = OnnxModel.Network("resnet10-quarter", 3);
        using var folder = new TempFolder();
        var report = OnnxExporter.Export(network, Spec(width: 32, height: 64), folder["new", "m.onnx"]);
        Assert.Equal(("keypoints", 4), (report.Output, report.Crops));
        Assert.InRange(report.Difference, 0, 1e-4);
        var file = File.ReadAllBytes(folder["new", "m.onnx"]);
        Assert.Equal(report.Bytes, file.Length);

        var pixels = OnnxModel.Pixels(5, 32, 64);
        var (all, shape) = OnnxModel.Run(file, pixels, 5, 64, 32, 3);
        Assert.Equal([5, 3, 3], shape);
        var size = pixels.Length / 5;
        for (var i = 0; i < 5; i++)
            Assert.Equal(all.AsSpan(i * 9, 9).ToArray(), OnnxModel.Run(file, pixels[(i * size)..((i + 1) * size)], 1, 64, 32, 3).Values);
    }

    [Fact]
    public void Metadata_say_what_a_caller_needs()
    {
        using var network = OnnxModel.Network("resnet10-quarter", 3);
        var spec = Spec(width: 96, height: 128) with { Recipe = "größe", Step = 12, TrainedKeypoints = ["nose"] };
        using var session = new InferenceSession(OnnxExporter.ToBytes([network], spec, new() { Decoder = Decoder.SoftArgMax, FlipTest = true }));
        var metadata = session.ModelMetadata.CustomMetadataMap;
        Assert.Equal(spec.ToJson(), metadata["leanpose.model"]);
        Assert.Equal("nose,left_eye,right_eye", metadata["keypoints"]);
        Assert.Equal("nose", metadata["trained_keypoints"]);
        Assert.Equal("1-2", metadata["flip_pairs"]);
        Assert.Equal("0-1,0-2", metadata["limbs"]);
        Assert.Equal("0.026,0.025,0.025", metadata["sigmas"]);
        Assert.Equal("96x128", metadata["input_size"]);
        Assert.Contains("×1.25", metadata["crop"]);
        Assert.Equal("standard", metadata["crop_rule"]);
        Assert.Equal("1", metadata["networks"]);
        Assert.Equal(("softArgMax", "inside", "float32"), (metadata["decoder"], metadata["flip_test"], metadata["precision"]));
        Assert.Equal("LeanPose", session.ModelMetadata.ProducerName);
        Assert.Equal(["N"], session.InputMetadata["images"].SymbolicDimensions.Where(d => d.Length > 0));
        Assert.Equal([-1, 128, 96, 3], session.InputMetadata["images"].Dimensions);
        Assert.Equal([-1, 3, 3], session.OutputMetadata["keypoints"].Dimensions);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_model_of_other_weights_is_found_out(bool flipTest)
    {
        using var network = OnnxModel.Network("resnet10-quarter", 3);
        using var other = OnnxModel.Network("resnet10-quarter", 3, seed: 4);
        var pixels = OnnxCheck.Pixels(Spec(), []);
        Assert.InRange(Difference(network), 0, 1e-4);
        Assert.InRange(Difference(other), 1e-2, double.PositiveInfinity);

        double Difference(PoseNetwork exported) =>
            OnnxCheck.Difference(OnnxCheck.Run(OnnxExporter.ToBytes([exported], Spec(), s_heatmaps with { FlipTest = flipTest }), Spec(), pixels), [network], Spec(), pixels, flipTest);
    }

    [Fact]
    public void Keypoints_that_are_read_in_another_way_are_found_out()
    {
        using var network = OnnxModel.Network("resnet10-quarter", 3);
        var pixels = OnnxModel.Pixels(8, 64, 64);
        var heatmaps = OnnxCheck.Run(OnnxExporter.ToBytes([network], Spec(), s_heatmaps), Spec(), pixels);
        foreach (var decoder in Enum.GetValues<Decoder>())
        {
            var keypoints = OnnxCheck.Run(OnnxExporter.ToBytes([network], Spec(), new() { Decoder = decoder }), Spec(), pixels);
            foreach (var other in Enum.GetValues<Decoder>())
            {
                var pixel = OnnxCheck.DecodingDifference(keypoints, heatmaps, Spec().ToCodec(), other);
                Assert.InRange(pixel, other == decoder ? 0 : OnnxCheck.AllowedPixels, other == decoder ? OnnxCheck.AllowedPixels : double.PositiveInfinity);
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Weights_that_are_no_numbers_are_refused_and_the_old_file_stays(bool heatmaps)
    {
        using var noGradient = no_grad();
        using var network = OnnxModel.Network("resnet10-quarter", 3);
        network.State().First(s => s.Name == "final_layer.bias").Value.fill_(float.NaN);
        using var folder = new TempFolder();
        File.WriteAllText(folder["m.onnx"], "old");
        var e = Assert.Throws<DataException>(() => OnnxExporter.Export(network, Spec(), folder["m.onnx"], new OnnxExportOptions { Heatmaps = heatmaps }));
        Assert.Equal(folder["m.onnx"], e.Problems[0].Where);
        Assert.Contains("nothing was written", e.Message);
        Assert.Equal("old", File.ReadAllText(folder["m.onnx"]));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void The_network_stays_as_it_is()
    {
        using var network = OnnxModel.Network("resnet10-quarter", 3);
        network.train();
        var before = network.State().Select(s => Close.Values(s.Value)).ToList();
        using var folder = new TempFolder();
        OnnxExporter.Export(network, Spec(), folder["m.onnx"]);
        Assert.True(network.training);
        Assert.Equal(before, network.State().Select(s => Close.Values(s.Value)));
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        using var network = OnnxModel.Network("resnet10-quarter", 4);
        Assert.Throws<ArgumentException>("model", () => OnnxExporter.Export(network, Spec(), "m.onnx"));
        Assert.Throws<ArgumentException>("crops", () => OnnxCheck.Pixels(Spec(), [new(64, 32)]));
    }

    [Fact]
    public void A_module_without_emitter_is_named()
    {
        using var linear = nn.Linear(2, 2);
        var e = Assert.Throws<NotSupportedException>(() => ModuleEmitters.Emit(new OnnxGraph(), linear, "x"));
        Assert.Contains("Linear", e.Message);
    }

    private static ModelSpec Spec(string backbone = "resnet10-quarter", int width = 64, int height = 64) => ModelSpec.Create(backbone, Three, Three, width, height, 2);
}
