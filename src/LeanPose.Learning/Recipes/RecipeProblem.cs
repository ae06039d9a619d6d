namespace LeanPose.Learning.Recipes;

/// <summary>One thing that is wrong with a recipe.</summary>
/// <param name="Path">Key path as the recipe file writes it, e.g. <c>training.batch</c>.</param>
/// <param name="Found">What stands there, with the verb: <c>found 0</c>, <c>unknown key</c>.</param>
/// <param name="Expected">What may stand there.</param>
public sealed record RecipeProblem(string Path, string Found, string Expected)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Path}: {Found}; expected {Expected}";
}
