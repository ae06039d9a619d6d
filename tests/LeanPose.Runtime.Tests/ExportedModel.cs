using LeanPose.Geometry;
using LeanPose.Imaging;
using LeanPose.Learning;
using LeanPose.Learning.Export;
using LeanPose.Randomness;
using LeanPose.Skeletons;
using LeanPose.Testing;
using static TorchSharp.torch;

namespace LeanPose.Runtime.Tests;

/// <summary>A small network with random weights, its exported file, and a made-up picture with boxes.</summary>
public sealed class ExportedModel : IDisposable
{
    private readonly TempFolder _folder = new();

    public ExportedModel()
    {
        Network = new PoseNetwork(Spec.Backbone, Spec.Keypoints.Length);
        FillWeights();
        OnnxExporter.Export(Network, Spec, Onnx);

        var picture = new RgbImage(150, 120);
        for (var i = 0; i < picture.Pixels.Length; i++)
        {
            int x = i / 3 % 150, y = i / 450;
            picture.Pixels[i] = (byte)(127 + (100 * Math.Sin(x * 0.21 * ((i % 3) + 1)) * Math.Cos(y * 0.13)));
        }

        ImageEncoder.SavePng(picture, Picture);
        Image = ImageDecoder.Load(Picture);
    }

    /// <summary>COCO's keypoints, of which a crop is 64×96.</summary>
    public static ModelSpec Spec { get; } = ModelSpec.Create("resnet10-quarter", KnownSkeletons.Coco17, KnownSkeletons.Coco17, 64, 96, 2);

    /// <summary>Inside, at a fraction of a pixel, wide, and beyond the picture's border.</summary>
    public static Box[] Boxes { get; } = [new(20, 10, 60, 90), new(33.3, 41.7, 50.1, 70.9), new(5, 60, 140, 30), new(-20, -15, 80, 90), new(100, 50, 70, 100)];

    public PoseNetwork Network { get; }

    public string Onnx => _folder["model.onnx"];

    public string Picture => _folder["picture.png"];

    public RgbImage Image { get; }

    public string this[string name] => _folder[name];

    /// <summary>Another export of the network.</summary>
    public string Export(string name, ModelSpec spec, OnnxExportOptions? options = null) => OnnxExporter.Export(Network, spec, _folder[name], options).Path;

    /// <summary>The exported file with a text of the same length in place of another, everywhere.</summary>
    public string Changed(string from, string to)
    {
        var text = System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(Onnx));
        Xunit.Assert.Equal(from.Length, to.Length);
        Xunit.Assert.Contains(from, text);
        File.WriteAllBytes(_folder["changed.onnx"], System.Text.Encoding.Latin1.GetBytes(text.Replace(from, to, StringComparison.Ordinal)));
        return _folder["changed.onnx"];
    }

    public void Dispose()
    {
        Network.Dispose();
        _folder.Dispose();
    }

    // A new head gives values near 0; these lie on both sides of the 0.2 above which a keypoint counts.
    // torch's own random numbers depend on the processor; what the tests ask of the scores must not.
    private void FillWeights()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Network.eval();
        foreach (var (name, parameter) in Network.named_parameters().Where(p => p.parameter.dim() == 4))
            parameter.copy_(Normal(name, parameter.shape) * Math.Sqrt(2.0 / (parameter.numel() / parameter.shape[0])));
        var maxima = Network.call(Normal("pictures", [4, 3, 96, 64])).amax([2, 3]);
        Network.State().First(s => s.Name == "final_layer.weight").Value.div_(5 * maxima.median());
    }

    private static Tensor Normal(string name, long[] shape)
    {
        var random = KeyedRandom.For(8, name);
        var values = new float[shape.Aggregate((a, b) => a * b)];
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)random.NextNormal();
        return tensor(values, shape);
    }
}
