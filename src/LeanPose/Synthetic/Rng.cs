using System.Numerics;
using LeanPose.Randomness;

namespace LeanPose.Synthetic;

/// <summary>
/// The draws that pictures are made of, on <see cref="KeyedRandom"/>. Every stream is keyed by seed, picture and purpose, so
/// that what is drawn for one purpose never depends on how much another purpose drew, nor on threads.
/// </summary>
internal sealed class Rng
{
    private readonly long _key;
    private KeyedRandom _random;

    private Rng(KeyedRandom random)
    {
        _random = random;
        _key = (long)_random.NextBits();
    }

    public static Rng For(int seed, int index, string purpose) => new(KeyedRandom.For(seed, purpose, index));

    /// <summary>A stream of its own for another purpose; drawing from this one before or after changes nothing in it.</summary>
    public Rng Fork(string purpose, int number = 0) => new(KeyedRandom.For(_key, purpose, number));

    public ulong NextBits() => _random.NextBits();

    /// <summary>Uniform in [0, 1).</summary>
    public float Unit() => (NextBits() >> 40) * (1f / (1 << 24));

    /// <summary>Uniform in [from, to).</summary>
    public float Range(float from, float to) => from + ((to - from) * Unit());

    /// <summary>Uniform in [-spread, spread).</summary>
    public float Spread(float spread) => Range(-spread, spread);

    /// <summary>Uniform in 0 … count-1.</summary>
    public int Below(int count) => _random.NextInt(count);

    /// <summary>Uniform in from … to, both included.</summary>
    public int Between(int from, int to) => from + Below(to - from + 1);

    public bool Chance(float probability) => Unit() < probability;

    public T Pick<T>(ReadOnlySpan<T> choices) => choices[Below(choices.Length)];

    /// <summary>About normal with the given mean and deviation: the sum of four uniforms, so never more than 3.5 deviations off.</summary>
    public float Normal(float mean, float deviation) => mean + (deviation * 1.7320508f * (Unit() + Unit() + Unit() + Unit() - 2));

    public Vector3 InBox(Vector3 half) => new(Spread(half.X), Spread(half.Y), Spread(half.Z));
}
