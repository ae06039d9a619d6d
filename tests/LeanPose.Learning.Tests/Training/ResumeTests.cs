using System.Collections.Immutable;
using System.Text.Json;
using LeanPose.Datasets;
using LeanPose.Learning.Methods;
using LeanPose.Learning.Prediction;
using LeanPose.Learning.Training;
using Xunit;

namespace LeanPose.Learning.Tests.Training;

/// <summary>What a run folder is good for when its run goes on, or should not. That a resumed run is as one that was not stopped stands in <see cref="TrainerTests"/>.</summary>
public sealed class ResumeTests
{
    [Fact]
    public void Another_recipe_cannot_resume_a_run()
    {
        using var tiny = new TinyRun();
        var recipe = TinyRun.Recipe(new SupervisedOptions());
        tiny.TrainUntil(recipe, "run", 1);
        var path = tiny.Folder("run").Checkpoint;
        var problem = Assert.Throws<DataException>(() => tiny.Train(recipe with { Training = recipe.Training with { LearningRate = 2e-3 } }, "run", resume: true));
        Assert.Equal($"""
            The checkpoint was made by a recipe with other values; a resumed run would be neither the one nor the other. training.learningRate was 0.001 and now is 0.002.
              where:    {path}
              expected: the recipe.yaml beside it
              do:       Resume without --set, or start a new run with --out.
            """, problem.Message);

        problem = Assert.Throws<DataException>(() => tiny.Train(recipe with { Seed = 5, Model = recipe.Model with { Sigma = 3 }, Training = recipe.Training with { Milestones = [4], Steps = 9 } }, "run", resume: true));
        Assert.Contains(" model.sigma was 2 and now is 3; seed was 1 and now is 5; training.milestones was [] and now is [4]; training.steps was 6 and now is 9.\n", problem.Message);

        // What the result does not depend on may change.
        tiny.Train(recipe with { Name = "renamed", Training = recipe.Training with { LogEvery = 3, LoaderThreads = 1 } }, "run", resume: true);
    }

    [Fact]
    public void Another_architecture_cannot_resume_a_run()
    {
        using var tiny = new TinyRun();
        var recipe = TinyRun.Recipe(new SupervisedOptions());
        tiny.TrainUntil(recipe, "run", 1);
        var path = tiny.Folder("run").Checkpoint;
        var problem = Assert.Throws<DataException>(() => tiny.Train(recipe with { Model = recipe.Model with { Skeleton = "dataset" } }, "run", resume: true));
        Assert.Equal($"""
            The checkpoint was made by another architecture or method: 4 tensors differ, the first is 'student/final_layer.weight'.
              where:    {path}
              expected: resnet10-quarter with method supervised
              do:       Resume with the recipe that started the run, or start a new run.
            """, problem.Message);
        Assert.StartsWith("The checkpoint was made by another architecture or method: ",
            Assert.Throws<DataException>(() => tiny.Train(TinyRun.Recipe(new SspcmOptions()), "run", resume: true)).Message);
    }

    [Fact]
    public void Other_persons_or_labels_cannot_resume_a_run()
    {
        using var tiny = new TinyRun();
        var recipe = TinyRun.Recipe(new PoseConsOptions());
        tiny.TrainUntil(recipe, "run", 1);
        var (labelled, unlabelled) = (tiny.Data.Labelled, tiny.Data.Unlabelled!);
        var moved = labelled.Persons[0] with { Keypoints = labelled.Persons[0].Keypoints.SetItem(0, new(1, 2, Visibility.Visible)) };
        foreach (var other in new[]
        {
            tiny.Data with { Labelled = With(labelled, labelled.Persons.SetItem(0, moved)) },
            tiny.Data with { Labelled = With(labelled, [.. labelled.Persons.Reverse()]) },
            tiny.Data with { Unlabelled = With(unlabelled, unlabelled.Persons[1..]) },
        })
        {
            var problem = Assert.Throws<DataException>(() => new Trainer(recipe, other, tiny.Folder("run")).Run(resume: true, [], CancellationToken.None));
            Assert.StartsWith("The checkpoint was made with other persons, boxes or labels: labelled 7 persons (", problem.Message);
            Assert.Contains($"now there are: {other.Key}.", problem.Message);
        }

        // Labels of persons that are to have none change nothing.
        var hidden = tiny.Data with { Unlabelled = With(unlabelled, [.. unlabelled.Persons.Select(p => p with { Keypoints = labelled.Persons[0].Keypoints })]) };
        Assert.Equal(tiny.Data.Key, hidden.Key);

        static PoseDataset With(PoseDataset data, ImmutableArray<PersonInstance> persons) => new(data.Name, data.Skeleton, data.Images, persons);
    }

