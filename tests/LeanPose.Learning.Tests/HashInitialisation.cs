using System.Text;
using static TorchSharp.torch;

namespace LeanPose.Learning.Tests;

/// <summary>Weights and inputs that follow from names, as the golden files' README defines them.</summary>
internal static class HashInitialisation
{
    public static double[] Uniform(string name, long count, ulong salt)
    {
        var h = 0xcbf29ce484222325UL;
        foreach (var b in Encoding.UTF8.GetBytes(name))
            h = (h ^ b) * 0x100000001b3UL;
        var s = h ^ salt;
        var values = new double[count];
        for (long i = 0; i < count; i++)
        {
            var z = s + ((ulong)(i + 1) * 0x9E3779B97F4A7C15UL);
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            z ^= z >> 31;
            values[i] = (z >> 11) * (1.0 / (1UL << 53));
        }

        return values;
    }

    /// <summary>Uniform in [0, 1), or in [−2, 2) for network inputs.</summary>
    public static Tensor Tensor(string name, ulong salt, long[] shape, bool input) =>
        tensor(Uniform(name, shape.Aggregate(1L, (a, b) => a * b), salt).Select(u => (float)(input ? 2 * ((2 * u) - 1) : u)).ToArray(), shape);

    public static void Fill(PoseNetwork network, ulong salt, string prefix = "", string finalLayer = "final_layer")
    {
        using var noGradient = no_grad();
        foreach (var (own, value) in network.State())
        {
            var name = prefix + own.Replace("final_layer", finalLayer);
            if (name.EndsWith("num_batches_tracked", StringComparison.Ordinal))
            {
                value.zero_();
                continue;
            }

            var v = Uniform(name, value.numel(), salt).Select(u => (2 * u) - 1);
            var shape = value.shape;
            double fan = shape.Length == 4 ? (own.StartsWith("deconv", StringComparison.Ordinal) ? shape[0] / 4.0 : shape[1]) * shape[2] * shape[3] : 1;
            Func<double, double> map =
                shape.Length == 4 ? x => x * Math.Sqrt(6 / fan)
                : name.EndsWith("running_var", StringComparison.Ordinal) ? x => 1 + (0.5 * x)
                : name.EndsWith("weight", StringComparison.Ordinal) ? x => 0.5 + (0.25 * x)
                : x => 0.1 * x;
            using var filled = tensor(v.Select(x => (float)map(x)).ToArray(), shape);
            value.copy_(filled);
        }
    }

    public static ulong SaltOf(IReadOnlyDictionary<string, string> metadata) => Convert.ToUInt64(metadata["salt"], 16);
}
