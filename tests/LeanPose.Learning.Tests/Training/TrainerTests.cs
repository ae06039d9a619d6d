using System.Text.Json;
using LeanPose.Datasets;
using LeanPose.Evaluation;
using LeanPose.Learning.Methods;
using LeanPose.Learning.Recipes;
using LeanPose.Learning.Training;
using LeanPose.Learning.Weights;
using LeanPose.Skeletons;
using LeanPose.Testing;
using Xunit;
using static TorchSharp.torch;

namespace LeanPose.Learning.Tests.Training;

public sealed class TrainerTests
{
    public static TheoryData<string> Methods => [.. MethodCatalog.Defaults.Select(m => m.Name)];

    private static MethodOptions Method(string name) => MethodCatalog.Defaults.Single(m => m.Name == name);

    [Theory]
    [MemberData(nameof(Methods))]
    public void Same_seed_same_bytes_whatever_the_loader_threads(string method)
    {
        using var tiny = new TinyRun();
        var recipe = TinyRun.Recipe(Method(method));
        Assert.Equal(TrainingEnd.Finished, tiny.Train(recipe with { Training = recipe.Training with { LoaderThreads = 1 } }, "one").End);
        tiny.Train(recipe with { Training = recipe.Training with { LoaderThreads = 4 } }, "four");
        tiny.Train(recipe with { Seed = 2 }, "other seed");
        Assert.Equal(tiny.Model("one"), tiny.Model("four"));
        Assert.NotEqual(tiny.Model("one"), tiny.Model("other seed"));
    }

