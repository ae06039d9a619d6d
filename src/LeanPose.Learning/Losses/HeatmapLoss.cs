using static TorchSharp.torch;

namespace LeanPose.Learning.Losses;

/// <summary>
/// ℓ(P, Q, w) = 1/J Σ_j ½ mean over batch and pixels of (w·P − w·Q)²: SimpleBaseline's joint MSE, used by every method.
/// J always counts all channels, so masked keypoints lower the value but not the divisor; a soft weight acts squared.
/// </summary>
public static class HeatmapLoss
{
    /// <summary>Computes the loss.</summary>
    /// <param name="prediction"><c>B×J×h×w</c>, with gradient.</param>
    /// <param name="target"><c>B×J×h×w</c>; no gradient flows into it.</param>
    /// <param name="weight"><c>B×J</c> or <c>1×J</c>.</param>
    /// <returns>A scalar.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit together.</exception>
    public static Tensor Compute(Tensor prediction, Tensor target, Tensor weight)
    {
        Check(prediction, target, weight);
        using var scope = NewDisposeScope();
        return Squared(prediction, target, weight).sum().div(Divisor(prediction)).MoveToOuterDisposeScope();
    }

    /// <summary>What each keypoint adds to the loss.</summary>
    /// <inheritdoc cref="Compute" path="/param"/>
    /// <returns><c>J</c>; the sum is the loss.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit together.</exception>
    public static Tensor PerKeypoint(Tensor prediction, Tensor target, Tensor weight)
    {
        Check(prediction, target, weight);
        using var scope = NewDisposeScope();
        return Squared(prediction, target, weight).sum([0]).div(Divisor(prediction)).MoveToOuterDisposeScope();
    }

    // The weight is constant in a map, so it is applied after the sum over pixels: a thousandth of the multiplications.
    private static Tensor Squared(Tensor prediction, Tensor target, Tensor weight) =>
        (prediction - target.detach()).pow(2).sum([2, 3]) * weight.pow(2);

    private static double Divisor(Tensor prediction) => 2.0 * prediction.numel();

    private static void Check(Tensor prediction, Tensor target, Tensor weight)
    {
        if (prediction.dim() != 4 || !prediction.shape.SequenceEqual(target.shape))
            throw new ArgumentException($"Prediction {string.Join('×', prediction.shape)} and target {string.Join('×', target.shape)} must be the same B×J×h×w.");
        if (weight.dim() != 2 || weight.shape[1] != prediction.shape[1] || (weight.shape[0] != prediction.shape[0] && weight.shape[0] != 1))
            throw new ArgumentException($"Weight {string.Join('×', weight.shape)} must be B×J or 1×J for a prediction of {string.Join('×', prediction.shape)}.");
    }
}
