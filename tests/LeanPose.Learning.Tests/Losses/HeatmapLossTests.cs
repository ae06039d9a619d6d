using CsCheck;
using LeanPose.Learning.Losses;
using Xunit;
using static TorchSharp.torch;

namespace LeanPose.Learning.Tests.Losses;

/// <summary>Invariant 9 of the specification.</summary>
public sealed class HeatmapLossTests
{
    private static Tensor Ones(int count, int of) => tensor([.. Enumerable.Range(0, of).Select(j => j < count ? 1f : 0)], [1, of]);

    [Fact]
    public void The_divisor_counts_masked_keypoints_too()
    {
        using var scope = NewDisposeScope();
        var loss = HeatmapLoss.Compute(full([2, 24, 8, 6], 0.5f), zeros(2, 24, 8, 6), Ones(17, 24));
        Assert.Equal(0.0885416667, loss.item<float>(), 1e-7);
    }

    [Fact]
    public void Weight_zero_gives_nothing_and_no_gradient()
    {
        using var scope = NewDisposeScope();
        var prediction = randn(2, 3, 4, 5).requires_grad_(true);
        var loss = HeatmapLoss.Compute(prediction, randn(2, 3, 4, 5), zeros(2, 3));
        loss.backward();
        Assert.Equal(0, loss.item<float>());
        Assert.True(prediction.grad!.eq(0).all().item<bool>());
    }

    [Fact]
    public void A_soft_weight_acts_squared()
    {
        using var scope = NewDisposeScope();
        var (p, q) = (randn(2, 3, 4, 5), randn(2, 3, 4, 5));
        var whole = HeatmapLoss.Compute(p, q, ones(2, 3)).item<float>();
        Assert.Equal(whole, HeatmapLoss.PerKeypoint(p, q, ones(2, 3)).sum().item<float>(), 1e-6);
        Assert.Equal(whole / 4, HeatmapLoss.Compute(p, q, full([2, 3], 0.5f)).item<float>(), 1e-6);
    }

    [Fact]
    public void No_gradient_reaches_the_target()
    {
        using var scope = NewDisposeScope();
        var (p, q) = (randn(1, 2, 3, 3).requires_grad_(true), randn(1, 2, 3, 3).requires_grad_(true));
        HeatmapLoss.Compute(p, q, ones(1, 2)).backward();
        Assert.NotNull(p.grad);
        Assert.Null(q.grad);
    }

    [Fact]
    public void It_is_the_loop_over_joints() =>
        Gen.Select(Gen.Int[1, 3], Gen.Int[1, 4], Gen.Int[1, 5], Gen.Int[1, 5], Gen.Long[0, 1000], Gen.Bool).Sample(
            (b, j, h, w, seed, shared) =>
            {
                using var scope = NewDisposeScope();
                manual_seed(seed);
                var (p, q, weight) = (randn(b, j, h, w), randn(b, j, h, w), rand(shared ? 1 : b, j));
                var (pv, qv, wv) = (Close.Values(p), Close.Values(q), Close.Values(weight));
                double sum = 0;
                for (var k = 0; k < j; k++)
                {
                    double joint = 0;
                    for (var i = 0; i < b; i++)
                    {
                        for (var u = 0; u < h * w; u++)
                        {
                            var at = (((i * j) + k) * h * w) + u;
                            joint += Math.Pow(wv[((shared ? 0 : i) * j) + k] * ((double)pv[at] - qv[at]), 2);
                        }
                    }

                    sum += 0.5 * joint / (b * h * w);
                }

                Assert.Equal(sum / j, HeatmapLoss.Compute(p, q, weight).item<float>(), 1e-5 * (1 + sum));
            },
            iter: 60, threads: 1);

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => HeatmapLoss.Compute(zeros(1, 2, 3, 3), zeros(1, 2, 3, 4), ones(1, 2)));
        Assert.Throws<ArgumentException>(() => HeatmapLoss.Compute(zeros(1, 2, 3, 3), zeros(1, 2, 3, 3), ones(1, 1)));
        Assert.Equal("Weight 3×2 must be B×J or 1×J for a prediction of 4×2×3×3.",
            Assert.Throws<ArgumentException>(() => HeatmapLoss.Compute(zeros(4, 2, 3, 3), zeros(4, 2, 3, 3), ones(3, 2))).Message);
    }
}
