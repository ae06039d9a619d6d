using LeanPose.Learning.Guarding;
using LeanPose.Learning.Methods;
using LeanPose.Learning.Recipes;
using LeanPose.Learning.Training;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Learning.Tests.Guarding;

/// <summary>Every alarm on made-up telemetry.</summary>
public sealed class CollapseGuardTests
{
    private static readonly Recipe Sspcm = new() { Method = new SspcmOptions { ConsistencyRampupSteps = 10 } };

    private static CollapseGuard Guard(Recipe? recipe = null, GuardState? state = null) => new(recipe ?? Sspcm, state ?? new());

    private static VitalSigns Signs(int step, double labelled, double unlabelled, int epoch = 1) =>
        new() { Step = step, Epoch = epoch, Darkest = new("teacher", labelled, unlabelled), Energy = 0.3, Consistency = 0.2, Accepted = 0.9, Distance = 1.2, PresentPair = 0.7 };

    // Healthy looks at a level of 0.5, then the same ones again and again.
    private static List<Alarm> After(VitalSigns sick, int looks, CollapseGuard? guard = null)
    {
        guard ??= Guard();
        var alarms = new List<Alarm>();
        for (var step = 200; step < 300; step += 20)
            alarms.AddRange(guard.Look(Signs(step, 0.6, 0.5)));
        Assert.Empty(alarms);
        for (var i = 0; i < looks; i++)
            alarms.AddRange(guard.Look(sick with { Step = 300 + i }));
        return alarms;
    }

    [Fact]
    public void Dark_on_unlabelled_and_bright_on_labelled_persons_is_a_collapse_at_the_third_look()
    {
        var guard = Guard();
        Assert.Empty(guard.Look(Signs(200, 0.62, 0.03)));
        Assert.True(guard.LooksClosely);
        Assert.False(guard.IsHealthy);
        Assert.Empty(guard.Look(Signs(201, 0.62, 0.03)));
        var alarm = Assert.Single(guard.Look(Signs(202, 0.62, 0.03)));
        Assert.Equal((AlarmKind.Dark, true, 202), (alarm.Kind, alarm.IsCollapse, alarm.Step));
        Assert.Equal("Unlabelled heatmaps have gone out: mean maximum 0.03 on unlabelled against 0.62 on labelled persons (network teacher); the pseudo labels teach background.", alarm.What);
        Assert.StartsWith("Likely cause: pseudo labels that are wrong more often than right. Try: ", alarm.Advice);
        Assert.False(guard.LooksClosely);
    }

    [Fact]
    public void One_look_that_is_fine_calls_the_suspicion_off()
    {
        var guard = Guard();
        for (var round = 0; round < 5; round++)
        {
            Assert.Empty(guard.Look(Signs(200, 0.62, 0.03)));
            Assert.Empty(guard.Look(Signs(201, 0.62, 0.03)));
            Assert.Empty(guard.Look(Signs(202, 0.62, 0.3)));
            Assert.True(guard.IsHealthy && !guard.LooksClosely);
        }
    }

    [Fact]
    public void Heatmaps_that_were_bright_and_have_gone_out_are_a_collapse_whatever_labelled_persons_show()
    {
        var alarm = Assert.Single(After(Signs(0, 0.04, 0.03), 3));
        Assert.Equal(AlarmKind.Fallen, alarm.Kind);
        Assert.StartsWith("Heatmaps have gone out: mean maximum 0.03 on unlabelled persons, where it was 0.50, and 0.04 on labelled ones", alarm.What);
    }

    [Fact]
    public void Heatmaps_that_fade_are_a_warning()
    {
        var alarm = Assert.Single(After(Signs(0, 0.6, 0.2), 8));
        Assert.Equal((AlarmKind.Falling, false), (alarm.Kind, alarm.IsCollapse));
        Assert.Empty(After(Signs(0, 0.6, 0.26), 8));
    }

