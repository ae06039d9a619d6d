using LeanPose.Randomness;

namespace LeanPose.Learning.Views;

/// <summary>
/// Rectangles anywhere in a picture, for Cutout (DeVries and Taylor, 2017) and CutMix (Yun et al., ICCV 2019) in the form
/// that MultiAugs gives them: several small ones, of the sizes that the joint-aware damages have.
/// </summary>
/// <param name="Centres">[picture][k], crop pixels.</param>
/// <param name="Halves">[picture][k] half width and half height, crop pixels.</param>
public sealed record BlindHoles((int X, int Y)[][] Centres, (int X, int Y)[][] Halves)
{
    /// <summary>Draws for one batch.</summary>
    /// <param name="count">Pictures (B).</param>
    /// <param name="perPicture">Rectangles per picture.</param>
    /// <param name="width">Crop width, pixels.</param>
    /// <param name="height">Crop height, pixels.</param>
    /// <param name="options">Scale and oddities.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="purpose">Whose damage it is.</param>
    /// <param name="step">The step.</param>
    public static BlindHoles Draw(int count, int perPicture, int width, int height, DamageOptions options, long seed, string purpose, long step)
    {
        if (options.SwappedBounds)
            (width, height) = (height, width);
        var (centres, halves) = (new (int, int)[count][], new (int, int)[count][]);
        for (var i = 0; i < count; i++)
        {
            var random = KeyedRandom.For(seed, purpose, step, i);
            (centres[i], halves[i]) = (new (int, int)[perPicture], new (int, int)[perPicture]);
            for (var k = 0; k < perPicture; k++)
            {
                centres[i][k] = (random.NextInt(width), random.NextInt(height));
                halves[i][k] = (KeypointPatches.DrawHalf(ref random, options.HoleScale), KeypointPatches.DrawHalf(ref random, options.HoleScale));
            }
        }

        return new BlindHoles(centres, halves);
    }

    /// <summary>Cutout: blanks the rectangles.</summary>
    public void Erase(PatchMap map, bool swappedBounds = false)
    {
        for (var i = 0; i < Centres.Length; i++)
        {
            for (var k = 0; k < Centres[i].Length; k++)
            {
                var (x0, y0, x1, y1) = map.Clip(Centres[i][k], Halves[i][k], swappedBounds);
                map.Erase(i, x0, y0, x1, y1);
            }
        }
    }

    /// <summary>CutMix: takes the rectangles from the same place of each picture's partner.</summary>
    public void CopyFrom(PatchMap map, int[] partners, bool swappedBounds = false)
    {
        for (var i = 0; i < Centres.Length; i++)
        {
            for (var k = 0; k < Centres[i].Length; k++)
            {
                var (x0, y0, x1, y1) = map.Clip(Centres[i][k], Halves[i][k], swappedBounds);
                map.Copy(i, x0, y0, x1 - x0, y1 - y0, partners[i], x0, y0);
            }
        }
    }
}
