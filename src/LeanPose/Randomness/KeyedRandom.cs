namespace LeanPose.Randomness;

/// <summary>
/// Random numbers as a pure function of a key such as (run seed, purpose, step, sample): the same draws whatever thread
/// asks, in whatever order, also after a resume. SplitMix64 (Steele et al., "Fast Splittable Pseudorandom Number
/// Generators", OOPSLA 2014) started from a hash of the key. A struct: pass it by reference.
/// </summary>
public struct KeyedRandom
{
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private ulong _state;

    private KeyedRandom(ulong state) => _state = state;

    /// <summary>The generator of one key.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="purpose">What the draws are for; different purposes never share draws.</param>
    /// <param name="a">First index, e.g. the step.</param>
    /// <param name="b">Second index, e.g. the place in the batch.</param>
    public static KeyedRandom For(long seed, string purpose, long a = 0, long b = 0)
    {
        var h = Mix((ulong)seed + Golden);
        foreach (var c in purpose)
            h = Mix((h ^ c) + Golden);
        h = Mix((h ^ (ulong)a) + Golden);
        h = Mix((h ^ (ulong)b) + Golden);
        return new KeyedRandom(h);
    }

    /// <summary>64 random bits.</summary>
    public ulong NextBits()
    {
        _state += Golden;
        return Mix(_state);
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [0, count).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1.</exception>
    public int NextInt(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return (int)Math.BigMul(NextBits(), (ulong)count, out _);
    }

    /// <summary>Standard normal (Box and Muller).</summary>
    public double NextNormal()
    {
        var radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        return radius * Math.Cos(2 * Math.PI * NextDouble());
    }

    /// <summary>True with the given probability.</summary>
    public bool NextBool(double probability) => NextDouble() < probability;

    /// <summary>A random order of 0 … count − 1 (Fisher and Yates).</summary>
    public int[] Permutation(int count)
    {
        var order = new int[count];
        for (var i = 0; i < count; i++)
            order[i] = i;
        for (var i = count - 1; i > 0; i--)
        {
            var j = NextInt(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
