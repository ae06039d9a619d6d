using LeanPose.Learning.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeanPose.Learning.Benchmarking;

/// <summary>
/// Counts the floating-point operations that a network's convolutions, transposed convolutions and linear layers need: two (a
/// product and a sum) for each weight that meets a value. Normalisation, activation and pooling are not counted; they are a
/// few per cent. A transposed convolution is counted at its input, which is where its products are; tools that count it at its
/// output report four times as much for stride 2 (so do the 8.9 "GFLOPs" that are quoted for PoseResNet-50).
/// </summary>
public static class NetworkFlops
{
    /// <summary>Operations of one forward pass of one picture. A forward and backward pass together is three times that.</summary>
    /// <param name="network">The network; its values and mode stay as they are.</param>
    /// <param name="width">Crop width, pixels.</param>
    /// <param name="height">Crop height, pixels.</param>
    public static long Forward(PoseNetwork network, int width, int height)
    {
        long products = 0;
        using var pause = FinalizerPause.Begin();
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var remove = new List<Action>();
        foreach (var module in network.modules())
        {
            switch (module)
            {
                case Conv2d convolution:
                    var hook = convolution.register_forward_hook((_, _, output) => Count(output, convolution.weight.numel() / convolution.weight.shape[0]));
                    remove.Add(hook.remove);
                    break;
                case ConvTranspose2d transposed:
                    hook = transposed.register_forward_hook((_, input, output) =>
                    {
                        Count(input, transposed.weight.numel() / transposed.weight.shape[0]);
                        return output;
                    });
                    remove.Add(hook.remove);
                    break;
                case Linear linear:
                    hook = linear.register_forward_hook((_, _, output) => Count(output, linear.weight.shape[1]));
                    remove.Add(hook.remove);
                    break;
            }
        }

        var wasTraining = network.training;
        network.eval();
        try
        {
            network.call(zeros(1, 3, height, width, device: network.parameters().First().device));
        }
        finally
        {
            network.train(wasTraining);
            remove.ForEach(r => r());
        }

        return 2 * products;

        Tensor Count(Tensor values, long weightsEach)
        {
            products += values.numel() * weightsEach;
            return values;
        }
    }
}