    [Fact]
    public void Empty_pseudo_labels_without_a_loss_are_a_collapse_in_the_first_epoch_too()
    {
        var empty = Signs(0, 0.05, 0.15, epoch: 0) with { Energy = 0.0005, Consistency = 0.0001 };
        Assert.Equal(AlarmKind.EmptyTargets, Feed(empty, 3).Single().Kind);
        Assert.Equal(AlarmKind.EmptyTargets, Feed(empty with { Epoch = 1 }, 3).Single().Kind);
        var nothing = Signs(0, 0.0021, 0.0034, epoch: 0) with { Energy = 0.0002, Consistency = 0.00003 };
        Assert.StartsWith("The pseudo labels are empty: they hold 0.02 % of a label's energy, and the consistency losses are less than 0.01 % of the supervised ones (heatmap maximum 0.0034 on unlabelled, 0.0021 on labelled persons);", Feed(nothing, 3).Single().What);
        Assert.Empty(Feed(empty with { Energy = 0.01 }, 9));
        Assert.Empty(Feed(empty with { Consistency = 0.05 }, 9));
        Assert.Empty(Feed(empty with { Energy = null }, 9));
    }

    [Fact]
    public void A_gate_that_lets_nothing_through_is_a_warning_once_labelled_heatmaps_are_bright()
    {
        var shut = Signs(0, 0.55, 0.3) with { Accepted = 0.12 };
        var alarm = Feed(shut, 30).Single();
        Assert.Equal((AlarmKind.GateShut, false), (alarm.Kind, alarm.IsCollapse));
        Assert.Contains("only 12 % of the pseudo keypoints", alarm.What);
        Assert.Contains("method.scoreThreshold", alarm.Advice);
        Assert.Empty(Feed(shut with { Epoch = 0 }, 9));
        Assert.Empty(Feed(Signs(0, 0.12, 0.11) with { Accepted = 0.12 }, 9));
    }

    [Fact]
    public void Networks_that_agree_everywhere_for_long_are_a_warning()
    {
        var merged = Signs(0, 0.6, 0.5) with { Distance = 0, PresentPair = 1 };
        Assert.Empty(Feed(merged, 8));
        Assert.Equal((AlarmKind.TeachersMerged, false), Feed(merged, 9).Select(a => (a.Kind, a.IsCollapse)).Single());
        Assert.Equal(AlarmKind.TeachersMerged, Feed(merged with { PresentPair = null }, 9).Single().Kind);
        Assert.Empty(Feed(merged with { PresentPair = 0.9 }, 20));
        Assert.Empty(Feed(merged with { Distance = 0.2 }, 20));
        Assert.Empty(Feed(merged with { Distance = null }, 20));
    }

    private static List<Alarm> Feed(VitalSigns signs, int looks)
    {
        var guard = Guard();
        return [.. Enumerable.Range(0, looks).SelectMany(i => guard.Look(signs with { Step = 200 + i }))];
    }

    [Fact]
    public void A_hard_start_raises_no_alarm()
    {
        // Mean maxima of a teacher on 500 labelled persons in sports pictures, with labelled ones a little above.
        double[] maxima = [0.002, 0.054, 0.104, 0.096, 0.089, 0.111, 0.117, 0.126, 0.16, 0.15, 0.165, 0.14, 0.17, 0.228, 0.225, 0.25, 0.30, 0.23, 0.32, 0.27];
        var guard = Guard(Sspcm with { Guard = new() { FromStep = 0 } });
        for (var i = 0; i < maxima.Length; i++)
            Assert.Empty(guard.Look(Signs(20 * i, maxima[i] * (1 + (0.1 * i)), maxima[i], epoch: i / 5) with { Accepted = i < 2 ? 0 : 0.3 + (0.03 * i), Energy = maxima[i] / 2 }));
    }

    [Fact]
    public void A_start_at_a_hundredth_of_the_usual_learning_rate_raises_no_alarm()
    {
        // SSPCM from random weights at 1e-5: step, maxima, energy, consistency over supervised losses.
        (int Step, double Maximum, double Energy, double Ratio)[] looks =
        [
            (10, 0.019, 0.0007, 0.001), (20, 0.037, 0.002, 0.0017), (30, 0.05, 0.0046, 0.0025), (40, 0.063, 0.0081, 0.0036), (60, 0.09, 0.0181, 0.0059),
            (80, 0.113, 0.0304, 0.0071), (100, 0.135, 0.0435, 0.0129), (110, 0.153, 0.0532, 0.0105), (120, 0.158, 0.0604, 0.0193),
        ];
        var guard = Guard(Sspcm with { Guard = new() { FromStep = 20 } });
        Assert.All(looks, l => Assert.Empty(guard.Look(Signs(l.Step, l.Maximum, l.Maximum, epoch: 0) with { Energy = l.Energy, Consistency = l.Ratio })));
    }

