using LeanPose.Learning.Loading;
using LeanPose.Randomness;
using static TorchSharp.torch;

namespace LeanPose.Learning.Views;

/// <summary>One operation of <see cref="RandAugment"/>.</summary>
public enum ColourOperation
{
    /// <summary>Stretches every channel to 0…255.</summary>
    AutoContrast,

    /// <summary>Flattens every channel's histogram.</summary>
    Equalize,

    /// <summary>255 − x.</summary>
    Invert,

    /// <summary>Keeps the top bits.</summary>
    Posterize,

    /// <summary>Inverts bright values.</summary>
    Solarize,

    /// <summary>Adds, then inverts what is 128 or more.</summary>
    SolarizeAdd,

    /// <summary>Towards or away from grey.</summary>
    Color,

    /// <summary>Towards or away from the picture's mean brightness.</summary>
    Contrast,

    /// <summary>Towards or away from black.</summary>
    Brightness,

    /// <summary>Towards or away from a smoothed picture.</summary>
    Sharpness,

    /// <summary>Blanks one square.</summary>
    Cutout,
}

/// <summary>One drawn operation for one picture.</summary>
/// <param name="Operation">Which.</param>
/// <param name="Value">Its strength, in the operation's unit; for the enhancements the factor, 1 of which changes nothing.</param>
/// <param name="X">Centre of the square, as a share of the width.</param>
/// <param name="Y">Centre of the square, as a share of the height.</param>
public readonly record struct ColourChange(ColourOperation Operation, double Value, double X = 0.5, double Y = 0.5);

/// <summary>
/// RandAugment (Cubuk et al., 2020) as PoseDual uses it: two of eleven operations in a row, all but the square on colours
/// alone, so that keypoints stay where they are. Computed for the whole batch on its device: what maps a value to a value
/// is one table per picture and channel, the rest are blends whose factor is 1 where another operation was drawn.
/// </summary>
public static class RandAugment
{
    private const int Operations = 2;
    private static readonly float[] Luma = [0.299f, 0.587f, 0.114f];

    /// <summary>Draws the operations: [stage][picture].</summary>
    /// <param name="count">Pictures (B).</param>
    /// <param name="magnitude">0 to 30.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="purpose">Whose damage it is.</param>
    /// <param name="step">The step.</param>
    public static ColourChange[][] Draw(int count, double magnitude, long seed, string purpose, long step)
    {
        var stages = Enumerable.Range(0, Operations).Select(_ => new ColourChange[count]).ToArray();
        for (var i = 0; i < count; i++)
        {
            var random = KeyedRandom.For(seed, purpose, step, i);
            foreach (var stage in stages)
            {
                var operation = (ColourOperation)random.NextInt(Enum.GetValues<ColourOperation>().Length);
                var sign = random.NextBool(0.5) ? 1 : -1;
                stage[i] = new ColourChange(operation, Value(operation, magnitude / 30, sign), random.NextDouble(), random.NextDouble());
            }
        }

        return stages;
    }

    /// <summary>Carries the drawn operations out.</summary>
    /// <param name="images"><c>B×3×H×W</c>, normalised (see <see cref="Normalisation"/>).</param>
    /// <param name="stages">[stage][picture].</param>
    /// <returns>A new batch, normalised.</returns>
    public static Tensor Apply(Tensor images, ColourChange[][] stages)
    {
        using var scope = NewDisposeScope();
        var mean = tensor(Normalisation.Mean, [1, 3, 1, 1]).to(images.device) * 255;
        var deviation = tensor(Normalisation.Deviation, [1, 3, 1, 1]).to(images.device) * 255;
        var pixels = (images * deviation) + mean;
        foreach (var stage in stages)
            pixels = Squares(Sharpened(Coloured(Mapped(pixels, stage), stage), stage), stage, mean);
        return ((pixels - mean) / deviation).MoveToOuterDisposeScope();
    }

    private static double Value(ColourOperation operation, double share, int sign) => operation switch
    {
        ColourOperation.Posterize => Math.Max(2, 6 - (int)(4 * share)),
        ColourOperation.Solarize => 256 - (256 * share),
        ColourOperation.SolarizeAdd => 110 * share,
        ColourOperation.Color or ColourOperation.Contrast or ColourOperation.Brightness or ColourOperation.Sharpness => 1 + (sign * 0.9 * share),
        ColourOperation.Cutout => 80 * share,
        _ => 0,
    };

