using LeanPose.Learning.Recipes;
using LeanPose.Randomness;

namespace LeanPose.Learning.Loading;

/// <summary>The random draws of one easy view (specification 2.2).</summary>
/// <param name="Scale">Factor of the person's frame; above 1 the person gets smaller in the crop.</param>
/// <param name="Rotation">Degrees.</param>
/// <param name="Flipped">Whether the whole picture is mirrored first.</param>
internal readonly record struct EasyViewDraw(double Scale, double Rotation, bool Flipped)
{
    public static EasyViewDraw Of(AugmentationRecipe a, KeyedRandom random)
    {
        var scale = Math.Clamp(1 + (a.Scale * random.NextNormal()), 1 - a.Scale, 1 + a.Scale);
        var rotation = Math.Clamp(a.Rotation * random.NextNormal(), -2 * a.Rotation, 2 * a.Rotation);
        return new(scale, random.NextBool(a.RotationProbability) ? rotation : 0, random.NextBool(a.FlipProbability));
    }
}
