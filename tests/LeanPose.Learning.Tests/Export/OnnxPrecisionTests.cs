using LeanPose.Heatmaps;
using LeanPose.Learning.Backbones;
using LeanPose.Learning.Export;
using LeanPose.Learning.Prediction;
using LeanPose.Skeletons;
using LeanPose.Testing;
using Xunit;
using static TorchSharp.torch;

namespace LeanPose.Learning.Tests.Export;

/// <summary>Files of other precisions than float32, and ONNX's own rules for all of them.</summary>
public sealed class OnnxPrecisionTests : IDisposable
{
    private static readonly Skeleton Three = new("three", ["nose", "left_eye", "right_eye"], [(0, 1), (0, 2)], [0.026, 0.025, 0.025]);
    private readonly TempFolder _folder = new();

    public static TheoryData<string> All => [.. BackboneCatalog.Names];

    // Those left out are made of the blocks of others.
    public static TheoryData<string, OnnxPrecision> Precisions =>
        [.. OnnxExporterTests.BackboneNames.Except(["resnet18", "resnet34", "cspnext-s"]).SelectMany(b => Enum.GetValues<OnnxPrecision>().Where(p => p != OnnxPrecision.Float32).Select(p => (b, p)))];

    public void Dispose() => _folder.Dispose();

    // Takes long for the largest, which are not exported elsewhere.
    [Theory]
    [MemberData(nameof(All))]
    public void Every_registered_network_keeps_the_rules(string backbone)
    {
        using var network = new PoseNetwork(backbone, 3);
        OnnxRules.Hold(OnnxExporter.ToBytes([network], Spec(backbone), new()));
    }

    [Theory]
    [MemberData(nameof(Precisions))]
    public void Every_backbone_in_every_precision(string backbone, OnnxPrecision precision)
    {
        using var network = OnnxModel.Network(backbone, 3);
        var pixels = OnnxModel.Pixels(4, 64, 64);
        var options = new OnnxExportOptions { Heatmaps = true, Precision = precision, Calibration = Crops(pixels) };
        var ranges = precision == OnnxPrecision.Int8 ? OnnxExporter.Calibrate([network], Spec(backbone), options) : null;
        var file = OnnxExporter.ToBytes([network], Spec(backbone), options, ranges);
        var rules = OnnxRules.Hold(file);
        var type = precision switch { OnnxPrecision.Float16 => 10, OnnxPrecision.BFloat16 => 16, _ => 3 };
        var share = rules.Constants.Where(c => c.Type == type).Sum(c => (double)c.Bytes) / rules.Constants.Sum(c => (double)c.Bytes);
        Assert.InRange(share, 0.7, 1);

        var (heatmaps, shape) = OnnxModel.Run(file, pixels, 4, 64, 64, 3);
        Assert.Equal([4, 3, 16, 16], shape);

        // Random weights amplify what is rounded off more than trained ones.
        Assert.InRange(OnnxCheck.Difference(heatmaps, [network], Spec(backbone), pixels, flipTest: false), 1e-6, 0.5);
    }

    [Theory]
    [InlineData(OnnxPrecision.Float32, 1e-4)]
    [InlineData(OnnxPrecision.Float16, 2e-2)]
    [InlineData(OnnxPrecision.BFloat16, 5e-2)]
    [InlineData(OnnxPrecision.Int8, 0.3)]
    public void Several_networks_are_exported_as_their_mean(OnnxPrecision precision, double tolerance)
    {
        using var first = OnnxModel.Network("resnet10-quarter", 3);
        using var second = OnnxModel.Network("mobilenet-v2", 3);
        var pixels = OnnxModel.Pixels(4, 64, 64);
        var options = new OnnxExportOptions { Heatmaps = true, Precision = precision, Calibration = Crops(pixels) };
        var ranges = precision == OnnxPrecision.Int8 ? OnnxExporter.Calibrate([first, second], Spec(), options) : null;
        var file = OnnxExporter.ToBytes([first, second], Spec(), options, ranges);
        OnnxRules.Hold(file);
        var (mean, _) = OnnxModel.Run(file, pixels, 4, 64, 64, 3);
        var alone = new[] { first, second }.Select(n => OnnxModel.Run(OnnxExporter.ToBytes([n], Spec(), new() { Heatmaps = true }), pixels, 4, 64, 64, 3).Values).ToArray();
        var expected = alone[0].Zip(alone[1], (a, b) => (a + b) / 2).ToArray();
        var scale = expected.Max(Math.Abs);
        Assert.InRange(expected.Zip(mean, (e, m) => Math.Abs(e - m)).Max() / scale, 0, tolerance);
        Assert.InRange(alone[0].Zip(mean, (e, m) => Math.Abs(e - m)).Max() / scale, tolerance, double.PositiveInfinity);

        // Of each network the first and the last convolution keep their weights in float32.
        if (precision == OnnxPrecision.Int8)
            Assert.Equal(new[] { first, second }.Sum(n => InIntegers([n])), InIntegers([first, second]));

        int InIntegers(PoseNetwork[] networks) =>
            OnnxRules.Hold(OnnxExporter.ToBytes(networks, Spec(), options, OnnxExporter.Calibrate(networks, Spec(), options))).Operators.Count(o => o == "DequantizeLinear");
    }

