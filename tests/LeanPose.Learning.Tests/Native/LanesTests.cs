using LeanPose.Learning.Native;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace LeanPose.Learning.Tests.Native;

public class LanesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Results_come_in_the_order_of_the_jobs_and_belong_to_the_callers_scope(int count)
    {
        using var lanes = new Lanes(count, 1);
        var alive = Tensor.TotalCount;
        using (NewDisposeScope())
        {
            var results = lanes.Run([.. Enumerable.Range(0, 9).Select(i => (Func<Tensor>)(() => ones(3) * i))]);
            Assert.Equal(Enumerable.Range(0, 9).Select(i => 3f * i), results.Select(r => r.sum().item<float>()));
        }

        Assert.Equal(alive, Tensor.TotalCount);
    }

    [Fact]
    public void No_jobs_are_done_at_once()
    {
        using var lanes = new Lanes(2, 1);
        Assert.Empty(lanes.Run(Array.Empty<Func<Tensor>>()));
    }

    [Fact]
    public void Jobs_run_at_the_same_time()
    {
        using var lanes = new Lanes(2, 1);
        using var both = new Barrier(2);
        // Each waits for the other: one after the other they would wait for ever, which the time limit turns into false.
        var met = new bool[2];
        lanes.Run([.. Enumerable.Range(0, 2).Select(i => (Action)(() => met[i] = both.SignalAndWait(TimeSpan.FromMinutes(1))))]);
        Assert.Equal([true, true], met);
    }

    [Fact]
    public void Lanes_take_over_the_switches_of_the_callers_thread()
    {
        using var lanes = new Lanes(2, 1);
        using var both = new Barrier(2);
        bool[] Ask(Func<bool> question)
        {
            var answers = new bool[2];
            lanes.Run([.. Enumerable.Range(0, 2).Select(i => (Action)(() =>
            {
                both.SignalAndWait();
                answers[i] = question();
            }))]);
            return answers;
        }

        Assert.Equal([true, true], Ask(is_grad_enabled));
        using (no_grad())
            Assert.Equal([false, false], Ask(is_grad_enabled));
        Assert.Equal([true, true], Ask(is_grad_enabled));
        Assert.Equal([false, false], Ask(() => NativeSwitches.IsAutocastOn(DeviceType.CPU)));
        using (NativeSwitches.Autocast(DeviceType.CPU, ScalarType.BFloat16))
            Assert.Equal(Enumerable.Repeat(NativeSwitches.CanAutocast, 2), Ask(() => NativeSwitches.IsAutocastOn(DeviceType.CPU)));
        Assert.Equal([false, false], Ask(() => NativeSwitches.IsAutocastOn(DeviceType.CPU)));
        var threads = get_num_threads();
        Assert.Equal([true, true], Ask(() => get_num_threads() == 1));
        Assert.Equal(threads, get_num_threads());
    }

    [Fact]
    public void An_error_of_a_job_comes_out_after_all_jobs_have_ended_and_lanes_go_on()
    {
        using var lanes = new Lanes(2, 1);
        var alive = Tensor.TotalCount;
        var ended = 0;
        var error = Assert.Throws<InvalidDataException>(() => lanes.Run([.. Enumerable.Range(0, 6).Select(i => (Func<Tensor>)(() =>
        {
            Interlocked.Increment(ref ended);
            return i is 2 or 4 ? throw new InvalidDataException($"job {i}") : ones(1);
        }))]));
        Assert.Equal("job 2", error.Message);
        Assert.Equal(6, ended);
        Assert.Equal(alive, Tensor.TotalCount);
        using var scope = NewDisposeScope();
        Assert.Equal(1, lanes.Run(() => ones(1))[0].item<float>());
    }

    [Fact]
    public void A_pass_without_gradient_does_not_take_the_gradient_from_the_next_one_on_the_same_thread()
    {
        if (!NativeSwitches.CanAutocast)
            Assert.Skip("This libtorch has no autocast to switch.");
        using var scope = NewDisposeScope();
        using var network = nn.Linear(4, 4);
        using (NativeSwitches.Autocast(DeviceType.CPU, ScalarType.BFloat16))
        {
            var x = ones(2, 4);
            using (no_grad())
                Lanes.One.Run(() => network.call(x));
            Lanes.One.Run(() => network.call(x))[0].sum().backward();
        }

        Assert.NotEqual(0, network.weight!.grad!.abs().sum().item<float>());
    }

    [Theory]
    [InlineData(1, 8, 1)]
    [InlineData(3, 1, 1)]
    [InlineData(3, 2, 2)]
    [InlineData(2, 16, 2)]
    public void There_are_no_more_lanes_than_networks_or_threads(int networks, int threads, int expected)
    {
        using var lanes = Lanes.For(networks, threads);
        Assert.Equal(expected, lanes.Count);
    }
}
