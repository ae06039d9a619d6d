using CsCheck;
using LeanPose.Learning.Methods;
using LeanPose.Learning.Methods.Consistency;
using Xunit;
using static TorchSharp.torch;

namespace LeanPose.Learning.Tests.Methods;

/// <summary>Invariants 11 to 14 of the specification.</summary>
public sealed class PositionInconsistencyTests
{
    private const int B = 2, J = 3, H = 3, W = 4;

    // Few different values on few cells: equal maxima and equal distances are the rule.
    private static readonly Gen<float[]> Maps = Gen.Int[0, 3].Select(i => (float)i).Array[B * J * H * W];

    private static Tensor Of(float[] values) => tensor(values, [B, J, H, W]);

    private static Tensor Peak(int x, int y)
    {
        var map = zeros(1, 1, 40, 40);
        map[0, 0, y, x] = 1;
        return map;
    }

    [Fact]
    public void The_nearest_pair_is_kept()
    {
        using var scope = NewDisposeScope();
        Tensor a = Peak(10, 10), b = Peak(13, 14), earlierA = Peak(12, 14), earlierB = Peak(30, 30);
        var correction = PositionInconsistency.Correct([a, earlierA], [b, earlierB]);
        var distances = Close.Values(correction.Distances);
        foreach (var (expected, actual) in new[] { 5, 1, 28.2843, 24.0832 }.Zip(distances))
            Assert.Equal(expected, actual, 1e-4);
        Assert.Equal(1, correction.Pair.item<long>());
        Assert.True(correction.Corrected.equal((earlierA + b) / 2).all().item<bool>());
    }

    [Fact]
    public void It_is_the_loop_over_persons_and_keypoints() => Gen.Select(Maps, Maps, Maps, Maps, Maps, Maps).Sample(
        (a0, a1, a2, b0, b1, b2) =>
        {
            foreach (var periods in new[] { 1, 2, 3 })
            {
                using var scope = NewDisposeScope();
                float[][] a = [.. new[] { a0, a1, a2 }.Take(periods)], b = [.. new[] { b0, b1, b2 }.Take(periods)];
                var correction = PositionInconsistency.Correct([.. a.Select(Of)], [.. b.Select(Of)]);
                var (distances, pairs, corrected) = (Close.Values(correction.Distances), correction.Pair.data<long>().ToArray(), Close.Values(correction.Corrected));
                for (var n = 0; n < B * J; n++)
                {
                    var (best, shortest) = (0, double.PositiveInfinity);
                    for (var k = 0; k < periods * periods; k++)
                    {
                        var ((ax, ay), (bx, by)) = (ArgMax(a[k % periods], n), ArgMax(b[k / periods], n));
                        var d = Math.Sqrt(((ax - bx) * (ax - bx)) + ((ay - by) * (ay - by)));
                        Assert.Equal((float)d, distances[(k * B * J) + n], 1e-6);
                        if (d < shortest)
                            (best, shortest) = (k, d);
                    }

                    Assert.Equal(best, pairs[n]);
                    Assert.True(distances[(best * B * J) + n] <= distances[n], "the correction took a worse pair than the present one");
                    for (var u = n * H * W; u < (n + 1) * H * W; u++)
                        Assert.Equal((a[best % periods][u] + b[best / periods][u]) / 2, corrected[u]);
                }
            }
        },
        iter: 200, threads: 1);

    [Fact]
    public void Exchanging_the_teachers_exchanges_the_pairs_one_and_two_only() => Gen.Select(Maps, Maps, Maps, Maps).Sample(
        (a, b, earlierA, earlierB) =>
        {
            using var scope = NewDisposeScope();
            var one = PositionInconsistency.Correct([Of(a), Of(earlierA)], [Of(b), Of(earlierB)]);
            var two = PositionInconsistency.Correct([Of(b), Of(earlierB)], [Of(a), Of(earlierA)]);
            float[] d = Close.Values(one.Distances), swapped = Close.Values(two.Distances);
            long[] p = one.Pair.data<long>().ToArray(), q = two.Pair.data<long>().ToArray();
            for (var n = 0; n < B * J; n++)
            {
                for (var k = 0; k < 4; k++)
                    Assert.Equal(d[(k * B * J) + n], swapped[(Exchange(k) * B * J) + n]);
                if (d[(B * J) + n] != d[(2 * B * J) + n])
                    Assert.Equal(Exchange(p[n]), q[n]);
            }

            static long Exchange(long k) => k is 1 or 2 ? 3 - k : k;
        },
        iter: 200, threads: 1);

    [Fact]
    public void Teachers_that_agree_or_have_not_moved_are_left_as_they_are() => Gen.Select(Maps, Maps, Maps, Maps).Sample(
        (a, b, earlierA, earlierB) =>
        {
            using var scope = NewDisposeScope();
            var agree = PositionInconsistency.Correct([Of(a), Of(earlierA)], [Of(a), Of(earlierB)]);
            Assert.All(agree.Pair.data<long>().ToArray(), k => Assert.Equal(0, k));
            Assert.All(Close.Values(agree.Distances).Take(B * J), d => Assert.Equal(0, d));
            Assert.Equal(a, Close.Values(agree.Corrected));

            var unmoved = PositionInconsistency.Correct([Of(a), Of(a)], [Of(b), Of(b)]);
            Assert.All(unmoved.Pair.data<long>().ToArray(), k => Assert.Equal(0, k));
            Assert.Equal(a.Zip(b, (x, y) => (x + y) / 2), Close.Values(unmoved.Corrected));
        },
        iter: 100, threads: 1);

    [Fact]
    public void The_target_has_the_type_of_the_heatmaps_and_no_gradient()
    {
        using var scope = NewDisposeScope();
        Tensor a = rand(B, J, H, W, dtype: ScalarType.Float64).requires_grad_(true), b = rand(B, J, H, W, dtype: ScalarType.Float64).requires_grad_(true);
        var corrected = PositionInconsistency.Correct([a, a], [b, b]).Corrected;
        Assert.Equal(ScalarType.Float64, corrected.dtype);
        Assert.False(corrected.requires_grad);
    }

    [Fact]
    public void Different_numbers_of_periods_are_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Equal("Both teachers need the same periods; they have 1 and 2.",
            Assert.Throws<ArgumentException>(() => PositionInconsistency.Correct([Peak(0, 0)], [Peak(0, 0), Peak(1, 1)])).Message);
    }

    [Fact]
    public void Positions_in_the_crop_are_four_pixels_a_cell() => Maps.Sample(
        values =>
        {
            using var scope = NewDisposeScope();
            var positions = HeatmapPositions.InCrop(Of(values));
            for (var n = 0; n < B * J; n++)
                Assert.Equal(((float X, float Y))(4 * ArgMax(values, n).X, 4 * ArgMax(values, n).Y), positions[n / J, n % J]);
        },
        iter: 100, threads: 1);

    private static (int X, int Y) ArgMax(float[] maps, int n)
    {
        var map = maps.AsSpan(n * H * W, H * W);
        var best = 0;
        for (var i = 1; i < map.Length; i++)
            best = map[i] > map[best] ? i : best;
        return (best % W, best / W);
    }
}