    [Fact]
    public void All_decoders_with_and_without_the_flip_test_keep_the_rules_in_all_precisions()
    {
        using var network = OnnxModel.Network("resnet10-quarter", 3);
        var crops = Crops(OnnxModel.Pixels(2, 64, 64));
        foreach (var precision in Enum.GetValues<OnnxPrecision>())
        {
            foreach (var decoder in Enum.GetValues<Decoder>())
            {
                foreach (var flip in new[] { false, true })
                {
                    var options = new OnnxExportOptions { Decoder = decoder, FlipTest = flip, Precision = precision, Calibration = crops, Tolerance = 1 };
                    var path = _folder["all.onnx"];
                    var report = OnnxExporter.Export(network, Spec(), path, options);
                    Assert.Equal((decoder, flip, precision), (report.Decoder, report.FlipTest, report.Precision));
                    OnnxRules.Hold(File.ReadAllBytes(path));
                    foreach (var count in new[] { 1, 3 })
                        Assert.Equal([count, 3, 3], OnnxModel.Run(File.ReadAllBytes(path), OnnxModel.Pixels(count, 64, 64), count, 64, 64, 3).Shape);
                }
            }
        }
    }

    [Fact]
    public void Eight_bits_calibrated_on_drawn_people_find_what_the_network_finds_in_a_quarter_of_the_bytes()
    {
        var people = MadeUpPeople.Make(_folder, "people", 12);
        using var network = OnnxModel.Network("resnet18", 3);
        var spec = Spec("resnet18");
        var crops = OnnxPredictor.Crops(spec, people, 12);
        Assert.Equal(12, crops.Count);
        var whole = OnnxExporter.Export(network, spec, _folder["float.onnx"], new() { Crops = crops });
        var bytes = OnnxExporter.Export(network, spec, _folder["int8.onnx"], new() { Precision = OnnxPrecision.Int8, Calibration = crops, Crops = crops });
        Assert.InRange((double)bytes.Bytes / whole.Bytes, 0.24, 0.27);

        using var predictor = new PosePredictor(network, spec, CPU);
        var expected = predictor.Predict(people, new PredictionOptions(Output: Three), stop: TestContext.Current.CancellationToken);
        using var same = new OnnxPredictor(_folder["float.onnx"], spec);
        using var quantised = new OnnxPredictor(_folder["int8.onnx"], spec);
        Assert.Equal(1, KeypointAgreement.Of(people, expected, same.Predict(people, 5, Three, stop: TestContext.Current.CancellationToken), 0.001));
        Assert.InRange(KeypointAgreement.Of(people, expected, quantised.Predict(people, 5, Three, stop: TestContext.Current.CancellationToken), 0.05), 0.8, 1);

        // The same pictures give the same bytes.
        var first = File.ReadAllBytes(_folder["int8.onnx"]);
        OnnxExporter.Export(network, spec, _folder["int8.onnx"], new() { Precision = OnnxPrecision.Int8, Calibration = crops, Crops = crops });
        Assert.Equal(first, File.ReadAllBytes(_folder["int8.onnx"]));
    }

    [Fact]
    public void Eight_bits_without_pictures_are_refused()
    {
        using var network = OnnxModel.Network("resnet10-quarter", 3);
        Assert.Throws<ArgumentException>("options", () => OnnxExporter.Export(network, Spec(), _folder["m.onnx"], new() { Precision = OnnxPrecision.Int8 }));
    }

    [Fact]
    public void A_range_cuts_off_what_is_rare_and_far()
    {
        var counts = new long[2048];
        Array.Fill(counts, 1000, 0, 1024);
        Assert.Equal(ActivationRange.Of(0, 1), Calibration.Best(counts, 0, 2), new Near(0.02f));
        Array.Fill(counts, 1000);
        Assert.Equal(new ActivationRange(2f / 255, 0), Calibration.Best(counts, 0, 2), new Near(1e-6f));
        Assert.Equal(new ActivationRange(2f / 255, 128), Calibration.Best(counts, -1, 1), new Near(1e-6f));
        Assert.Equal(0, Calibration.Best(new long[2048], 0, 0).Zero);
    }

    [Theory]
    [InlineData(1f, 0x3F80)]
    [InlineData(-2.5f, 0xC020)]
    [InlineData(1.00390625f, 0x3F80)] // a tie goes to the even one below
    [InlineData(1.01171875f, 0x3F82)] // and above
    [InlineData(1.0041f, 0x3F81)]
    [InlineData(float.NaN, 0x7FC0)]
    [InlineData(float.PositiveInfinity, 0x7F80)]
    public void Rounding_to_bf16(float value, int bits) => Assert.Equal([(ushort)bits], HalfPrecision.RoundToBFloat16([value]));

    private static LeanPose.Imaging.RgbImage[] Crops(byte[] pixels) => [.. pixels.Chunk(64 * 64 * 3).Select(bytes =>
    {
        var crop = new LeanPose.Imaging.RgbImage(64, 64);
        bytes.CopyTo(crop.Pixels, 0);
        return crop;
    })];

    private static ModelSpec Spec(string backbone = "resnet10-quarter") => ModelSpec.Create(backbone, Three, Three, 64, 64, 2);

    private sealed class Near(float allowed) : IEqualityComparer<ActivationRange>
    {
        public bool Equals(ActivationRange a, ActivationRange b) => Math.Abs((a.Scale / b.Scale) - 1) <= allowed && a.Zero == b.Zero;

        public int GetHashCode(ActivationRange range) => 0;
    }
}
