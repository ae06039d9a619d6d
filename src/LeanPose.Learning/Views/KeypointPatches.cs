using LeanPose.Randomness;

namespace LeanPose.Learning.Views;

/// <summary>
/// The random draws that all keypoint-centred occlusions share: for every picture and keypoint a jittered centre and
/// half sizes (specification 2.7 and 2.8).
/// </summary>
public sealed class KeypointPatches
{
    /// <summary>Standard deviation of the jitter, crop pixels.</summary>
    public const double Jitter = 10;

    /// <summary>Smallest half size, crop pixels.</summary>
    public const int MinHalf = 10;

    /// <summary>Largest half size, crop pixels.</summary>
    public const int MaxHalf = 19;

    /// <summary>Takes draws as they are.</summary>
    /// <param name="centres">[picture, keypoint], crop pixels.</param>
    /// <param name="halves">[picture, keypoint] half width and half height, crop pixels.</param>
    public KeypointPatches((int X, int Y)[,] centres, (int X, int Y)[,] halves)
    {
        Centres = centres;
        Halves = halves;
    }

    /// <summary>[picture, keypoint] centre, crop pixels.</summary>
    public (int X, int Y)[,] Centres { get; }

    /// <summary>[picture, keypoint] half width and half height, crop pixels.</summary>
    public (int X, int Y)[,] Halves { get; }

    /// <summary>Number of pictures.</summary>
    public int Count => Centres.GetLength(0);

    /// <summary>Draws for one batch.</summary>
    /// <param name="positions">[picture, keypoint] in crop pixels.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="purpose">Whose occlusion it is, so that networks get different ones.</param>
    /// <param name="step">The step.</param>
    /// <param name="scale">Factor of sizes and jitter.</param>
    public static KeypointPatches Draw((float X, float Y)[,] positions, long seed, string purpose, long step, double scale = 1)
    {
        int count = positions.GetLength(0), joints = positions.GetLength(1);
        var centres = new (int, int)[count, joints];
        var halves = new (int, int)[count, joints];
        for (var i = 0; i < count; i++)
        {
            var random = KeyedRandom.For(seed, purpose + "/patches", step, i);
            for (var j = 0; j < joints; j++)
            {
                var (x, y) = positions[i, j];
                centres[i, j] = ((int)(x + (scale * Jitter * random.NextNormal())), (int)(y + (scale * Jitter * random.NextNormal())));
                halves[i, j] = (DrawHalf(ref random, scale), DrawHalf(ref random, scale));
            }
        }

        return new KeypointPatches(centres, halves);
    }

    /// <summary>One half size, uniform over the scaled range; 2 at least.</summary>
    internal static int DrawHalf(ref KeyedRandom random, double scale)
    {
        var (min, max) = (Scaled(MinHalf), Scaled(MaxHalf));
        return min + random.NextInt(max - min + 1);

        int Scaled(int half) => Math.Max(2, (int)Math.Round(half * scale, MidpointRounding.AwayFromZero));
    }

    /// <summary>Draws <paramref name="perPicture"/> keypoints for each picture, with replacement, from a pool.</summary>
    public static int[][] DrawJoints(IReadOnlyList<int> pool, int count, int perPicture, long seed, string purpose, long step)
    {
        var chosen = new int[count][];
        for (var i = 0; i < count; i++)
        {
            var random = KeyedRandom.For(seed, purpose + "/joints", step, i);
            chosen[i] = new int[perPicture];
            for (var k = 0; k < perPicture; k++)
                chosen[i][k] = pool[random.NextInt(pool.Count)];
        }

        return chosen;
    }
}
