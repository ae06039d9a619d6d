using System.Text.Json;
using LeanPose.Learning.Guarding;
using LeanPose.Learning.Methods;
using LeanPose.Learning.Recipes;
using LeanPose.Learning.Training;
using LeanPose.Learning.Weights;
using Xunit;
using static TorchSharp.torch;

namespace LeanPose.Learning.Tests.Guarding;

/// <summary>
/// Networks that really collapse: pseudo labels that count a hundred times as much as labels drag every pixel to background
/// (specification 5), within some tens of steps. Up to a hundred steps of a tiny network each.
/// </summary>
public sealed class CollapseTests : IDisposable
{
    private const double Deadly = 100;
    private readonly TinyRun _tiny = new();

    public void Dispose() => _tiny.Dispose();

    // Persons are the same with and without labels, so that brightness on both kinds is comparable from the start.
    private static Recipe Recipe(double consistencyWeight, GuardRecipe? guard = null)
    {
        var recipe = TinyRun.Recipe(new PoseConsOptions { ConsistencyWeight = consistencyWeight, ConsistencyRampupSteps = 40, Views = ["none"] });
        return recipe with
        {
            Model = recipe.Model with { InputWidth = 32, InputHeight = 32, Skeleton = "dataset" },
            Augmentation = new() { Scale = 0, Rotation = 0, FlipProbability = 0 },
            Training = new() { Batch = 7, Steps = 100, EpochSteps = 20, LogEvery = 4, CheckpointEvery = 8, LearningRate = 3e-3, LoaderThreads = 1 },
            Guard = (guard ?? new()) with { FromStep = 10 },
        };
    }

    private (TrainingOutcome Outcome, List<TrainingEvent> Events) Train(Recipe recipe, string name, bool resume = false, Action<TrainingEvent>? on = null, CancellationTokenSource? stop = null)
    {
        var events = new List<TrainingEvent>();
        var data = _tiny.Data with { Unlabelled = _tiny.Data.Labelled.WithoutLabels() };
        var outcome = new Trainer(recipe, data, _tiny.Folder(name)).Run(resume, [new Observer(e =>
        {
            events.Add(e);
            on?.Invoke(e);
        })], stop?.Token ?? CancellationToken.None);
        return (outcome, events);
    }

    private void TrainUntil(Recipe recipe, string name, Predicate<TrainingEvent> until, bool resume)
    {
        using var stop = new CancellationTokenSource();
        var (outcome, _) = Train(recipe, name, resume, e =>
        {
            if (until(e))
                stop.Cancel();
        }, stop);
        Assert.Equal(TrainingEnd.Stopped, outcome.End);
    }

    [Fact]
    public void A_collapse_ends_the_run_within_one_logging_interval_and_keeps_the_healthy_checkpoint()
    {
        var recipe = Recipe(Deadly);
        var (outcome, events) = Train(recipe, "run");
        Assert.Equal(TrainingEnd.Collapsed, outcome.End);
        var alarm = events.OfType<Alarmed>().First(a => a.Alarm.IsCollapse).Alarm;
        Assert.Equal(outcome.Step, alarm.Step);
        var dark = events.OfType<StepLogged>().First(s => s.Step >= 10 && s.Scalars["pseudo/maximum/student"] < recipe.Guard.DarkMaximum);
        Assert.InRange(alarm.Step, dark.Step, dark.Step + recipe.Training.LogEvery);

        Assert.StartsWith($"Collapsed at step {alarm.Step}. {alarm.What}", outcome.Message);
        Assert.EndsWith("the networks agree on background.", alarm.What);
        Assert.Contains("Likely cause: pseudo labels count 100 times as much as labels. Try: method.consistencyWeight", outcome.Message);

        var (healthy, step) = Checkpoint.Peek(_tiny.Folder("run").Checkpoint);
        Assert.True(healthy);
        Assert.EndsWith($"The last healthy checkpoint, of step {step}, is kept; a new run starts from it with --set model.weights={_tiny.Folder("run").Checkpoint}.", outcome.Message);
        var weights = RunWeights.Of(_tiny.Folder("run").Path);
        Assert.Equal((_tiny.Folder("run").Checkpoint, $"The run {_tiny.Folder("run").Path} collapsed at step {alarm.Step}; its last healthy checkpoint, of step {step}, is used."), (weights.Path, weights.Warning));
        var again = Recipe(1);
        again = again with { Model = again.Model with { Weights = weights.Path }, Training = again.Training with { Steps = 2 } };
        Assert.Equal(TrainingEnd.Finished, Train(again, "again").Outcome.End);
        Assert.InRange(step, alarm.Step - 2 * recipe.Training.CheckpointEvery, dark.Step - 1);
        Assert.False(File.Exists(_tiny.Folder("run").HealthyCheckpoint));
        Assert.False(File.Exists(_tiny.Folder("run").Model));

        // The recipe has not changed, and neither does its end.
        Assert.Equal(outcome.Message, Train(recipe, "run", resume: true).Outcome.Message);
    }

