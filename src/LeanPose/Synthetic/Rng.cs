using System.Numerics;

namespace LeanPose.Synthetic;

/// <summary>
/// SplitMix64 (Steele, Lea, Flood 2014). Every stream is keyed by seed, picture and purpose, so that what is drawn for one
/// purpose never depends on how much another purpose drew, nor on threads.
/// </summary>
internal sealed class Rng
{
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private readonly ulong _key;
    private ulong _state;

    private Rng(ulong key) => _state = _key = key;

    public static Rng For(int seed, int index, string purpose) =>
        new(Mix(Mix(Mix((ulong)(uint)seed + Golden) ^ (uint)index) ^ Hash(purpose)));

    /// <summary>A stream of its own for another purpose; drawing from this one before or after changes nothing in it.</summary>
    public Rng Fork(string purpose, int number = 0) => new(Mix(Mix(_key ^ Hash(purpose)) + (ulong)(uint)number));

    public ulong NextBits() => Mix(_state += Golden);

    /// <summary>Uniform in [0, 1).</summary>
    public float Unit() => (NextBits() >> 40) * (1f / (1 << 24));

    /// <summary>Uniform in [from, to).</summary>
    public float Range(float from, float to) => from + ((to - from) * Unit());

    /// <summary>Uniform in [-spread, spread).</summary>
    public float Spread(float spread) => Range(-spread, spread);

    /// <summary>Uniform in 0 … count-1.</summary>
    public int Below(int count) => (int)(NextBits() % (ulong)count);

    /// <summary>Uniform in from … to, both included.</summary>
    public int Between(int from, int to) => from + Below(to - from + 1);

    public bool Chance(float probability) => Unit() < probability;

    public T Pick<T>(ReadOnlySpan<T> choices) => choices[Below(choices.Length)];

    /// <summary>About normal with the given mean and deviation: the sum of four uniforms, so never more than 3.5 deviations off.</summary>
    public float Normal(float mean, float deviation) => mean + (deviation * 1.7320508f * (Unit() + Unit() + Unit() + Unit() - 2));

    public Vector3 InBox(Vector3 half) => new(Spread(half.X), Spread(half.Y), Spread(half.Z));

    internal static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    // FNV-1a; string.GetHashCode changes from run to run.
    private static ulong Hash(string text)
    {
        var hash = 0xCBF29CE484222325UL;
        foreach (var c in text)
            hash = (hash ^ c) * 0x100000001B3UL;
        return hash;
    }
}