    // Operations that look at one value at a time: a table of 256 entries for every picture and channel.
    private static Tensor Mapped(Tensor pixels, ColourChange[] stage)
    {
        var count = pixels.shape[0];
        var bytes = pixels.round().clamp(0, 255).to_type(ScalarType.Int64);
        var offsets = arange(count * 3, device: pixels.device).mul(256).view(count, 3, 1, 1);
        var index = (bytes + offsets).flatten();
        var histograms = index.bincount(null, minlength: count * 3 * 256).cpu().data<long>().ToArray();
        var tables = new float[histograms.Length];
        for (var i = 0; i < stage.Length; i++)
        {
            var brightness = Enumerable.Range(0, 3).Sum(c => Luma[c] * Mean(histograms.AsSpan(((i * 3) + c) * 256, 256)));
            for (var c = 0; c < 3; c++)
                Fill(tables.AsSpan(((i * 3) + c) * 256, 256), histograms.AsSpan(((i * 3) + c) * 256, 256), stage[i], brightness);
        }

        return tensor(tables).to(pixels.device).index_select(0, index).view(pixels.shape);
    }

    private static double Mean(ReadOnlySpan<long> histogram)
    {
        long sum = 0, pixels = 0;
        for (var v = 0; v < 256; v++)
            (sum, pixels) = (sum + (v * histogram[v]), pixels + histogram[v]);
        return (double)sum / pixels;
    }

    private static void Fill(Span<float> table, ReadOnlySpan<long> histogram, ColourChange change, double brightness)
    {
        int lowest = histogram.IndexOfAnyExcept(0), highest = histogram.LastIndexOfAnyExcept(0);
        long step = 0, below = 0;
        for (var v = 0; v < 256; v++)
            step += v == highest ? 0 : histogram[v];
        step /= 255;
        for (var v = 0; v < 256; v++)
        {
            table[v] = (float)Math.Clamp(
                change.Operation switch
                {
                    ColourOperation.AutoContrast => highest > lowest ? (v - lowest) * 255.0 / (highest - lowest) : v,
                    ColourOperation.Equalize => step > 0 ? ((step / 2) + below) / step : v,
                    ColourOperation.Invert => 255 - v,
                    ColourOperation.Posterize => v & ~((1 << (8 - (int)change.Value)) - 1),
                    ColourOperation.Solarize => v >= change.Value ? 255 - v : v,
                    ColourOperation.SolarizeAdd => Math.Min(255, v + change.Value) is var sum && sum >= 128 ? 255 - sum : sum,
                    ColourOperation.Contrast => brightness + (change.Value * (v - brightness)),
                    ColourOperation.Brightness => change.Value * v,
                    _ => v,
                },
                0, 255);
            below += histogram[v];
        }
    }

    private static Tensor Coloured(Tensor pixels, ColourChange[] stage)
    {
        if (Factors(pixels, stage, ColourOperation.Color) is not { } factor)
            return pixels;
        var grey = (pixels * tensor(Luma, [1, 3, 1, 1]).to(pixels.device)).sum(1, keepdim: true);
        return (grey + (factor * (pixels - grey))).clamp(0, 255);
    }

    private static Tensor Sharpened(Tensor pixels, ColourChange[] stage)
    {
        if (Factors(pixels, stage, ColourOperation.Sharpness) is not { } factor)
            return pixels;
        // The smoothing kernel of the published operation: nine ones with a five in the middle; the frame of one pixel stays.
        var smooth = pixels.clone();
        var inner = pixels[.., .., 1..^1, 1..^1];
        smooth[.., .., 1..^1, 1..^1] = ((nn.functional.avg_pool2d(pixels, 3, 1) * 9) + (inner * 4)) / 13;
        return (smooth + (factor * (pixels - smooth))).clamp(0, 255);
    }

    private static Tensor Squares(Tensor pixels, ColourChange[] stage, Tensor mean)
    {
        if (!stage.Any(c => c.Operation == ColourOperation.Cutout))
            return pixels;
        var (height, width) = ((int)pixels.shape[2], (int)pixels.shape[3]);
        var map = new PatchMap(stage.Length, width, height);
        for (var i = 0; i < stage.Length; i++)
        {
            if (stage[i].Operation != ColourOperation.Cutout)
                continue;
            double x = stage[i].X * width, y = stage[i].Y * height, half = stage[i].Value / 2;
            map.Erase(i, (int)(x - half), (int)(y - half), (int)(x + half), (int)(y + half));
        }

        // Erased is zero; the published grey is ImageNet's mean.
        return map.Apply(pixels - mean) + mean;
    }

    // B×1×1×1, 1 where another operation was drawn; null where none was.
    private static Tensor? Factors(Tensor pixels, ColourChange[] stage, ColourOperation operation) => stage.Any(c => c.Operation == operation)
        ? tensor([.. stage.Select(c => c.Operation == operation ? (float)c.Value : 1f)], [stage.Length, 1, 1, 1]).to(pixels.device)
        : null;
}
