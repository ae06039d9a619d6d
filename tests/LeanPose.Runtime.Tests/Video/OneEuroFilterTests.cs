using LeanPose.Randomness;
using LeanPose.Runtime.Video;
using Xunit;

namespace LeanPose.Runtime.Tests.Video;

public sealed class OneEuroFilterTests
{
    private const double Frame = 1 / 30.0;

    [Theory]
    // Worked out from the paper's Algorithm 1, α = 1 / (1 + τ/Te), at the times 0, 0.1, 0.3 and 0.35 s.
    [InlineData(1, 0.5, 11.506515036230, 11.143925545348, 18.920708614377)]
    [InlineData(2, 0, 11.113725448288, 11.032370217726, 14.492705442393)]
    public void Numbers_are_those_of_the_paper_at_uneven_times(double minCutoff, double beta, double second, double third, double fourth)
    {
        var filter = new OneEuroFilter(minCutoff, beta);
        Assert.Null(filter.Value);
        Assert.Equal(10, filter.Next(10, 0));
        Assert.Equal(second, filter.Next(12, 0.1), 1e-11);
        Assert.Equal(third, filter.Next(11, 0.3), 1e-11);
        Assert.Equal(fourth, filter.Next(20, 0.35), 1e-11);
        Assert.Equal(fourth, filter.Value!.Value, 1e-11);
    }

    [Fact]
    public void What_stands_still_stays_where_it_is()
    {
        var filter = new OneEuroFilter(0.7, 3);
        Assert.All(Times(100), t => Assert.Equal(123.456, filter.Next(123.456, t)));
    }

    [Fact]
    public void Noise_on_a_still_point_shrinks()
    {
        var random = KeyedRandom.For(3, "jitter");
        var noise = Times(600).Select(_ => random.NextNormal()).ToArray();
        var filter = new OneEuroFilter(1, 0.05);
        var smooth = noise.Select((n, i) => filter.Next(n, i * Frame)).ToArray();
        // At 1 Hz and 30 frames a second α is 0.17: white noise keeps √(α/(2−α)) = 0.31 of its deviation.
        Assert.InRange(Deviation(smooth) / Deviation(noise), 0.2, 0.4);
    }

    [Fact]
    public void A_fast_move_lags_less_with_beta()
    {
        double Lag(double beta)
        {
            var filter = new OneEuroFilter(1, beta);
            return Times(30).Select(t => (2 * t) - filter.Next(2 * t, t)).ToArray()[^1];
        }

        Assert.InRange(Lag(0), 0.2, 0.35);
        Assert.InRange(Lag(5), 1e-3, Lag(0) / 5);
        Assert.True(Lag(20) < Lag(5));
    }

    [Fact]
    public void The_unit_makes_scale_and_place_irrelevant()
    {
        var random = KeyedRandom.For(4, "scale");
        var (small, large) = (new OneEuroFilter(1, 4), new OneEuroFilter(1, 4));
        foreach (var t in Times(50))
        {
            var value = random.NextNormal();
            Assert.Equal((250 * small.Next(value, t)) + 40, large.Next((250 * value) + 40, t, unit: 250), 1e-9);
        }
    }

    [Fact]
    public void After_a_reset_it_begins_anew_at_any_time()
    {
        var filter = new OneEuroFilter(1, 1);
        filter.Next(5, 10);
        filter.Next(9, 11);
        filter.Reset();
        Assert.Null(filter.Value);
        Assert.Equal(-3, filter.Next(-3, 0));
        var other = new OneEuroFilter(1, 1);
        other.Next(-3, 0);
        Assert.Equal(other.Next(1, 0.1), filter.Next(1, 0.1));
    }

    [Fact]
    public void Wrong_numbers_are_refused_and_change_nothing()
    {
        Assert.Throws<ArgumentOutOfRangeException>("minCutoff", () => new OneEuroFilter(0));
        Assert.Throws<ArgumentOutOfRangeException>("beta", () => new OneEuroFilter(1, -1));
        Assert.Throws<ArgumentOutOfRangeException>("derivativeCutoff", () => new OneEuroFilter(1, 1, double.NaN));
        var filter = new OneEuroFilter();
        filter.Next(1, 2);
        Assert.Throws<ArgumentOutOfRangeException>("value", () => filter.Next(double.NaN, 3));
        Assert.Throws<ArgumentOutOfRangeException>("seconds", () => filter.Next(1, 2));
        Assert.Throws<ArgumentOutOfRangeException>("seconds", () => filter.Next(1, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>("unit", () => filter.Next(1, 3, 0));
        Assert.Equal(1, filter.Value);
    }

    private static IEnumerable<double> Times(int count) => Enumerable.Range(0, count).Select(i => i * Frame);

    private static double Deviation(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
    }
}
