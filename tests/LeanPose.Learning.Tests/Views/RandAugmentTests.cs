using LeanPose.Learning.Loading;
using LeanPose.Learning.Views;
using Xunit;
using static TorchSharp.torch;

namespace LeanPose.Learning.Tests.Views;

/// <summary>Section 2.6 of the SSPCM specification.</summary>
public sealed class RandAugmentTests
{
    private const int Size = 96;

    private static byte[] Pixels(int seed)
    {
        var bytes = new byte[Size * Size * 3];
        new Random(seed).NextBytes(bytes);
        return [.. bytes.Select(b => (byte)(40 + (b * 150 / 255)))];
    }

    // Bytes in, bytes out: [channel, y, x] of the first picture.
    private static double[] Run(byte[] pixels, params ColourChange[] changes)
    {
        using var scope = NewDisposeScope();
        var images = Normalisation.ToInput(pixels, 1, Size, Size, CPU);
        var made = RandAugment.Apply(images, [.. changes.Select(c => new[] { c })]);
        Tensor Of(float[] values) => tensor(values, [1, 3, 1, 1]) * 255;
        return [.. Close.Values((made * Of(Normalisation.Deviation)) + Of(Normalisation.Mean)).Select(v => (double)v)];
    }

    private static double[] Planes(byte[] pixels, Func<byte, double> map) =>
        [.. Enumerable.Range(0, 3).SelectMany(c => Enumerable.Range(0, Size * Size).Select(i => map(pixels[(i * 3) + c])))];

    private static void Same(double[] expected, double[] actual, double tolerance = 0.01) =>
        Assert.True(expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max() <= tolerance, $"{expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max()}");

    public static TheoryData<ColourOperation, double, Func<byte, double>> Tables => new()
    {
        { ColourOperation.Invert, 0, v => 255 - v },
        { ColourOperation.Posterize, 4, v => v & 0xF0 },
        { ColourOperation.Solarize, 100, v => v >= 100 ? 255 - v : v },
        { ColourOperation.SolarizeAdd, 30, v => v + 30 >= 128 ? 255 - (v + 30) : v + 30 },
        { ColourOperation.Brightness, 1.6, v => Math.Min(255, 1.6 * v) },
        { ColourOperation.Brightness, 1, v => v },
        { ColourOperation.Contrast, 1, v => v },
        { ColourOperation.Color, 1, v => v },
        { ColourOperation.Sharpness, 1, v => v },
    };

    [Theory]
    [MemberData(nameof(Tables))]
    public void Operations_on_single_values(ColourOperation operation, double value, Func<byte, double> expected)
    {
        var pixels = Pixels(1);
        Same(Planes(pixels, expected), Run(pixels, new ColourChange(operation, value)));
    }

    [Fact]
    public void Auto_contrast_reaches_black_and_white_and_equalising_flattens()
    {
        var pixels = Pixels(2);
        var stretched = Run(pixels, new ColourChange(ColourOperation.AutoContrast, 0));
        foreach (var plane in stretched.Chunk(Size * Size))
            Assert.Equal((0, 255), (Math.Round(plane.Min(), 2), Math.Round(plane.Max(), 2)));
        foreach (var plane in Run(pixels, new ColourChange(ColourOperation.Equalize, 0)).Chunk(Size * Size))
        {
            for (var quarter = 1; quarter <= 3; quarter++)
                Assert.Equal(quarter / 4.0, plane.Count(v => v < 64 * quarter) / (double)plane.Length, 0.03);
        }

        var flat = Enumerable.Repeat((byte)77, Size * Size * 3).ToArray();
        Same(Planes(flat, v => v), Run(flat, new(ColourOperation.AutoContrast, 0), new(ColourOperation.Equalize, 0)));
    }

    [Fact]
    public void Without_colour_contrast_or_sharpness_little_is_left()
    {
        var pixels = Pixels(3);
        var grey = Run(pixels, new ColourChange(ColourOperation.Color, 0));
        Same([.. grey.Take(Size * Size)], [.. grey.Skip(Size * Size).Take(Size * Size)]);
        Assert.Equal((0.299 * pixels[0]) + (0.587 * pixels[1]) + (0.114 * pixels[2]), grey[0], 0.01);
        Assert.Equal(0, Deviation(Run(pixels, new ColourChange(ColourOperation.Contrast, 0))), 0.01);
        double[] plain = Planes(pixels, v => v), smooth = Run(pixels, new ColourChange(ColourOperation.Sharpness, 0));
        Assert.True(Deviation(smooth) < 0.7 * Deviation(plain));
        Assert.Equal(plain[5], smooth[5], 0.01); // the frame stays

        static double Deviation(double[] values) => Math.Sqrt(values.Average(v => Math.Pow(v - values.Average(), 2)));
    }

    [Fact]
    public void The_square_is_mean_grey_and_clipped()
    {
        var pixels = Pixels(4);
        var made = Run(pixels, new ColourChange(ColourOperation.Cutout, 10, X: 0, Y: 0.5));
        var plain = Planes(pixels, v => v);
        for (var i = 0; i < made.Length; i++)
        {
            var (x, y) = (i % Size, i / Size % Size);
            Assert.Equal(x < 5 && y >= 43 && y < 53 ? 255 * Normalisation.Mean[i / (Size * Size)] : plain[i], made[i], 0.01);
        }
    }

    [Fact]
    public void Strengths_at_the_published_magnitude()
    {
        var drawn = RandAugment.Draw(20_000, 20, 1, "any", 0);
        Assert.Equal(2, drawn.Length);
        var expected = new Dictionary<ColourOperation, double[]>
        {
            [ColourOperation.AutoContrast] = [0],
            [ColourOperation.Equalize] = [0],
            [ColourOperation.Invert] = [0],
            [ColourOperation.Posterize] = [4],
            [ColourOperation.Solarize] = [85.333],
            [ColourOperation.SolarizeAdd] = [73.333],
            [ColourOperation.Color] = [0.4, 1.6],
            [ColourOperation.Contrast] = [0.4, 1.6],
            [ColourOperation.Brightness] = [0.4, 1.6],
            [ColourOperation.Sharpness] = [0.4, 1.6],
            [ColourOperation.Cutout] = [53.333],
        };
        foreach (var stage in drawn)
        {
            var groups = stage.GroupBy(c => c.Operation).ToDictionary(g => g.Key, g => g.ToArray());
            Assert.Equal(expected.Keys, groups.Keys.Order());
            foreach (var (operation, changes) in groups)
            {
                Assert.Equal(1 / 11.0, changes.Length / 20_000.0, 0.01);
                Assert.Equal(expected[operation], changes.Select(c => Math.Round(c.Value, 3)).Distinct().Order());
            }
        }
    }

    [Fact]
    public void Pictures_of_a_batch_do_not_touch_one_another()
    {
        using var scope = NewDisposeScope();
        var images = randn(6, 3, Size, Size);
        var stages = RandAugment.Draw(6, 20, 5, "any", 0);
        var together = RandAugment.Apply(images, stages);
        for (var i = 0; i < 6; i++)
            Assert.True(RandAugment.Apply(images[i].unsqueeze(0), [.. stages.Select(s => new[] { s[i] })]).allclose(together[i].unsqueeze(0), rtol: 1e-4, atol: 1e-4), $"picture {i}: {stages[0][i]}, {stages[1][i]}");
    }
}
