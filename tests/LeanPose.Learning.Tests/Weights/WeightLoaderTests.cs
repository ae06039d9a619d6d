using LeanPose.Datasets;
using LeanPose.Learning.Backbones;
using LeanPose.Learning.Weights;
using LeanPose.Testing;
using Xunit;
using static TorchSharp.torch;

namespace LeanPose.Learning.Tests.Weights;

public sealed class WeightLoaderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static PoseNetwork Network(string backbone = "resnet10-quarter", int keypoints = 4, ulong salt = 1)
    {
        var network = new PoseNetwork(backbone, keypoints);
        HashInitialisation.Fill(network, salt);
        return network;
    }

    private string Write(IEnumerable<(string, Tensor)> tensors)
    {
        var path = _folder["weights.safetensors"];
        SafeTensors.Write(path, tensors, new Dictionary<string, string>());
        return path;
    }

    private static bool IsHead(string name) => name.StartsWith("deconv_layers.", StringComparison.Ordinal) || name.StartsWith("final_layer.", StringComparison.Ordinal);

    private static Dictionary<string, float[]> Values(PoseNetwork network) => network.State().ToDictionary(s => s.Name, s => Close.Values(s.Value));

    [Fact]
    public void A_whole_network_moves_exactly()
    {
        using var scope = NewDisposeScope();
        using PoseNetwork from = Network(salt: 1), to = Network(salt: 2);
        var report = WeightLoader.Load(to, Write(from.State()));
        Assert.True(report.IsExact);
        Assert.Equal(from.State().Count(s => !s.Name.EndsWith("num_batches_tracked", StringComparison.Ordinal)), report.Taken);
        Assert.Equal(Values(from), Values(to));

        // Bit for bit.
        from.eval();
        to.eval();
        var images = arange(2 * 3 * 64 * 64, ScalarType.Float32).reshape(2, 3, 64, 64).sin();
        Assert.Equal(from.call(images).bytes.ToArray(), to.call(images).bytes.ToArray());
    }

    [Fact]
    public void Of_a_checkpoint_the_deployed_network_is_taken()
    {
        using var scope = NewDisposeScope();
        using PoseNetwork student = Network(salt: 1), teacher = Network(salt: 2), to = Network(salt: 3);
        var path = _folder["last.safetensors"];
        IEnumerable<(string, Tensor)> tensors =
        [
            .. teacher.State().Select(s => ("teacher/" + s.Name, s.Value)), .. student.State().Select(s => ("student/" + s.Name, s.Value)), .. teacher.State().Select(s => ("student-1/" + s.Name, s.Value)),
            ("student/adam.first_moment", zeros(5)), ("teacher/adam.first_moment", zeros(5)),
        ];
        SafeTensors.Write(path, tensors, new Dictionary<string, string> { [WeightsFile.DeployedKey] = "student" });
        Assert.True(WeightLoader.Load(to, path).IsExact);
        Assert.Equal(Values(student), Values(to));
        Assert.Equal("student/", WeightNames.Of(WeightsFile.Open(path)).Prefix);
    }

    [Fact]
    public void A_backbone_leaves_the_head_and_its_classifier_is_passed_over()
    {
        using var scope = NewDisposeScope();
        using PoseNetwork from = Network(salt: 1), to = Network(salt: 2);
        var before = Values(to);
        var report = WeightLoader.Load(to, Write([.. from.State().Where(s => !IsHead(s.Name) && !s.Name.EndsWith("num_batches_tracked")), ("fc.weight", zeros(10, 128)), ("fc.bias", zeros(10))]));
        Assert.True(report.IsExact);
        Assert.All(Values(to), v => Assert.Equal(IsHead(v.Key) ? before[v.Key] : Values(from)[v.Key], v.Value));
    }

    [Fact]
    public void Every_difference_is_listed_and_nothing_is_taken()
    {
        using var scope = NewDisposeScope();
        using PoseNetwork from = Network(salt: 1), to = Network(salt: 2);
        var before = Values(to);
        var path = Write([.. from.State().Where(s => s.Name is not ("bn1.bias" or "conv1.weight")), ("conv1.weight", zeros(16, 3, 3, 3)), ("module.bn1.bias", zeros(16))]);
        var problem = Assert.Throws<DataException>(() => WeightLoader.Load(to, path));
        var tensors = to.State().Count(s => !s.Name.EndsWith("num_batches_tracked", StringComparison.Ordinal));
        Assert.Equal($"""
            The weights do not fit the network (resnet10-quarter, 4 keypoints): {tensors - 2} of {tensors} tensors match.
              missing in the file (1): bn1.bias
              only in the file (1): module.bn1.bias (near bn1.bias)
              other shape (1): conv1.weight: the file has 16×3×3×3, the network 16×3×7×7
              where:    {path}
              expected: the network's own names and shapes (the published ones for the backbone; a classifier may be missing or extra)
              do:       Choose the backbone that the file was made for ('leanpose weights inspect' says which), or set model.allowPartialWeights: true to take what fits.
            """, problem.Message);
        Assert.Equal(before, Values(to));
    }

    [Fact]
    public void Partial_weights_are_taken_when_allowed_and_the_rest_is_reported()
    {
        using var scope = NewDisposeScope();
        using PoseNetwork from = Network(salt: 1), to = Network(salt: 2);
        var before = Values(to);
        string[] missing = ["layer4.0.conv1.weight", "layer4.0.conv2.weight", "layer4.0.bn1.weight", "layer4.0.bn2.weight"];
        var report = WeightLoader.Load(to, Write(from.State().Where(s => !missing.Contains(s.Name))), allowPartial: true);
        Assert.Equal(missing.Order(), report.Missing.Order());
        Assert.Empty(report.Extra);
        Assert.Empty(report.OtherShapes);

        // The block without weights starts as the identity: its last norm is zero, so only the shortcut comes through.
        var after = Values(to);
        Assert.All(after["layer4.0.bn2.weight"], w => Assert.Equal(0, w));
        Assert.Equal(before["layer4.0.bn1.weight"], after["layer4.0.bn1.weight"]);
        Assert.Equal(before["layer4.0.conv1.weight"], after["layer4.0.conv1.weight"]);
        Assert.Equal(Values(from)["layer3.0.bn2.weight"], after["layer3.0.bn2.weight"]);
    }

    [Fact]
    public void The_last_norm_of_a_bottleneck_is_its_third()
    {
        using var scope = NewDisposeScope();
        using PoseNetwork from = Network("resnet50", salt: 1), to = Network("resnet50", salt: 2);
        WeightLoader.Load(to, Write(from.State().Where(s => !s.Name.StartsWith("layer4.2.", StringComparison.Ordinal))), allowPartial: true);
        var zero = to.State().Where(s => s.Name.Contains("bn") && s.Name.EndsWith(".weight") && s.Value.eq(0).all().item<bool>()).Select(s => s.Name);
        Assert.Equal(["layer4.2.bn3.weight"], zero);
    }

    [Theory]
    [InlineData("final_layer.bias", 1)]
    [InlineData("bn1.weight", 1)]
    [InlineData("conv1.weight", 16, 1, 7, 7)]
    public void Shapes_that_would_broadcast_are_refused_too(string name, params int[] shape)
    {
        using var scope = NewDisposeScope();
        using PoseNetwork from = Network(salt: 1), to = Network(salt: 2);
        var path = Write([.. from.State().Where(s => s.Name != name), (name, ones(shape.Select(s => (long)s).ToArray()))]);
        Assert.Contains($"other shape (1): {name}: the file has {string.Join('×', shape)}", Assert.Throws<DataException>(() => WeightLoader.Load(to, path)).Message);
        var before = Values(to)[name];
        Assert.Single(WeightLoader.Load(to, path, allowPartial: true).OtherShapes);
        Assert.Equal(before, Values(to)[name]);
    }

    [Fact]
    public void A_file_of_which_nothing_fits_is_refused_even_when_partial_is_allowed()
    {
        using var scope = NewDisposeScope();
        using var to = Network();
        Assert.StartsWith("The weights do not fit the network (resnet10-quarter, 4 keypoints): 0 of ",
            Assert.Throws<DataException>(() => WeightLoader.Load(to, Write([("features.0.weight", zeros(3, 4))]), allowPartial: true)).Message);
    }

    [Fact]
    public void Half_precision_files_are_widened()
    {
        using var scope = NewDisposeScope();
        using PoseNetwork from = Network(salt: 1), to = Network(salt: 2);
        WeightLoader.Load(to, Write(from.State().Select(s => (s.Name, s.Value.to_type(ScalarType.BFloat16)))));
        Assert.All(to.State().Where(s => !s.Name.EndsWith("num_batches_tracked", StringComparison.Ordinal)), s => Assert.Equal(ScalarType.Float32, s.Value.dtype));
        Assert.Equal(Close.Values(from.State().First().Value.to_type(ScalarType.BFloat16)), Close.Values(to.State().First().Value));
    }

    [Fact]
    public void Real_pretrained_weights_give_their_published_features()
    {
        var path = TestMaterial.Weights("resnet18-imagenet-partial.safetensors");
        using var scope = NewDisposeScope();
        using var network = new PoseNetwork("resnet18", 24);
        var report = WeightLoader.Load(network, path, allowPartial: true);
        Assert.NotEmpty(report.Missing);
        Assert.All(report.Missing, m => Assert.StartsWith("layer4.", m));
        Assert.Empty(report.Extra);
        Assert.Empty(report.OtherShapes);
        Assert.Throws<DataException>(() => WeightLoader.Load(network, path));

        using var backbone = new ResNet([2, 2, 2, 2], bottleneck: false);
        using var noGradient = no_grad();
        var state = network.State().ToDictionary(s => s.Name, s => s.Value);
        foreach (var (name, value) in backbone.named_parameters().Select(p => (p.name, (Tensor)p.parameter)).Concat(backbone.named_buffers().Select(b => (b.name, b.buffer))))
            value.copy_(state[name]);
        backbone.eval();
        var input = tensor(Enumerable.Range(0, 3 * 64 * 64).Select(n => (float)Math.Sin(0.1 * n)).ToArray(), [1, 3, 64, 64]);
        var features = backbone.call(input);
        Assert.Equal([1, 256, 4, 4], features[2].shape);
        Assert.Equal(0.216782, features[2].mean().item<float>(), 2e-6);
        double[] first = [0.730191, 0.068292, 0.488311, 0.382474, 0.391381], third = [0.475678, 0.052203, 0.359534];
        for (var c = 0; c < 5; c++)
            Assert.Equal(first[c], features[2][0, c, 0, 0].item<float>(), 2e-5);
        for (var c = 0; c < 3; c++)
            Assert.Equal(third[c], features[2][0, c, 2, 1].item<float>(), 2e-5);

        // Layer 4 has only its pretrained shortcut; the other blocks are identities.
        using var shortcut = TorchSharp.torch.nn.Conv2d(256, 512, 1, 2, bias: false);
        shortcut.weight.copy_(state["layer4.0.downsample.0.weight"]);
        var norm = nn.functional.batch_norm(shortcut.call(features[2]), state["layer4.0.downsample.1.running_mean"], state["layer4.0.downsample.1.running_var"],
            state["layer4.0.downsample.1.weight"], state["layer4.0.downsample.1.bias"], training: false);
        Assert.True(features[3].allclose(norm.relu(), rtol: 1e-4, atol: 1e-4));
    }

    [Fact]
    public void Real_weights_of_MobileNetV2_give_their_published_numbers()
    {
        var path = TestMaterial.Weights("mobilenet_v2-imagenet.safetensors");
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var network = new PoseNetwork("mobilenet-v2", 24);
        Assert.True(WeightLoader.Load(network, path).IsExact);
        network.eval();
        var file = WeightsFile.Open(path);
        var input = tensor(Enumerable.Range(0, 3 * 64 * 64).Select(n => (float)Math.Sin(0.1 * n)).ToArray(), [1, 3, 64, 64]);
        var map = network.Backbone.call(input)[^1];
        Assert.Equal([1, 1280, 2, 2], map.shape);
        Assert.Equal(1.07673, map.mean().item<float>(), 2e-5);
        var logits = nn.functional.linear(map.mean([2, 3]), file.Read("classifier.1.weight"), file.Read("classifier.1.bias"))[0];
        double[] first = [5.64211, 0.62033, 1.05916, 0.93960, -1.26312];
        for (var i = 0; i < first.Length; i++)
            Assert.Equal(first[i], logits[i].item<float>(), 1e-4);
        Assert.Equal(456, logits.argmax().item<long>());
    }

    [Fact]
    public void A_checkpoint_of_a_wrapped_network_moves_exactly()
    {
        using var scope = NewDisposeScope();
        using PoseNetwork from = Network(salt: 1), to = Network(salt: 2);
        var pickle = new Pickled().Raw("}").Text("state_dict").Raw("}(");
        var storages = new List<(string, byte[])>();
        foreach (var (name, value) in from.State().Where(s => s.Value.is_floating_point()))
        {
            pickle.Text("module." + name).Tensor("FloatStorage", $"{storages.Count}", value.numel(), 0, value.shape, value.stride());
            storages.Add(($"{storages.Count}", value.detach().contiguous().bytes.ToArray()));
        }

        var path = _folder["checkpoint.pth.tar"];
        File.WriteAllBytes(path, CheckpointBytes.Zip(pickle.Raw("us").Stop().Bytes, storages));
        Assert.True(WeightLoader.Load(to, path).IsExact);
        Assert.Equal(Values(from), Values(to));
    }

    [Fact]
    public void What_only_the_classifier_of_HRNet_has_is_passed_over()
    {
        using var scope = NewDisposeScope();
        using var network = new PoseNetwork("hrnet-w32", 4);
        var report = WeightLoader.Compare(network, WeightsFile.Open(Write([
            ("conv1.weight", zeros(64, 3, 3, 3)), ("final_layer.0.weight", zeros(1)), ("incre_modules.0.0.conv1.weight", zeros(1)), ("downsamp_modules.0.0.bias", zeros(1)),
            ("classifier.weight", zeros(1)), ("stage4.2.fuse_layers.1.0.0.0.weight", zeros(1)), ("stage4.2.fuse_layers.0.1.0.weihgt", zeros(1))])));
        Assert.Equal(["stage4.2.fuse_layers.0.1.0.weihgt"], report.Extra);
        Assert.Equal(["stage4.2.fuse_layers.0.1.0.weight"], report.Nearest);
        Assert.Equal(1, report.Taken);
        Assert.DoesNotContain("final_layer.weight", report.Missing);
    }

    [Fact]
    public void Weights_of_another_architecture_are_refused()
    {
        var path = TestMaterial.Weights("mobilenet_v2-imagenet.safetensors");
        using var network = new PoseNetwork("resnet18", 24);
        Assert.StartsWith("The weights do not fit the network (resnet18, 24 keypoints): 0 of ", Assert.Throws<DataException>(() => WeightLoader.Load(network, path, allowPartial: true)).Message);
    }
}
