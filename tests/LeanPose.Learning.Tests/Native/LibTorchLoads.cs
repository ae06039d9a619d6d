using TorchSharp;
using Xunit;

namespace LeanPose.Learning.Tests.Native;

public class LibTorchLoads
{
    [Fact]
    public void A_sum_comes_out_of_libtorch()
    {
        using var ones = torch.ones(2);
        using var sum = ones.sum();
        Assert.Equal(2f, sum.item<float>());
    }
}
