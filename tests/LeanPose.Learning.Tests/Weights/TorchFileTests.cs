using System.IO.Compression;
using System.Text.Json;
using LeanPose.Datasets;
using LeanPose.Learning.Weights;
using LeanPose.Testing;
using Xunit;
using static TorchSharp.torch;

namespace LeanPose.Learning.Tests.Weights;

public sealed class TorchFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Write(byte[] bytes, string name = "w.pth")
    {
        File.WriteAllBytes(_folder[name], bytes);
        return _folder[name];
    }

    private static float[] Read(WeightsFile file, string name)
    {
        using var value = file.Read(name);
        return Close.Values(value);
    }

    [Fact]
    [Trait("Category", "Golden")]
    public void Checkpoints_that_PyTorch_wrote()
    {
        var folder = TestMaterial.Golden("checkpoints");
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "expected.json")));
        foreach (var expected in json.RootElement.EnumerateObject())
        {
            var file = WeightsFile.Open(Path.Combine(folder, expected.Name));
            var names = WeightNames.Of(file);
            Assert.Equal(expected.Value.EnumerateObject().Select(t => t.Name).Order(), names.All.Order());
            foreach (var entry in expected.Value.EnumerateObject())
            {
                using var scope = NewDisposeScope();
                var name = names.InFile(entry.Name)!;
                var shape = entry.Value.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64()).ToArray();
                Assert.Equal(shape, file.ShapeOf(name));
                var value = file.Read(name);
                Assert.Equal(shape, value.shape);
                Assert.Equal(entry.Value.GetProperty("dtype").GetString(), Named(value.dtype));
                Assert.Equal(value.dtype, file.TypeOf(name));
                var values = value.numel() == 0 ? [] : value.to_type(ScalarType.Float64).contiguous().data<double>().ToArray();
                Assert.Equal(entry.Value.GetProperty("values").EnumerateArray().Select(v => v.GetDouble()), values);
            }
        }
    }

    [Fact]
    [Trait("Category", "Golden")]
    public void Checkpoints_that_would_run_code_and_halves_of_files_are_refused()
    {
        var folder = TestMaterial.Golden("checkpoints");
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "expected.json")));
        var good = json.RootElement.EnumerateObject().Select(e => e.Name).ToHashSet();
        var others = Directory.GetFiles(folder).Where(f => !good.Contains(Path.GetFileName(f)) && Path.GetExtension(f) != ".json").ToList();
        Assert.NotEmpty(others);
        foreach (var path in others)
        {
            var message = Assert.Throws<DataException>(() => WeightsFile.Open(path)).Message;
            Assert.Contains(path, message);
            if (Path.GetFileName(path).StartsWith("evil", StringComparison.Ordinal))
                Assert.Contains("which is nothing that weights need and might run code", message);
        }
    }

    [Fact]
    public void A_training_checkpoint_gives_its_state_dictionary()
    {
        var pickle = new Pickled()
            .Raw("}(").Text("epoch").Number(7)
            .Text("best").Tensor("FloatStorage", "1", 1, 0, [], [])
            .Text("optimizer").Raw("}").Text("state").Raw("}s")
            .Text("state_dict").Global("collections", "OrderedDict").Raw(")R(")
            .Text("module.a").Tensor("FloatStorage", "0", 6, 0, [2, 3], [3, 1])
            .Text("module.b").Global("torch._utils", "_rebuild_parameter").Raw("(").Tensor("FloatStorage", "0", 6, 0, [3, 2], [1, 3]).Raw(0x88).Global("collections", "OrderedDict").Raw(")RtR")
            .Raw("u").Raw("}").Text("_metadata").Raw("}s").Raw("b") // state_dict()._metadata
            .Raw("u").Stop();
        var file = WeightsFile.Open(Write(CheckpointBytes.Zip(pickle.Bytes, ("0", CheckpointBytes.Floats(1, 2, 3, 4, 5, 6)), ("1", CheckpointBytes.Floats(9)))));
        Assert.Equal("state_dict", Assert.IsType<TorchFile>(file).Key);
        Assert.Equal(["module.a", "module.b"], file.Names);
        Assert.Equal([1, 2, 3, 4, 5, 6], Read(file, "module.a"));
        Assert.Equal([1, 4, 2, 5, 3, 6], Read(file, "module.b"));
        Assert.Equal(["a", "b"], WeightNames.Of(file).All);
    }

    [Fact]
    public void A_file_from_before_16_with_a_part_of_a_storage()
    {
        var file = WeightsFile.Open(Write(Old()));
        Assert.Equal([2, 3], Read(file, "a"));
        Assert.Equal([20, 30], Read(file, "part"));
        Assert.Null(((TorchFile)file).Key);
    }

    [Fact]
    public void A_tar_file_of_PyTorch_01()
    {
        var file = WeightsFile.Open(Write(Tar(), "model.pth.tar"));
        Assert.Equal([1, 2, 3, 4], Read(file, "w"));
        Assert.Equal([1, 3, 2, 4], Read(file, "turned"));
        Assert.Equal([3, 4], Read(file, "part"));
    }

    // Name and module of what must not be found, whatever way is taken to it.
    public static TheoryData<string, string> Forbidden => new()
    {
        { "os", "system" }, { "posix", "system" }, { "nt", "system" }, { "subprocess", "Popen" }, { "builtins", "eval" }, { "builtins", "exec" }, { "__builtin__", "eval" },
        { "builtins", "getattr" }, { "builtins", "__import__" }, { "builtins", "open" }, { "importlib", "import_module" }, { "operator", "attrgetter" }, { "functools", "partial" },
        { "torch", "load" }, { "torch.hub", "load" }, { "torch.storage", "_load_from_bytes" }, { "torch.jit", "load" }, { "torch._utils", "_rebuild_tensor_v2.__globals__" },
        { "torch", "_utils._rebuild_tensor_v2" + ".__class__" }, { "torch.serialization", "load" }, { "numpy.core.multiarray", "_reconstruct" }, { "numpy", "load" }, { "_codecs", "encode" }, { "pickle", "loads" },
        { "torchvision.models.resnet", "ResNet" }, { "collections", "OrderedDict.__init__" }, { "", "" }, { "torch.FloatStorage", "" },
    };

    [Theory]
    [MemberData(nameof(Forbidden))]
    public void Nothing_can_be_named_but_tensors_and_containers(string module, string name)
    {
        byte[][] ways =
        [
            new Pickled().Global(module, name).Text("echo").Raw(0x85).Raw("R.").Bytes,
            new Pickled().Raw(0x80, 4).Text(module).Text(name).Raw(0x93, 0x94).Text("echo").Raw(0x85).Raw("R.").Bytes,
            new Pickled().Raw("}").Text("state_dict").Global(module, name).Raw(")").Raw(0x81).Raw("}bs.").Bytes,
        ];
        foreach (var pickle in ways)
        {
            foreach (var bytes in new[] { CheckpointBytes.Zip(pickle), CheckpointBytes.Old(pickle), CheckpointBytes.Tar(pickle, pickle, pickle) })
            {
                var path = Write(bytes);
                var message = Assert.Throws<DataException>(() => WeightsFile.Open(path)).Message;
                Assert.Contains($"it asks for '{module}.{name}', which is nothing that weights need and might run code", message);
                Assert.Contains(path + ", byte ", message);
            }
        }
    }

    public static TheoryData<string, byte[]> Malformed => new()
    {
        { "it calls something that is no function", new Pickled().Text("eval").Text("1").Raw(0x85).Raw("R.").Bytes },
        { "it calls torch.FloatStorage, which cannot be called", new Pickled().Global("torch", "FloatStorage").Raw(")R.").Bytes },
        { "it calls torch._utils._rebuild_tensor_v2 with other arguments than PyTorch does", new Pickled().Global("torch._utils", "_rebuild_tensor_v2").Raw(")R.").Bytes },
        { "it sets attributes of something that has none", new Pickled().Global("torch._utils", "_rebuild_tensor_v2").Raw("}b.").Bytes },
        { "it has the operation 0x69, which weights do not need", new Pickled().Raw("(ios\nsystem\n.").Bytes },
        { "it has the operation 0x6f, which weights do not need", new Pickled().Raw("(").Global("torch", "Size").Raw("o.").Bytes },
        { "it has the operation 0x92, which weights do not need", new Pickled().Raw(0x92).Bytes },
        { "it has the operation 0x82, which weights do not need", new Pickled().Raw(0x82, 1).Bytes },
        { "it has the operation 0x50, which weights do not need", new Pickled().Raw("P0\n.").Bytes },
        { "it is of protocol 0; 2 to 5 are read", new Pickled(header: false).Raw(0x80, 0).Bytes },
        { "it refers to something that is no storage", new Pickled().Text("module").Raw("Q.").Bytes },
        { "it has no storage '../../etc/passwd'", new Pickled().Tensor("FloatStorage", "../../etc/passwd", 4, 0, [4], [1]).Stop().Bytes },
        { "its storage '0' has 16 bytes, too few for 5 elements", new Pickled().Tensor("FloatStorage", "0", 5, 0, [5], [1]).Stop().Bytes },
        { "its storage '0' has 16 bytes, too few for 4611686018427387905 elements", new Pickled().Tensor("FloatStorage", "0", (1L << 62) + 1, 0, [1], [1]).Stop().Bytes },
        { "with other arguments", new Pickled().Tensor("FloatStorage", "0", 4, 0, [5], [1]).Stop().Bytes },
        { "with other arguments", new Pickled().Tensor("FloatStorage", "0", 4, 1, [4], [1]).Stop().Bytes },
        { "with other arguments", new Pickled().Tensor("FloatStorage", "0", 4, 0, [2, 2], [3, 1]).Stop().Bytes },
        { "with other arguments", new Pickled().Tensor("FloatStorage", "0", 4, 0, [1L << 40], [0]).Stop().Bytes },
        { "with other arguments", new Pickled().Tensor("FloatStorage", "0", 4, 0, [1L << 32, 1L << 32], [0, 0]).Stop().Bytes },
        { "with other arguments", new Pickled().Tensor("FloatStorage", "0", 4, 0, [2], [1L << 62]).Stop().Bytes },
        { "with other arguments", new Pickled().Tensor("FloatStorage", "0", 4, 2, [2], [-1]).Stop().Bytes },
        { "with other arguments", new Pickled().Tensor("FloatStorage", "0", 4, -1, [1], [1]).Stop().Bytes },
        { "with other arguments", new Pickled().Tensor("FloatStorage", "0", 4, 0, [.. Enumerable.Repeat(1L, 17)], [.. Enumerable.Repeat(1L, 17)]).Stop().Bytes },
        { "it wants 4611686018427387904 bytes", new Pickled().Raw(0x8d, 0, 0, 0, 0, 0, 0, 0, 0x40).Bytes },
        { "it wants 4294967295 bytes", new Pickled().Raw(0x58, 255, 255, 255, 255).Bytes },
        { "it has a whole number of 2147483647 bytes", new Pickled().Raw(0x8b, 255, 255, 255, 127).Bytes },
        { "a frame is longer than what is left of it", new Pickled().Raw(0x95, 0, 0, 0, 0, 1, 0, 0, 0).Bytes },
        { "it recalls number 5, which it has not kept", new Pickled().Raw(0x6a, 5, 0, 0, 0).Bytes },
        { "it takes from an empty stack", new Pickled().Raw("0.").Bytes },
        { "it takes from an empty stack", new Pickled().Raw("N(0").Bytes },
        { "it takes from an empty stack", new Pickled().Raw(0x72, 255, 255, 255, 255).Bytes },
        { "a mark is missing", new Pickled().Raw("t").Bytes },
        { "it sets entries of something that is no dictionary", new Pickled().Raw("](NNNu.").Bytes },
        { "it appends to something that is no list", new Pickled().Raw("}Na.").Bytes },
        { "something is left on its stack at the end", new Pickled().Raw("NN.").Bytes },
        { "it is cut off", new Pickled().Raw("}").Bytes },
        { "a name in it has no end", new Pickled().Raw("c" + new string('x', 5000)).Bytes },
        { "it has more than 4000000 operations", new Pickled().Raw([.. Enumerable.Repeat((byte)'N', 4_100_000)]).Bytes },
        { "holds no state dictionary", new Pickled().Number(3).Stop().Bytes },
        { "holds no state dictionary", new Pickled().Raw("}.").Bytes },
        // A million lists in one another; a tuple of 2^100000 leaves; a dictionary that is its own entry.
        { "holds no state dictionary", new Pickled().Raw([.. Enumerable.Repeat((byte)']', 1_000_000), .. Enumerable.Repeat((byte)'a', 999_999), (byte)'.']).Bytes },
        { "holds no state dictionary", new Pickled().Raw(")").Raw([.. Enumerable.Repeat(new byte[] { (byte)'2', 0x86 }, 100_000).SelectMany(b => b)]).Stop().Bytes },
        { "holds no state dictionary", new Pickled().Raw("}q").Raw(0).Text("state_dict").Raw("h").Raw(0).Raw("s.").Bytes },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void What_is_no_honest_pickle_is_refused_in_one_sentence(string why, byte[] pickle)
    {
        var path = Write(CheckpointBytes.Zip(pickle, ("0", CheckpointBytes.Floats(1, 2, 3, 4))));
        var message = Assert.Throws<DataException>(() => WeightsFile.Open(path)).Message;
        Assert.Contains(why, message);
        Assert.Contains(path, message);
    }

    [Fact]
    public void Many_large_views_of_a_small_storage_are_refused()
    {
        var pickle = new Pickled().Raw("}(");
        pickle.Text("first").Tensor("FloatStorage", "0", 100_000, 0, [100_000], [1]).Raw("q").Raw(1);
        for (var i = 0; i < 100; i++)
            pickle.Text($"{i}").Raw("h").Raw(1);
        var path = Write(CheckpointBytes.Zip(pickle.Raw("u").Stop().Bytes, ("0", new byte[400_000])));
        Assert.Contains("its tensors are 64 times as large as the file and more", Assert.Throws<DataException>(() => WeightsFile.Open(path)).Message);
    }

    [Fact]
    public void Compressed_entries_and_other_files_are_refused()
    {
        var pickle = new Pickled().Raw("}").Text("a").Tensor("FloatStorage", "0", 250_000, 0, [250_000], [1]).Raw("s").Stop().Bytes;
        Assert.Contains("is compressed or encrypted", Assert.Throws<DataException>(() => WeightsFile.Open(Write(CheckpointBytes.Zip(CompressionLevel.SmallestSize, pickle, ("0", new byte[1_000_000]))))).Message);
        Assert.Contains("it is a pickle of another program", Assert.Throws<DataException>(() => WeightsFile.Open(Write(pickle))).Message);
        Assert.Contains("This is no whole safetensors file", Assert.Throws<DataException>(() => WeightsFile.Open(Write("<html>404</html>"u8.ToArray()))).Message);
        Assert.Contains("does not exist", Assert.Throws<DataException>(() => WeightsFile.Open(_folder["none.pth"])).Message);
    }

    // Fixed seeds: what fails once fails again.
    [Theory]
    [InlineData("zip")]
    [InlineData("old")]
    [InlineData("tar")]
    public void Damaged_files_are_read_or_refused_and_nothing_else(string form)
    {
        var whole = form switch { "zip" => Zip(), "old" => Old(), _ => Tar() };
        Assert.NotEmpty(WeightsFile.Open(Write(whole)).Names);
        var random = new Random(20230614);
        var refused = 0;
        for (var round = 0; round < 1500; round++)
        {
            var bytes = whole.ToArray();
            for (var i = random.Next(1, 6); i > 0; i--)
                bytes[random.Next(bytes.Length)] = (byte)(random.Next(3) == 0 ? random.Next(256) : bytes[random.Next(bytes.Length)]);
            if (random.Next(4) == 0)
                bytes = bytes[..random.Next(bytes.Length)];
            var path = Write(bytes);
            try
            {
                var file = WeightsFile.Open(path);
                foreach (var name in file.Names)
                    file.Read(name).Dispose();
            }
            catch (DataException e)
            {
                Assert.Contains(path, e.Message);
                refused++;
            }
        }

        Assert.InRange(refused, 300, 1499);
    }

    private static byte[] Zip() => CheckpointBytes.Zip(
        new Pickled().Global("collections", "OrderedDict").Raw(")R(")
            .Text("a").Tensor("FloatStorage", "0", 6, 0, [2, 3], [1, 2])
            .Text("b").Tensor("BoolStorage", "1", 4, 1, [3], [1])
            .Raw("u").Stop().Bytes,
        ("0", CheckpointBytes.Floats(1, 2, 3, 4, 5, 6)),
        ("1", [0, 1, 2, 255]));

    private static byte[] Old()
    {
        var part = new Pickled().Raw("}(").Text("a").Tensor("FloatStorage", "77", 3, 1, [2], [1], old: true)
            .Text("part").Global("torch._utils", "_rebuild_tensor_v2").Raw("((").Text("storage").Global("torch", "FloatStorage").Text("88").Text("cpu").Number(3)
            .Raw("(").Text("89").Number(1).Number(2).Raw("ttQ").Number(0).Numbers(2).Numbers(1).Raw(0x89).Global("collections", "OrderedDict").Raw(")RtR")
            .Raw("u").Stop();
        return CheckpointBytes.Old(part.Bytes, ("77", 4, CheckpointBytes.Floats(1, 2, 3)), ("88", 4, CheckpointBytes.Floats(10, 20, 30)));
    }

    private static byte[] Tar()
    {
        byte[] storages =
        [
            .. new Pickled().Number(1).Stop().Bytes,
            .. new Pickled().Raw("(").Number(5).Text("cpu").Global("torch", "FloatStorage").Raw("t").Stop().Bytes,
            .. CheckpointBytes.WithCount(CheckpointBytes.Floats(1, 2, 3, 4), 4),
            .. new Pickled().Raw("](").Numbers(6, 5, 2, 2).Raw("e").Stop().Bytes,
        ];
        byte[] Numbers(params long[] values) => [.. values.SelectMany(BitConverter.GetBytes)];
        byte[] tensors =
        [
            .. new Pickled().Number(3).Stop().Bytes,
            .. new Pickled().Raw("(").Number(1).Number(5).Raw("Nt").Stop().Bytes, .. Numbers(2, 2, 2, 2, 1, 0),
            .. new Pickled().Raw("(").Number(2).Number(5).Raw("Nt").Stop().Bytes, .. Numbers(2, 2, 2, 1, 2, 0),
            .. new Pickled().Raw("(").Number(3).Number(6).Raw("Nt").Stop().Bytes, .. Numbers(1, 2, 1, 0),
        ];
        var pickle = new Pickled().Global("collections", "OrderedDict").Raw("](") // Python 2: a list of pairs
            .Raw("](").Text("w").Text("1").Raw("Qe").Raw("](").Text("turned").Number(2).Raw("Qe").Raw("](").Text("part").Text("3").Raw("Qe")
            .Raw("e").Raw(0x85).Raw("R").Stop();
        return CheckpointBytes.Tar(storages, tensors, pickle.Bytes);
    }

    private static string Named(ScalarType type) => type switch
    {
        ScalarType.Byte => "uint8",
        ScalarType.ComplexFloat32 => "complex64",
        ScalarType.ComplexFloat64 => "complex128",
        _ => type.ToString().ToLowerInvariant(),
    };
}