    [Fact]
    public void A_bright_moment_is_no_level_and_nothing_is_judged_before_its_time()
    {
        var guard = Guard();
        Assert.Empty(guard.Look(Signs(99, 0.6, 0.01)));
        Assert.False(guard.IsHealthy); // no alarm yet, and nothing to go back to either
        Assert.False(guard.LooksClosely);
        Assert.Empty(guard.Look(Signs(99, 0.1, 0.01)));
        Assert.True(guard.IsHealthy);
        double[] moments = [0.1, 0.6, 0.7, 0.1, 0.05, 0.04, 0.04, 0.04];
        Assert.Empty(moments.SelectMany((m, i) => guard.Look(Signs(100 + i, 0.12, m))));

        var warm = Guard(Sspcm with { Training = new() { WarmupSteps = 500 } });
        Assert.Empty(Enumerable.Range(0, 9).SelectMany(i => warm.Look(Signs(480 + i, 0.6, 0.01))));
    }

    [Fact]
    public void Its_memory_survives_a_checkpoint()
    {
        GuardState Through(GuardState state) => GuardState.FromJson(state.ToJson(), "here");
        var (one, other) = (Guard(), Guard());
        double[] maxima = [0.5, 0.45, 0.51, 0.2, 0.2, 0.2, 0.04, 0.03, 0.02];
        for (var i = 0; i < maxima.Length; i++)
        {
            other = Guard(state: Through(other.State) with { Rollbacks = i });
            Assert.Equal(one.Look(Signs(200 + i, 0.1, maxima[i])), other.Look(Signs(200 + i, 0.1, maxima[i])));
            Assert.Equal((one.IsHealthy, one.LooksClosely, i), (other.IsHealthy, other.LooksClosely, other.State.Rollbacks));
        }

        Assert.Contains(AlarmKind.Falling, one.State.Told);
        Assert.Equal(Math.Pow(0.5, 8), other.ConsistencyFactor);
        Assert.Equal(1, other.LearningRateFactor);
        Assert.Throws<LeanPose.Datasets.DataException>(() => GuardState.FromJson("{", "here"));
    }

    [Fact]
    public void Signs_are_those_of_the_darkest_network()
    {
        var scalars = new Dictionary<string, double>
        {
            ["labelled/maximum/teacher"] = 0.6,
            ["labelled/maximum/auxiliary"] = 0.5,
            ["labelled/maximum/student"] = 0.4,
            ["pseudo/maximum/teacher"] = 0.3,
            ["pseudo/maximum/auxiliary"] = 0.2,
            ["pseudo/maximum/target"] = 0.01,
            ["pseudo/hard/student"] = 0.25,
            ["pseudo/hard/teacher"] = 0.1,
            ["loss/supervised/teacher"] = 0.002,
            ["loss/supervised/student"] = 0.002,
            ["loss/consistency/student"] = 0.001,
            ["pseudo/accepted"] = double.NaN,
        };
        var signs = VitalSigns.From(40, 2, scalars, "student")!;
        Assert.Equal(new Brightness("auxiliary", 0.5, 0.2), signs.Darkest);
        Assert.Equal(0.25, signs.Consistency!.Value, 12);
        Assert.Null(signs.Accepted);
        scalars["pseudo/hard/student"] = 0.02;
        Assert.Equal(new Brightness("student", 0.4, 0.02), VitalSigns.From(40, 2, scalars, "student")!.Darkest);

        // A teacher without labels of its own.
        scalars.Remove("labelled/maximum/teacher");
        scalars["pseudo/maximum/teacher"] = 0.01;
        Assert.Equal(new Brightness("teacher", 0.4, 0.01), VitalSigns.From(40, 2, scalars, "student")!.Darkest);
        Assert.Null(VitalSigns.From(40, 2, new Dictionary<string, double> { ["loss"] = 1 }, "student"));
    }