    [Theory]
    [InlineData("sspcm", Precision.Float32)]
    [InlineData("sspcm", Precision.Bf16)]
    [InlineData("multi-augs-dual", Precision.Bf16)]
    public void Networks_side_by_side_learn_what_they_learn_one_after_the_other(string method, Precision precision)
    {
        using var tiny = new TinyRun();
        var recipe = TinyRun.Recipe(Method(method));
        recipe = recipe with { Training = recipe.Training with { Precision = precision } };
        tiny.Train(recipe with { Training = recipe.Training with { Threads = 1 } }, "one");
        try
        {
            // Two threads are two lanes of one thread each.
            tiny.Train(recipe with { Training = recipe.Training with { Threads = 2 } }, "two");
            tiny.Train(recipe with { Training = recipe.Training with { Threads = 2 } }, "two again");
        }
        finally
        {
            set_num_threads(1);
        }

        Assert.Equal(tiny.Model("one"), tiny.Model("two"));
        Assert.Equal(tiny.Model("two"), tiny.Model("two again"));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Stopped_and_resumed_is_as_never_stopped(string method)
    {
        using var tiny = new TinyRun();
        var recipe = TinyRun.Recipe(Method(method));
        tiny.Train(recipe, "whole");

        // Once in the middle of an epoch, once at the end of one.
        var first = tiny.TrainUntil(recipe, "parts", 3);
        Assert.Equal((TrainingEnd.Stopped, 3), (first.End, first.Step));
        Assert.Equal("Stopped after step 3 of 6; everything is saved. Go on with --resume.", first.Message);
        Assert.Equal(4, tiny.TrainUntil(recipe, "parts", 4, resume: true).Step);
        var last = tiny.Train(recipe, "parts", resume: true);
        Assert.Equal((TrainingEnd.Finished, 6), (last.End, last.Step));

        Assert.Equal(tiny.Model("whole"), tiny.Model("parts"));
        SafeTensors whole = SafeTensors.Open(tiny.Folder("whole").Checkpoint), parts = SafeTensors.Open(tiny.Folder("parts").Checkpoint);
        Assert.Equal(whole.Names, parts.Names);
        foreach (var name in whole.Names)
        {
            using Tensor a = whole.Read(name), b = parts.Read(name);
            Assert.True(a.bytes.SequenceEqual(b.bytes), $"{name} differs");
        }
    }

    [Fact]
    public void A_crash_costs_the_steps_since_the_checkpoint_and_the_log_has_each_step_once()
    {
        using var tiny = new TinyRun();
        var recipe = TinyRun.Recipe(new SupervisedOptions());
        tiny.Train(recipe, "whole");
        Assert.Throws<TimeoutException>(() => tiny.Train(recipe, "crashed", on: e =>
        {
            if (e is StepLogged { Step: 3 })
                throw new TimeoutException("the power went");
        }));
        var log = tiny.Folder("crashed").Log;
        File.AppendAllText(log, "{\"event\":\"step\",\"st");
        tiny.Train(recipe, "crashed", resume: true);

        var steps = File.ReadLines(log).Select(l => JsonDocument.Parse(l).RootElement)
            .Where(l => l.GetProperty("event").GetString() == "step").Select(l => l.GetProperty("step").GetInt32());
        Assert.Equal(Enumerable.Range(1, 6), steps);
        Assert.Equal(tiny.Model("whole"), tiny.Model("crashed"));
    }

    [Fact]
    public void A_run_resumed_after_its_last_step_changes_nothing()
    {
        using var tiny = new TinyRun();
        var recipe = TinyRun.Recipe(new SupervisedOptions());
        tiny.Train(recipe, "run");
        var before = tiny.Model("run");
        Assert.Equal(TrainingEnd.Finished, tiny.Train(recipe, "run", resume: true).End);
        Assert.Equal(before, tiny.Model("run"));
    }

    /// <summary>What the suspicion score compares after a run that ends with an epoch.</summary>
    [Fact]
    public void The_last_checkpoint_keeps_a_period_that_differs_from_the_present_one()
    {
        using var tiny = new TinyRun();
        tiny.Train(TinyRun.Recipe(new SspcmOptions()), "run");
        var file = WeightsFile.Open(tiny.Folder("run").Checkpoint);
        using Tensor now = file.Read("teacher/conv1.weight"), before = file.Read("teacher-1/conv1.weight");
        Assert.False(now.equal(before).all().item<bool>());
    }

    [Fact]
    public void A_loss_that_is_no_number_ends_the_run_and_keeps_the_checkpoint_before()
    {
        using var tiny = new TinyRun();
        var recipe = TinyRun.Recipe(new SupervisedOptions());
        recipe = recipe with { Training = recipe.Training with { Milestones = [4], Gamma = 1e33 } };
        var outcome = tiny.Train(recipe, "run");
        Assert.Equal((TrainingEnd.Diverged, 5), (outcome.End, outcome.Step));
        Assert.Equal("The loss of step 6 is NaN. The last good checkpoint is kept. Lower training.learningRate, or look for broken labels.", outcome.Message);
        Assert.Equal(4, FiniteCheckpoint(tiny.Folder("run").Checkpoint));
        Assert.False(File.Exists(tiny.Folder("run").Model));
    }

    [Fact]
    public void Weights_that_are_not_finite_are_never_saved()
    {
        // Training looks at the statistics of the batch only, so its loss is finite all the same.
        using var tiny = new TinyRun();
        using var folder = new TempFolder();
        using (var broken = new PoseNetwork("resnet10-quarter", 24))
        {
            using var noGradient = no_grad();
            broken.State().First(s => s.Name.EndsWith("running_var", StringComparison.Ordinal)).Value.fill_(float.PositiveInfinity);
            SafeTensors.Write(folder["broken"], broken.State(), new Dictionary<string, string>());
        }

        var recipe = TinyRun.Recipe(new SupervisedOptions());
        var outcome = tiny.Train(recipe with { Model = recipe.Model with { Weights = folder["broken"] } }, "run");
        Assert.Equal((TrainingEnd.Diverged, 2), (outcome.End, outcome.Step));
        Assert.Equal("Step 2 left weights that are not finite. Lower training.learningRate, or look for broken labels.", outcome.Message);
        Assert.False(File.Exists(tiny.Folder("run").Checkpoint));
    }

    internal static int FiniteCheckpoint(string path)
    {
        var file = SafeTensors.Open(path);
        foreach (var name in file.Names)
        {
            using var scope = NewDisposeScope();
            Assert.True(file.Read(name).isfinite().all().item<bool>(), name);
        }

        return int.Parse(file.Metadata["leanpose.step"]);
    }

    [Fact]
    public void Validation_reports_on_every_network()
    {
        using var tiny = new TinyRun(validation: true);
        var recipe = TinyRun.Recipe(new SspcmOptions());
        var evaluated = new List<Evaluated>();
        var outcome = tiny.Train(recipe with { Evaluation = recipe.Evaluation with { Every = 4, Flip = true } }, "run", on: e =>
        {
            if (e is Evaluated done)
                evaluated.Add(done);
        });
        Assert.Equal([4, 6], evaluated.Select(e => e.Step));
        Assert.All(evaluated, e => Assert.Equal(["auxiliary", "mean-of-teachers", "student", "teacher"], e.Reports.Keys.Order()));
        Assert.NotNull(outcome.Final);
        Assert.All(outcome.Final, r => Assert.StartsWith(r.Key + (r.Key == "mean-of-teachers" ? " of teacher, auxiliary" : "") + " (resnet10-quarter, 64×64)", r.Value.Protocol["network"]));
        Assert.Equal("on", outcome.Final["student"].Protocol["flip test"]);
        Assert.Equal(outcome.Final["student"].ToJson(), File.ReadAllText(tiny.Folder("run").Metrics));

        // The predictions that the run keeps are those of its metrics.
        var truth = tiny.Data.Validation!;
        var results = CocoResults.Read(tiny.Folder("run").Results, truth.Skeleton.Count);
        Assert.Equal(truth.Persons.Select(p => (long?)p.Id), results.Select(r => r.AnnotationId));
        Assert.Equal(outcome.Final["student"].Metrics, PoseEvaluation.Run(truth, results, new Dictionary<string, string>()).Metrics);
    }

    [Fact]
    public void Evaluation_in_between_changes_nothing_of_the_training()
    {
        using var tiny = new TinyRun(validation: true);
        var recipe = TinyRun.Recipe(new SspcmOptions());
        tiny.Train(recipe, "end only");
        tiny.Train(recipe with { Evaluation = recipe.Evaluation with { Every = 1 } }, "every step");
        Assert.Equal(tiny.Model("end only"), tiny.Model("every step"));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Channels_without_labels_stay_as_they_were_drawn(string method)
    {
        using var tiny = new TinyRun();
        var recipe = TinyRun.Recipe(Method(method));
        tiny.Train(recipe, "run");
        var output = KnownSkeletons.Union24;
        using var start = new NetworkFactory(recipe.Model, output.Count, recipe.Seed, CPU).Create("student");
        using var end = SafeTensors.Open(tiny.Folder("run").Model).Read("final_layer.weight");
        for (var j = 0; j < output.Count; j++)
        {
            using var scope = NewDisposeScope();
            var same = end[j].equal(start.State().Single(s => s.Name == "final_layer.weight").Value[j].detach()).all().item<bool>();
            Assert.True(same == tiny.Data.Labelled.Skeleton.IndexOf(output.Keypoints[j]) < 0, output.Keypoints[j]);
        }
    }

    [Fact]
    public void A_broken_picture_ends_the_run_with_its_name()
    {
        using var tiny = new TinyRun();
        var image = tiny.Data.Labelled.Images[0].Path;
        foreach (var other in tiny.Data.Labelled.Images)
            File.WriteAllText(other.Path, "no picture");
        var problem = Assert.Throws<DataException>(() => tiny.Train(TinyRun.Recipe(new SupervisedOptions()), "run"));
        Assert.Contains(Path.GetDirectoryName(image)!, problem.Message);
    }

    [Fact]
    public void Two_hundred_steps_leave_no_tensor_behind()
    {
        using var tiny = new TinyRun();
        var recipe = TinyRun.Recipe(new SspcmOptions());
        recipe = recipe with
        {
            Model = recipe.Model with { InputWidth = 32, InputHeight = 32 },
            Training = recipe.Training with { Batch = 2, Steps = 200, EpochSteps = 25, LogEvery = 10, CheckpointEvery = 100 },
        };
        var live = new Dictionary<int, long>();
        tiny.Train(recipe, "run", on: e =>
        {
            if (e is StepDone done)
                live[done.Step] = Tensor.TotalCount;
        });
        Assert.Equal(200, live.Count);
        Assert.True(live[200] <= live[30], $"{live[30]} tensors after step 30, {live[200]} after step 200");
    }
}
