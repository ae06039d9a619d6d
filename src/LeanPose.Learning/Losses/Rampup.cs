namespace LeanPose.Learning.Losses;

/// <summary>
/// Factors with which an unsupervised loss comes in, from the start of training to a given length, 1 from then on. Early
/// pseudo labels are dim and wrong; learning from them at full weight holds a network back.
/// </summary>
public static class Rampup
{
    /// <summary>exp(−5·(1 − t)²), t from 0 to 1 (Laine and Aila, "Temporal Ensembling", ICLR 2017).</summary>
    /// <param name="step">Steps (or epochs) done.</param>
    /// <param name="length">When the factor reaches 1; 0 for no ramp.</param>
    public static double Sigmoid(double step, double length)
    {
        var rest = 1 - Progress(step, length);
        return Math.Exp(-5 * rest * rest);
    }

    /// <summary>Straight from 0 to 1.</summary>
    /// <param name="step">Steps (or epochs) done.</param>
    /// <param name="length">When the factor reaches 1; 0 for no ramp.</param>
    public static double Linear(double step, double length) => Progress(step, length);

    /// <summary>Half a cosine down from 1: ½·(cos(π·t) + 1), for learning rates or for losses that fade out.</summary>
    /// <param name="step">Steps (or epochs) done.</param>
    /// <param name="length">When the factor reaches 0.</param>
    public static double CosineDown(double step, double length) => 0.5 * (Math.Cos(Math.PI * Progress(step, length)) + 1);

    private static double Progress(double step, double length) => length <= 0 ? 1 : Math.Clamp(step / length, 0, 1);
}