    /// <summary>A broken picture ends a run with nothing lost, and once it is mended the run goes on to the same bytes.</summary>
    [Fact]
    public void A_picture_that_cannot_be_read_loses_no_step()
    {
        using var tiny = new TinyRun(validation: true);
        var recipe = TinyRun.Recipe(new PoseDualOptions());
        recipe = recipe with { Training = recipe.Training with { CheckpointEvery = 100 } };
        tiny.Train(recipe, "whole");

        // Which step draws whom first follows from the seed: some labelled person comes after the first step and before the end.
        Assert.Contains(tiny.Data.Labelled.Persons, p => Reached(p) is > 0 and < 6);
        Assert.Equal(6, Reached(tiny.Data.Validation!.Persons[0]));

        int? Reached(PersonInstance person)
        {
            var (name, path, whole) = ($"{person.Id} {Path.GetFileName(person.Image.Path)}", person.Image.Path, File.ReadAllBytes(person.Image.Path));
            RunEnded? end = null;
            var problem = Record.Exception(() => tiny.Train(recipe, name, on: e =>
            {
                if (e is RunStarted)
                    File.WriteAllText(path, "no picture");
                end = e as RunEnded ?? end;
            }));
            File.WriteAllBytes(path, whole);
            if (problem is null)
                return null;

            Assert.IsType<DataException>(problem);
            Assert.Equal(TrainingEnd.Failed, end!.End);
            if (end.Step > 0)
            {
                Assert.EndsWith($"; then go on with --resume: everything up to step {end.Step} is saved", problem.Message);
                Assert.Equal(end.Step, TrainerTests.FiniteCheckpoint(tiny.Folder(name).Checkpoint));
            }

            tiny.Train(recipe, name, resume: true);
            Assert.Equal(tiny.Model("whole"), tiny.Model(name));
            return end.Step;
        }
    }

    [Fact]
    public void An_evaluation_that_a_stop_cut_short_is_made_up_for_once()
    {
        using var tiny = new TinyRun(validation: true);
        var recipe = TinyRun.Recipe(new SupervisedOptions());
        recipe = recipe with { Evaluation = recipe.Evaluation with { Every = 2 } };
        tiny.TrainUntil(recipe, "run", 2);
        var measured = new List<int>();
        foreach (var stop in new[] { 3, 5 })
        {
            Assert.Equal(TrainingEnd.Stopped, tiny.TrainUntil(recipe, "run", stop, resume: true).End);
            measured.Add(File.ReadLines(tiny.Folder("run").Log).Count(l => l.Contains("\"event\":\"evaluation\"", StringComparison.Ordinal)));
        }

        Assert.Equal([1, 2], measured); // step 2 when it went on, step 4 in its time
        tiny.Train(recipe, "run", resume: true);
        Assert.Equal([2, 4, 6], File.ReadLines(tiny.Folder("run").Log).Select(l => JsonDocument.Parse(l).RootElement).Where(e => e.GetProperty("event").GetString() == "evaluation").Select(e => e.GetProperty("step").GetInt32()));
    }

    [Fact]
    public void Two_processes_cannot_train_in_one_folder()
    {
        using var tiny = new TinyRun();
        var recipe = TinyRun.Recipe(new SupervisedOptions());
        using (tiny.Folder("run").Lock())
            Assert.StartsWith("Another process is training in this run folder.", Assert.Throws<DataException>(() => tiny.Train(recipe, "run")).Message);
        tiny.TrainUntil(recipe, "run", 3);

        // What a killed one has left is cleared away.
        var half = Path.Combine(Path.GetDirectoryName(tiny.Folder("run").Checkpoint)!, ".last.safetensors.0123.tmp");
        File.WriteAllText(half, "half a file");
        tiny.Train(recipe, "run", resume: true);
        Assert.False(File.Exists(half));
        Assert.Empty(Directory.GetFiles(tiny.Folder("run").Path, ".lock"));
    }

    [Fact]
    public void A_finished_run_is_its_model_whatever_became_of_its_checkpoint()
    {
        using var tiny = new TinyRun();
        tiny.Train(TinyRun.Recipe(new PoseDualOptions()), "run");
        var run = tiny.Folder("run");
        File.WriteAllBytes(run.Checkpoint, File.ReadAllBytes(run.Checkpoint)[..^100]);
        using var predictor = PosePredictor.Load(run.Path);
        Assert.Equal(6, predictor.Model.Step);
        Assert.Equal(run.Checkpoint, Assert.Throws<DataException>(() => PosePredictor.Load(run.Path, mean: true)).Problems[0].Where);
    }
}
