using LeanPose.Learning.Benchmarking;
using Xunit;

namespace LeanPose.Learning.Tests.Benchmarking;

public sealed class TimingsTests
{
    [Fact]
    public void Median_and_tenths_do_not_depend_on_order() =>
        Assert.Equal(new Timings(6, 2, 10, 11), Timings.Of([11, 1, 10, 2, 9, 3, 8, 4, 7, 5, 6]));

    [Fact]
    public void Between_two_times_lies_their_mean() => Assert.Equal(new Timings(15, 11, 19, 2), Timings.Of([20, 10]));

    [Fact]
    public void Work_is_done_as_often_as_was_asked_and_stops_when_told()
    {
        var done = 0;
        Assert.Equal(3, Timings.Measure(() => done++, 0, 3, CancellationToken.None).Runs);
        Assert.Equal(3, done);
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Timings.Measure(stop.Cancel, 1e9, 3, stop.Token));
    }

    [Fact]
    public void The_machine_is_looked_at_without_fail()
    {
        if (OperatingSystem.IsLinux())
        {
            Assert.InRange(new MachineLoad().OthersCores()!.Value, 0, double.MaxValue);
            Assert.InRange(ProcessMemory.Peak()!.Value, ProcessMemory.Resident() / 2, long.MaxValue);
            Assert.InRange(MachineLoad.LoadAverage()!.Value, 0, 1e6);
        }

        Assert.True(ProcessMemory.Resident() > 1 << 20);
    }
}
