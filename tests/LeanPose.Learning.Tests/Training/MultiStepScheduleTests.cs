using LeanPose.Learning.Training;
using Xunit;

namespace LeanPose.Learning.Tests.Training;

public sealed class MultiStepScheduleTests
{
    [Theory]
    [InlineData(0, 1e-3)]
    [InlineData(69, 1e-3)]
    [InlineData(70, 1e-4)]
    [InlineData(89, 1e-4)]
    [InlineData(90, 1e-5)]
    [InlineData(99, 1e-5)]
    public void Falls_when_the_milestones_are_done(int completed, double expected) =>
        Assert.Equal(expected, new MultiStepSchedule(1e-3, [70, 90]).At(completed), 1e-15);

    [Fact]
    public void Rises_from_a_tenth()
    {
        var schedule = new MultiStepSchedule(1e-2, [], WarmupSteps: 10);
        Assert.Equal(1e-3, schedule.At(0, 0), 1e-15);
        Assert.Equal(5.5e-3, schedule.At(0, 5), 1e-15);
        Assert.Equal(1e-2, schedule.At(0, 10), 1e-15);
    }
}