    [Fact]
    public void The_cause_is_read_from_the_recipe()
    {
        string Cause(ConsistencyOptions method) => CollapseCause.Of(new Recipe { Method = method }).Advice;
        Assert.Contains("labels have no weight", Cause(new PoseConsOptions { SupervisedWeight = 0 }));
        Assert.Contains("no harder than the easy one", Cause(new PoseConsOptions { HardScale = 0, HardRotation = 0, Views = ["none"] }));
        Assert.Contains("count 20 times as much as labels", Cause(new PoseConsOptions { ConsistencyWeight = 20 }));
        Assert.Contains("full weight from the first step", Cause(new PoseDualOptions()));
        Assert.Contains("wrong more often than right", Cause(new PoseDualOptions { ConsistencyRampupSteps = 9 }));
        Assert.Contains("wrong more often than right", Cause(new PoseDualOptions { BurnInSteps = 9 }));
        Assert.Null(CollapseGuard.For(new Recipe(), new()));
    }

    [Fact]
    public void A_healthy_checkpoint_is_put_aside_when_a_sick_one_follows()
    {
        using var folder = new TempFolder();
        var run = RunFolder.Create(folder["run"]);
        var recipe = TinyRun.Recipe(new SupervisedOptions());
        using var method = MethodCatalog.Create(recipe.Method, new MethodContext
        {
            CreateNetwork = new NetworkFactory(recipe.Model, 14, 1, TorchSharp.torch.CPU).Create,
            TrainedChannels = [0],
            Keypoints = 14,
            FlipIndex = Skeletons.KnownSkeletons.Lsp14.FlipIndex,
            Sigma = 2,
            Width = 64,
            Height = 64,
            Seed = 1,
            Device = TorchSharp.torch.CPU,
        });
        var state = new TrainingState(0, 0, "key", ModelSpec.Create("resnet10-quarter", Skeletons.KnownSkeletons.Lsp14, Skeletons.KnownSkeletons.Lsp14, 64, 64, 2), method, []);
        var checkpoints = new RunCheckpoints(run, resume: false);
        Assert.Null(checkpoints.Healthy);
        Assert.Null(run.LatestCheckpoint);
        void Save(int step, bool healthy, int kept, bool aside)
        {
            checkpoints.Save(state with { Step = step }, healthy);
            foreach (var view in new[] { checkpoints, new RunCheckpoints(run, resume: true) })
            {
                Assert.Equal((true, kept), Checkpoint.Peek(view.Healthy!));
                Assert.Equal(aside ? run.HealthyCheckpoint : run.Checkpoint, view.Healthy);
            }

            Assert.Equal((healthy, step), Checkpoint.Peek(run.LatestCheckpoint!));
            Assert.Equal(aside, File.Exists(run.HealthyCheckpoint));
        }

        Save(8, healthy: true, kept: 8, aside: false);
        Save(16, healthy: true, kept: 16, aside: false);
        Save(24, healthy: false, kept: 16, aside: true);
        Save(32, healthy: false, kept: 16, aside: true);
        Assert.Equal(new RunWeights(run.Checkpoint), RunWeights.Of(run.Path));
        File.WriteAllText(run.Log, """{"event":"end","step":35,"outcome":"Collapsed","message":""}""" + "\n");
        Assert.Equal(new RunWeights(run.HealthyCheckpoint, $"The run {run.Path} collapsed at step 35; its last healthy checkpoint, of step 16, is used."), RunWeights.Of(run.Path));
        File.AppendAllText(run.Log, """{"event":"start","step":32}""" + "\n");
        Assert.Equal(new RunWeights(run.Checkpoint), RunWeights.Of(run.Path));
        File.Delete(run.Checkpoint); // killed between putting aside and writing
        Assert.Equal(run.HealthyCheckpoint, run.LatestCheckpoint);
        Assert.Equal(new RunWeights(run.HealthyCheckpoint), RunWeights.Of(run.Path));
        checkpoints = new RunCheckpoints(run, resume: true);
        Save(24, healthy: true, kept: 24, aside: false);
    }
}
