using System.Text.Json;
using LeanPose.Learning.Backbones;
using LeanPose.Learning.Losses;
using LeanPose.Learning.Training;
using LeanPose.Testing;
using Xunit;
using static TorchSharp.torch;

namespace LeanPose.Learning.Tests;

[Trait("Category", "Golden")]
public sealed class PoseNetworkGoldenTests
{
    [Fact]
    public void Names_and_shapes_are_the_published_ones()
    {
        using var json = JsonDocument.Parse(File.ReadAllText(TestMaterial.Golden("param_names.json")));
        var compared = 0;
        foreach (var entry in json.RootElement.EnumerateObject())
        {
            var backbone = BackboneOf(entry.Name);
            if (!BackboneCatalog.Contains(backbone))
                continue;
            var expected = entry.Value.EnumerateObject().ToDictionary(p => p.Name, p => string.Join('×', p.Value.EnumerateArray().Select(d => d.GetInt64())));
            using var network = new PoseNetwork(backbone, (int)entry.Value.GetProperty("final_layer.bias")[0].GetInt64());
            Assert.Equal(expected.OrderBy(p => p.Key), network.State().ToDictionary(p => p.Name, p => string.Join('×', p.Value.shape)).OrderBy(p => p.Key));
            compared++;
        }

        Assert.NotEqual(0, compared);
    }

