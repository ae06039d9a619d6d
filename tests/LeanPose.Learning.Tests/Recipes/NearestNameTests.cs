using LeanPose.Learning.Recipes;
using Xunit;

namespace LeanPose.Learning.Tests.Recipes;

public sealed class NearestNameTests
{
    private static readonly string[] Names = ["batch", "unlabelledBatch", "learningRate", "milestones", "gamma"];

    [Theory]
    [InlineData("bacth", "batch")]
    [InlineData("Batch", "batch")]
    [InlineData("batchSize", "batch")]
    [InlineData("learning_rate", "learningRate")]
    [InlineData("milestone", "milestones")]
    [InlineData("lr", null)]
    [InlineData("optimizer", null)]
    public void Finds_the_name_that_was_meant(string word, string? expected) => Assert.Equal(expected, NearestName.Of(word, Names));

    [Fact]
    public void Nothing_is_near_when_there_are_no_names() => Assert.Null(NearestName.Of("batch", []));
}