    // At full weight from the first step on, pseudo labels keep labelled heatmaps dark, too: there is nothing to compare with.
    private static Recipe DarkFromTheStart(GuardAction action)
    {
        var recipe = Recipe(Deadly);
        return recipe with
        {
            Method = new SspcmOptions { ConsistencyWeight = 20, SupervisedWeight = 0.1, ScoreGate = false },
            Training = recipe.Training with { EpochSteps = 4682, Steps = 30, LearningRate = 1e-3 },
            Guard = new() { FromStep = 20, Action = action, Rollbacks = 1 },
        };
    }

    [Fact]
    public void Networks_that_never_light_up_are_recognised_in_the_first_epoch()
    {
        var recipe = DarkFromTheStart(GuardAction.Stop);
        var (outcome, events) = Train(recipe, "run");
        Assert.True(events.OfType<StepLogged>().First(s => s.Step == 20).Scalars["labelled/maximum/student"] < recipe.Guard.DarkMaximum);
        Assert.Equal((TrainingEnd.Collapsed, 22), (outcome.End, outcome.Step));
        Assert.Equal(AlarmKind.EmptyTargets, Assert.Single(events.OfType<Alarmed>()).Alarm.Kind);
        Assert.StartsWith("Collapsed at step 22. The pseudo labels are empty: they hold ", outcome.Message);
        Assert.EndsWith("There is no healthy checkpoint.", outcome.Message);
        Assert.EndsWith("collapsed at step 22 and has no healthy checkpoint: its networks see nobody.", RunWeights.Of(_tiny.Folder("run").Path).Warning);
    }

    [Fact]
    public void A_rollback_passes_over_checkpoints_that_were_sick_before_any_alarm_may_be_given()
    {
        // Checkpoints of steps 8 and 16 are as dark as the one that raises the alarm.
        var (_, events) = Train(DarkFromTheStart(GuardAction.Rollback), "run");
        Assert.Equal((0, 22), events.OfType<RolledBack>().Select(b => (b.Step, b.Alarm.Step)).First());
    }

    [Fact]
    public void The_same_recipe_with_labels_and_pseudo_labels_in_balance_raises_no_alarm()
    {
        var recipe = Recipe(1);
        var (outcome, events) = Train(recipe with { Training = recipe.Training with { Steps = 60 } }, "run");
        Assert.Equal(TrainingEnd.Finished, outcome.End);
        Assert.Empty(events.OfType<Alarmed>());
        Assert.Equal((true, 56), Checkpoint.Peek(_tiny.Folder("run").HealthyCheckpoint)); // step 60 is no step at which the run may go back
    }

    [Fact]
    public void Warned_of_a_collapse_a_run_goes_on_and_keeps_what_was_healthy()
    {
        var recipe = Recipe(Deadly, new() { Action = GuardAction.Warn });
        var (outcome, events) = Train(recipe, "run");
        Assert.Equal(TrainingEnd.Finished, outcome.End);
        var alarms = events.OfType<Alarmed>().Select(a => a.Alarm.Kind).ToList();
        Assert.Contains(AlarmKind.Fallen, alarms);
        Assert.Equal(alarms.Distinct(), alarms);
        Assert.Equal(alarms.Count, Log("run").Count(l => l.GetProperty("event").GetString() == "alarm"));
    }

