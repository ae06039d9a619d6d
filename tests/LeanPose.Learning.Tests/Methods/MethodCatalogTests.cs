using LeanPose.Learning.Methods;
using LeanPose.Learning.Training;
using LeanPose.Skeletons;
using LeanPose.Testing;
using Xunit;
using static TorchSharp.torch;

namespace LeanPose.Learning.Tests.Methods;

/// <summary>One walk over all methods that are registered: step, gradients, saving, going on.</summary>
public sealed class MethodCatalogTests
{
    private const int Size = 64;
    private const int Keypoints = 6;

    public static TheoryData<string> Names => [.. MethodCatalog.Defaults.Select(m => m.Name)];

    private static MethodOptions Options(string name) => MethodCatalog.Defaults.Single(m => m.Name == name);

    private static IMethod Create(string name, int seed = 1)
    {
        var model = TinyRun.Recipe(Options(name)).Model;
        return MethodCatalog.Create(Options(name), new MethodContext
        {
            CreateNetwork = new NetworkFactory(model, Keypoints, seed, CPU).Create,
            TrainedChannels = [0, 1, 2, 3],
            Keypoints = Keypoints,
            FlipIndex = [.. Enumerable.Range(0, Keypoints)],
            Sigma = 2,
            Width = Size,
            Height = Size,
            Seed = seed,
            Device = CPU,
        });
    }

    private static StepInput Input(IMethod method, int step)
    {
        Tensor Images(string name) => HashInitialisation.Tensor(name + step, 9, [2, 3, Size, Size], input: true);
        var target = HashInitialisation.Tensor("target" + step, 9, [2, Keypoints, Size / 4, Size / 4], input: false);
        var channels = tensor(new float[] { 1, 1, 1, 1, 0, 0 }, [1, Keypoints]);
        return new(step, step / 2, new(Images("labelled"), target, channels.expand(2, -1)), method.UsesUnlabelled(step, int.MaxValue) ? new(Images("unlabelled"), channels) : null);
    }

    private sealed class Training : IDisposable
    {
        private readonly List<FlatParameters> _flat;

        public Training(IMethod method)
        {
            _flat = [.. method.Networks.Select(n => new FlatParameters(n.Network))];
            var adams = method.Networks.Zip(_flat, (n, f) => (n.Name, new Adam(f))).ToList();
            State = new(0, 0, "key", ModelSpec.Create("resnet10-quarter", KnownSkeletons.Lsp14, KnownSkeletons.Lsp14, Size, Size, 2), method, adams);
        }

        public TrainingState State { get; set; }

        public float Step(int step)
        {
            using var scope = NewDisposeScope();
            var losses = State.Method.Step(Input(State.Method, step));
            losses.Total.backward();
            foreach (var (_, adam) in State.Optimisers)
                adam.Step(step + 1, 1e-3);
            if (step % 2 == 1)
                State.Method.NextEpoch();
            return losses.Total.item<float>();
        }

        public void Dispose()
        {
            _flat.ForEach(f => f.Dispose());
            foreach (var (_, adam) in State.Optimisers)
                adam.Dispose();
            State.Method.Dispose();
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_step_trains_every_network_and_no_copy(string name)
    {
        using var scope = NewDisposeScope();
        using var method = Create(name);
        Assert.Contains(method.Deployed, method.Networks.Select(n => n.Name));
        Assert.Equal(MethodCatalog.UsesUnlabelled(Options(name)), method.UsesUnlabelled(0, int.MaxValue));
        Assert.Equal(method.Networks.Count + method.Snapshots.Count, method.Networks.Concat(method.Snapshots).Select(n => n.Name).Distinct().Count());
        var losses = method.Step(Input(method, 0));
        Assert.Equal(1, losses.Total.numel());
        Assert.All(losses.Scalars, s => Assert.Equal((1, ScalarType.Float32), (s.Value.numel(), s.Value.dtype)));
        Assert.All(losses.PerKeypoint, p => Assert.Equal(((long)Keypoints, ScalarType.Float32), (p.Value.numel(), p.Value.dtype)));
        losses.Total.backward();
        Assert.All(method.Networks, n => Assert.All(n.Network.named_parameters(), p => Assert.True(p.parameter.grad is { } g && g.isfinite().all().item<bool>() && g.ne(0).any().item<bool>(), $"{n.Name}/{p.name}")));
        Assert.All(method.Snapshots, n => Assert.All(n.Network.parameters(), p => Assert.Null(p.grad)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_checkpoint_holds_all_that_the_next_steps_need(string name)
    {
        using var folder = new TempFolder();
        using Training first = new(Create(name)), second = new(Create(name, seed: 1));
        for (var step = 0; step < 3; step++)
            first.Step(step);
        Checkpoint.Save(folder["state"], first.State with { Step = 3, Seconds = 1.25 });
        second.State = Checkpoint.Load(folder["state"], second.State);
        Assert.Equal((3, 1.25), (second.State.Step, second.State.Seconds));
        for (var step = 3; step < 6; step++)
            Assert.Equal(first.Step(step), second.Step(step));
    }

    [Fact]
    public void Students_start_alike_in_every_method_and_teachers_differ()
    {
        var students = new List<float[]>();
        foreach (var options in MethodCatalog.Defaults)
        {
            using var method = Create(options.Name);
            students.Add([.. method.Networks.Single(n => n.Name == "student").Network.State().SelectMany(s => Close.Values(s.Value))]);
            var all = method.Networks.Select(n => Close.Values(n.Network.State().First().Value)).ToList();
            Assert.Equal(all.Count, all.DistinctBy(v => v[0]).Count());
        }

        Assert.All(students, s => Assert.Equal(students[0], s));
        using var other = Create("supervised", seed: 2);
        Assert.NotEqual(students[0], [.. other.Networks[0].Network.State().SelectMany(s => Close.Values(s.Value))]);
    }

    [Fact]
    public void Options_of_no_method_are_refused() => Assert.Throws<ArgumentException>(() => MethodCatalog.UsesUnlabelled(new Foreign()));

    private sealed record Foreign : MethodOptions
    {
        public override string Name => "foreign";
    }
}
