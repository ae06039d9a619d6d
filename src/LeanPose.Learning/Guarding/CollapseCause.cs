using System.Globalization;
using LeanPose.Learning.Methods;
using LeanPose.Learning.Recipes;

namespace LeanPose.Learning.Guarding;

/// <summary>Why a run with a given recipe most likely collapsed, and what to change in it (specification 5).</summary>
/// <param name="Cause">In words.</param>
/// <param name="Remedy">Keys and values to try.</param>
public sealed record CollapseCause(string Cause, string Remedy)
{
    // From this weight on, pseudo labels decide against labels; published recipes are at 1 to 2 a view.
    private const double Heavy = 8;

    /// <summary>Cause and remedy as two sentences.</summary>
    public string Advice => $"Likely cause: {Cause}. Try: {Remedy}.";

    /// <summary>The first that fits, from what certainly collapses to what is merely early.</summary>
    public static CollapseCause Of(Recipe recipe)
    {
        if (recipe.Method is not ConsistencyOptions method)
            return new("pseudo labels that are wrong", "a supervised run first");
        if (method.SupervisedWeight == 0)
            return new("labels have no weight, so nothing holds the networks to persons", "method.supervisedWeight 0.5 or 1");
        if (SameViews(method))
            return new("the hard view is no harder than the easy one, so pseudo labels are no better than what they are to teach", "method.hardRotation 30, method.hardScale 0.25, and views that damage, such as jc or jo");
        if (method.ConsistencyWeight > Heavy * method.SupervisedWeight)
        {
            var ratio = (method.ConsistencyWeight / method.SupervisedWeight).ToString("0.#", CultureInfo.InvariantCulture);
            return new($"pseudo labels count {ratio} times as much as labels", "method.consistencyWeight of once or twice method.supervisedWeight");
        }

        if (method.ConsistencyRampupSteps == 0 && method.BurnInSteps == 0)
            return new("pseudo labels had full weight from the first step on, when they were dim and wrong", "method.consistencyRampupSteps of half the run, method.burnInSteps, or model.weights to start from");
        return new("pseudo labels that are wrong more often than right", "a lower method.consistencyWeight or training.learningRate, a longer method.consistencyRampupSteps, more labels");
    }

    private static bool SameViews(ConsistencyOptions method) =>
        method.HardScale == 0 && (method.HardRotation == 0 || method.HardRotationProbability == 0) && method.ViewLists.All(l => l.Views.All(v => v == "none"));
}
