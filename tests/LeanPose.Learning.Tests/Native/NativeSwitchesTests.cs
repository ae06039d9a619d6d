using LeanPose.Learning.Native;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace LeanPose.Learning.Tests.Native;

/// <summary>The deterministic switch is one of the process: these tests run one after another.</summary>
[Collection("Process-wide switches of libtorch")]
public class NativeSwitchesTests
{
    [Fact]
    public void Every_known_function_is_exported_on_linux()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Mangled names are known for Linux.");
        Assert.Empty(NativeSwitches.Missing);
        Assert.True(NativeSwitches.CanAutocast && NativeSwitches.CanSetDeterministic && NativeSwitches.CanFlushDenormals);
    }

    [Theory]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void Products_and_convolutions_run_in_the_lower_type_inside_and_in_float32_outside(ScalarType type)
    {
        RequireAutocast();
        using var memory = NewDisposeScope();
        Assert.Equal((ScalarType.Float32, ScalarType.Float32), Types());
        using (var scope = NativeSwitches.Autocast(DeviceType.CPU, type))
        {
            Assert.True(scope.IsActive);
            Assert.True(NativeSwitches.IsAutocastOn(DeviceType.CPU));
            Assert.Equal((type, type), Types());
        }

        Assert.False(NativeSwitches.IsAutocastOn(DeviceType.CPU));
        Assert.Equal((ScalarType.Float32, ScalarType.Float32), Types());
    }

    [Fact]
    public void Scopes_nest_and_an_inner_one_gives_the_outer_type_back()
    {
        RequireAutocast();
        using var memory = NewDisposeScope();
        using (NativeSwitches.Autocast(DeviceType.CPU, ScalarType.BFloat16))
        {
            using (NativeSwitches.Autocast(DeviceType.CPU, ScalarType.Float16))
                Assert.Equal(ScalarType.Float16, Types().Product);
            Assert.Equal(ScalarType.BFloat16, Types().Product);
        }

        Assert.Equal(ScalarType.Float32, Types().Product);
    }

    [Fact]
    public void An_exception_ends_the_scope()
    {
        RequireAutocast();
        using var memory = NewDisposeScope();
        try
        {
            using var scope = NativeSwitches.Autocast(DeviceType.CPU, ScalarType.BFloat16);
            throw new InvalidOperationException();
        }
        catch (InvalidOperationException)
        {
        }

        Assert.Equal(ScalarType.Float32, Types().Product);
    }

    [Fact]
    public void A_scope_is_of_one_thread()
    {
        RequireAutocast();
        var scope = NativeSwitches.Autocast(DeviceType.CPU, ScalarType.BFloat16);
        var onOther = true;
        Exception? refused = null;
        var other = new Thread(() =>
        {
            onOther = NativeSwitches.IsAutocastOn(DeviceType.CPU);
            refused = Record.Exception(scope.Dispose);
        });
        other.Start();
        other.Join();
        Assert.False(onOther);
        Assert.IsType<InvalidOperationException>(refused);
        Assert.True(NativeSwitches.IsAutocastOn(DeviceType.CPU));
        scope.Dispose();
        scope.Dispose();
        Assert.False(NativeSwitches.IsAutocastOn(DeviceType.CPU));
    }

    [Fact]
    public void Gradients_stay_float32_and_a_changed_weight_is_seen_by_the_next_scope()
    {
        RequireAutocast();
        using var memory = NewDisposeScope();
        var weight = eye(4).requires_grad_();
        var x = ones(2, 4);
        Assert.Equal(8f, Step());
        Assert.Equal(ScalarType.Float32, weight.grad!.dtype);
        using (no_grad())
            weight.mul_(2);
        Assert.Equal(16f, Step());

        float Step()
        {
            Tensor loss;
            using (NativeSwitches.Autocast(DeviceType.CPU, ScalarType.BFloat16))
                loss = x.mm(weight).to(ScalarType.Float32).sum();
            loss.backward();
            return loss.item<float>();
        }
    }

    [Fact]
    public void A_device_without_autocast_and_a_wide_type_are_refused()
    {
        Assert.Throws<ArgumentException>(() => NativeSwitches.Autocast(DeviceType.MPS, ScalarType.BFloat16));
        Assert.Throws<ArgumentException>(() => NativeSwitches.Autocast(DeviceType.CPU, ScalarType.Float32));
    }

    [Fact]
    public void Deterministic_algorithms_go_on_and_off()
    {
        Assert.SkipUnless(NativeSwitches.CanSetDeterministic, "No such switch on this system.");
        try
        {
            Assert.True(NativeSwitches.SetDeterministic(true));
            Assert.True(NativeSwitches.IsDeterministic);
        }
        finally
        {
            NativeSwitches.SetDeterministic(false);
        }

        Assert.False(NativeSwitches.IsDeterministic);
    }

    [Fact]
    public void Denormals_are_flushed_in_the_thread_that_asks()
    {
        Assert.SkipUnless(NativeSwitches.CanFlushDenormals, "No such switch on this system.");
        float flushed = -1, kept = -1;
        var thread = new Thread(() =>
        {
            flushed = NativeSwitches.FlushDenormals(true) ? Halved() : 0;
            NativeSwitches.FlushDenormals(false);
            kept = Halved();
        });
        thread.Start();
        thread.Join();
        Assert.Equal(0f, flushed);
        Assert.NotEqual(0f, kept);

        static float Halved()
        {
            using var smallest = tensor(1.17549435e-38f); // the smallest normal float32
            using var half = smallest * 0.5f;
            return half.item<float>();
        }
    }

    private static void RequireAutocast() => Assert.SkipUnless(NativeSwitches.CanAutocast, "No autocast on this system.");

    private static (ScalarType Product, ScalarType Convolution) Types()
    {
        var product = ones(2, 3).mm(ones(3, 2));
        var convolution = nn.functional.conv2d(ones(1, 3, 8, 8), ones(4, 3, 3, 3));
        return (product.dtype, convolution.dtype);
    }
}