    [Fact]
    public void Evaluation_outputs()
    {
        var golden = GoldenTensors.Open("nets_eval.safetensors");
        var salt = HashInitialisation.SaltOf(golden.Metadata);
        foreach (var name in golden.Names.Where(n => n.Contains(".out_", StringComparison.Ordinal)))
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            var backbone = name[..name.IndexOf('.', StringComparison.Ordinal)];
            var shape = name[(name.IndexOf("out_", StringComparison.Ordinal) + 4)..].Split('x').Select(long.Parse).ToArray();
            using var network = new PoseNetwork(backbone, golden[name].Shape[1]);
            HashInitialisation.Fill(network, salt);
            network.eval();
            var input = HashInitialisation.Tensor(shape[0] == 1 ? "input.a" : "input.b", salt, shape, input: true);
            Close.Relative(golden[name], network.call(input), 2e-5, name);

            using var flat = new FlatParameters(network);
            Close.Relative(golden[name], network.call(input), 2e-5, name + " with flat channels-last parameters");
        }
    }

    [Fact]
    public void Evaluation_outputs_of_HRNet()
    {
        var golden = GoldenTensors.Open("hrnet_w32_eval.safetensors");
        var salt = HashInitialisation.SaltOf(golden.Metadata);
        foreach (var name in golden.Names.Where(n => n.StartsWith("out_", StringComparison.Ordinal)))
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            var shape = name["out_".Length..].Split('x').Select(long.Parse).ToArray();
            using var network = new PoseNetwork("hrnet-w32", golden[name].Shape[1]);
            HashInitialisation.Fill(network, salt);
            network.eval();
            var input = HashInitialisation.Tensor("input.h", salt, shape, input: true);
            Close.Relative(golden[name], network.call(input), 1e-4, name);

            using var flat = new FlatParameters(network);
            Close.Relative(golden[name], network.call(input), 1e-4, name + " with flat channels-last parameters");
        }
    }

    [Fact]
    public void Hash_initialisation_matches()
    {
        var golden = GoldenTensors.Open("nets_eval.safetensors");
        var salt = HashInitialisation.SaltOf(golden.Metadata);
        using var network = new PoseNetwork("resnet18", 17);
        HashInitialisation.Fill(network, salt);
        var state = network.State().ToDictionary(s => s.Name, s => s.Value);
        foreach (var name in golden.Names.Where(n => n.StartsWith("init.", StringComparison.Ordinal) && !n.Contains("input", StringComparison.Ordinal)))
        {
            using var scope = NewDisposeScope();
            Close.Absolute(golden[name], state[name[5..]].flatten()[..golden[name].Count], 1e-7, name);
        }
    }

    [Fact]
    public void First_training_steps_with_Adam()
    {
        var golden = GoldenTensors.Open("nets_train.safetensors");
        var (network, x, target, weight) = TrainingCase(golden);
        using (network)
        {
            using var flat = new FlatParameters(network);
            using var adam = new Adam(flat);
            var before = network.named_parameters().ToDictionary(p => p.name, p => p.parameter.detach().clone());
            double[] tolerances = [1e-5, 1e-4, 3e-3];
            for (var step = 1; step <= golden["losses_3_steps"].Count; step++)
            {
                using var scope = NewDisposeScope();
                var output = network.call(x);
                if (step == 1)
                    Close.Relative(golden["train_output"], output, 1e-4, "train_output");
                var loss = HeatmapLoss.Compute(output, target, weight);
                Close.Relative(golden["losses_3_steps"][step - 1], loss.item<float>(), tolerances[Math.Min(step, 3) - 1], $"loss of step {step}");
                loss.backward();
                if (step == 1)
                    CompareGradients(golden, network);
                adam.Step(step, 1e-3);
                if (step == 1)
                    CompareAfterAdam(golden, network, before);
            }
        }
    }

    [Fact]
    public void First_training_steps_with_SGD()
    {
        var golden = GoldenTensors.Open("nets_train.safetensors");
        var (network, x, target, weight) = TrainingCase(golden);
        using (network)
        {
            using var sgd = optim.SGD(network.parameters(), 0.1, momentum: 0.9, weight_decay: 1e-4);
            for (var step = 0; step < golden["sgd_losses_3_steps"].Count; step++)
            {
                using var scope = NewDisposeScope();
                sgd.zero_grad();
                var loss = HeatmapLoss.Compute(network.call(x), target, weight);
                Close.Relative(golden["sgd_losses_3_steps"][step], loss.item<float>(), 5e-5, $"loss of step {step + 1}");
                loss.backward();
                sgd.step();
            }

            Close.Relative(golden["sgd3_final_layer.weight"], network.State().First(s => s.Name == "final_layer.weight").Value, 1e-4, "sgd3_final_layer.weight");
        }
    }

    // pose_resnet18 and hrnet_w32 are resnet18 and hrnet-w32 here.
    private static string BackboneOf(string published) => published.Replace("pose_", "", StringComparison.Ordinal).Replace('_', '-');

    private static (PoseNetwork Network, Tensor X, Tensor Target, Tensor Weight) TrainingCase(GoldenTensors golden)
    {
        var salt = HashInitialisation.SaltOf(golden.Metadata);
        var heatmaps = golden["train_output"].Shape.Select(s => (long)s).ToArray();
        var network = new PoseNetwork("resnet18", (int)heatmaps[1]);
        HashInitialisation.Fill(network, salt);
        network.train();
        var x = HashInitialisation.Tensor("input.train", salt, [heatmaps[0], 3, heatmaps[2] * 4, heatmaps[3] * 4], input: true);
        var target = HashInitialisation.Tensor("target.train", salt, heatmaps, input: false);
        var weight = HashInitialisation.Tensor("weight.train", salt, [heatmaps[0], heatmaps[1]], input: false).lt(0.8).to_type(ScalarType.Float32);
        return (network, x, target, weight);
    }

    private static void CompareGradients(GoldenTensors golden, PoseNetwork network)
    {
        foreach (var (name, parameter) in network.named_parameters())
        {
            using var scope = NewDisposeScope();
            var gradient = parameter.grad!;
            var norm = gradient.to_type(ScalarType.Float64).pow(2).sum().sqrt().item<double>();
            if (golden.Contains("grad_norm." + name))
                Close.Relative(golden["grad_norm." + name].Values[0], norm, 5e-3, "grad_norm." + name);
            if (!golden.Contains("grad_head." + name))
                continue;
            var head = golden["grad_head." + name];
            var largest = gradient.abs().max().item<float>();
            Close.Absolute(head, gradient.flatten()[..head.Count], 0.02 * largest, "grad_head." + name);
        }
    }

    private static void CompareAfterAdam(GoldenTensors golden, PoseNetwork network, Dictionary<string, Tensor> before)
    {
        foreach (var (name, value) in network.State())
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            double Norm(Tensor t) => t.detach().to_type(ScalarType.Float64).pow(2).sum().sqrt().item<double>();
            if (golden.Contains("adam1_norm." + name))
                Close.Relative(golden["adam1_norm." + name].Values[0], Norm(value), 3e-3, "adam1_norm." + name);
            if (golden.Contains("adam1_delta_norm." + name))
                Close.Relative(golden["adam1_delta_norm." + name].Values[0], Norm(value - before[name]), 1e-2, "adam1_delta_norm." + name);
            if (golden.Contains("buffer1." + name))
                Close.Relative(golden["buffer1." + name], value, 1e-4, "buffer1." + name);
            if (golden.Contains("buffer1_norm." + name))
                Close.Relative(golden["buffer1_norm." + name].Values[0], Norm(value), 1e-4, "buffer1_norm." + name);
        }
    }
}
