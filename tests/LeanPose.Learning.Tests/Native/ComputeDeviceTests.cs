using LeanPose.Learning.Native;
using TorchSharp;
using Xunit;

namespace LeanPose.Learning.Tests.Native;

public class ComputeDeviceTests
{
    [Theory]
    [InlineData("cpu", true)]
    [InlineData("cuda", true)]
    [InlineData("cuda:0", true)]
    [InlineData("cuda:12", true)]
    [InlineData("cuda:", false)]
    [InlineData("cuda:-1", false)]
    [InlineData("cuda:x", false)]
    [InlineData("gpu", false)]
    [InlineData("", false)]
    public void Names_are_known(string name, bool known)
    {
        Assert.Equal(known, ComputeDevice.IsName(name));
        if (!known)
            Assert.Throws<ArgumentException>(() => ComputeDevice.Open(name));
    }

    [Fact]
    public void The_cpu_is_always_there() => Assert.Equal(DeviceType.CPU, ComputeDevice.Open("cpu").type);

    [Fact]
    public void A_build_for_the_cpu_says_where_cuda_is_to_be_had()
    {
        Assert.SkipWhen(NativeRuntime.Inspect().HasCuda, "This libtorch has CUDA.");
        var finding = Assert.Throws<NativeRuntimeException>(() => ComputeDevice.Open("cuda")).Finding;
        Assert.Contains("'cuda' was asked for, and libtorch is a build for the CPU", finding.What, StringComparison.Ordinal);
        Assert.Contains("--libtorch DIR or LEANPOSE_LIBTORCH", finding.Do, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_beyond_the_last_is_refused()
    {
        Assert.SkipUnless(torch.cuda.is_available(), "There is no CUDA device.");
        var finding = Assert.Throws<NativeRuntimeException>(() => ComputeDevice.Open("cuda:99")).Finding;
        Assert.Contains("CUDA device", finding.What, StringComparison.Ordinal);
        Assert.Equal(0, ComputeDevice.Open("cuda").index);
    }

    [Theory]
    [InlineData("cpu")]
    [InlineData("cuda")]
    public void What_is_sent_arrives(string name)
    {
        Assert.SkipUnless(name == "cpu" || torch.cuda.is_available(), "There is no CUDA device.");
        using var scope = torch.NewDisposeScope();
        var device = ComputeDevice.Open(name);
        float[] values = [1, 2, 3];
        var sent = ComputeDevice.Send(torch.tensor(values), device);
        Assert.Equal(device.type, sent.device_type);
        Assert.Equal(values, sent.cpu().data<float>().ToArray());
        ComputeDevice.Wait(device);
    }
}