    [Fact]
    public void A_rollback_goes_back_and_on_more_cautiously_and_a_stop_in_between_changes_nothing()
    {
        var recipe = Recipe(Deadly, new() { Action = GuardAction.Rollback, Rollbacks = 2 });
        recipe = recipe with { Training = recipe.Training with { Steps = 60 } };
        var (outcome, events) = Train(recipe, "whole");
        var back = events.OfType<RolledBack>().First();
        Assert.Equal(0, back.Step % recipe.Training.CheckpointEvery);
        Assert.InRange(back.Step, 0, back.Alarm.Step - 1);
        Assert.Equal("the weight of unlabelled persons is 0.5 of the recipe's (1 of 2 rollbacks)", back.Change);
        var steps = Log("whole").Where(l => l.GetProperty("event").GetString() == "step").Select(l => l.GetProperty("step").GetInt32()).ToList();
        Assert.Equal(steps.Distinct().Order(), steps);
        Assert.Contains(Log("whole"), l => l.GetProperty("event").GetString() == "rollback" && l.GetProperty("from").GetInt32() == back.Alarm.Step);

        // Stopped between two checkpoints before the collapse, and once more after the rollback.
        TrainUntil(recipe, "parts", e => e is StepDone done && done.Step == back.Alarm.Step - 1, resume: false);
        var again = false;
        TrainUntil(recipe, "parts", e => (again |= e is RolledBack) && e is StepDone done && done.Step == back.Step + 3, resume: true);
        Same(outcome, Train(recipe, "parts", resume: true).Outcome, "parts");

        // Killed the moment it had gone back.
        Assert.Throws<TimeoutException>(() => Train(recipe, "killed", on: e =>
        {
            if (e is RolledBack)
                throw new TimeoutException("the power went");
        }));
        Same(outcome, Train(recipe, "killed", resume: true).Outcome, "killed");
    }

    [Fact]
    public void When_rollbacks_are_used_up_the_run_ends()
    {
        // Halving the learning rate once does not help against pseudo labels that heavy.
        var (outcome, events) = Train(Recipe(Deadly, new() { Action = GuardAction.Rollback, Rollbacks = 1, Halve = RollbackChange.LearningRate }), "run");
        Assert.Equal("the learning rate is 0.5 of the recipe's (1 of 1 rollbacks)", Assert.Single(events.OfType<RolledBack>()).Change);
        var after = events.SkipWhile(e => e is not RolledBack).OfType<StepLogged>();
        Assert.All(after, s => Assert.Equal(1.5e-3, s.LearningRate));
        Assert.Equal(TrainingEnd.Collapsed, outcome.End);
        Assert.Contains("A rollback did not help. Likely cause:", outcome.Message);
    }

    private List<JsonElement> Log(string name) => [.. File.ReadLines(_tiny.Folder(name).Log).Select(l => JsonDocument.Parse(l).RootElement)];

    private void Same(TrainingOutcome expected, TrainingOutcome actual, string name)
    {
        Assert.Equal((expected.End, expected.Step, expected.Message), (actual.End, actual.Step, actual.Message.Replace(_tiny.Folder(name).Path, _tiny.Folder("whole").Path)));
        SafeTensors whole = SafeTensors.Open(_tiny.Folder("whole").Checkpoint), other = SafeTensors.Open(_tiny.Folder(name).Checkpoint);
        Assert.Equal(whole.Metadata["leanpose.guard"], other.Metadata["leanpose.guard"]);
        Assert.Equal(whole.Names, other.Names);
        foreach (var tensor in whole.Names)
        {
            using Tensor a = whole.Read(tensor), b = other.Read(tensor);
            Assert.True(a.bytes.SequenceEqual(b.bytes), $"{tensor} differs");
        }

        List<JsonElement> lines = Log("whole"), others = [lines[0], .. Log(name).Where(l => Text(l, "event") != "start")];
        Assert.Equal(lines.Select(Line), others.Select(Line));
        // After a stop in the middle of an interval the line tells of the steps since.
        var alike = lines.Zip(others).ToLookup(l => Text(l.First, "steps") == Text(l.Second, "steps"));
        Assert.InRange(alike[false].Count(), 0, 2);
        Assert.All(alike[true], l => Assert.Equal(Text(l.First, "scalars"), Text(l.Second, "scalars")));
    }

    // What a line says that does not depend on when and where it was written.
    private static string Line(JsonElement line) => string.Join(' ', Text(line, "event"), Text(line, "step"), Text(line, "change"));

    private static string Text(JsonElement line, string name) => line.TryGetProperty(name, out var value) ? value.ToString() : "";

    private sealed class Observer(Action<TrainingEvent> on) : ITrainingObserver
    {
        public void On(TrainingEvent e) => on(e);
    }
}
