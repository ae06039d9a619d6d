using LeanPose.Cli.Terminal;
using LeanPose.Cli.Tests.Terminal;
using Xunit;

namespace LeanPose.Cli.Tests.Verbs;

/// <summary>What a user sees, from the real program: wrong input of every kind, and the way through.</summary>
public sealed class TrainVerbTests : IDisposable
{
    private readonly SmallProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Picture_that_is_missing()
    {
        File.Delete(_project["images", "2.jpg"]);
        await Refuses(ExitCode.Data, """
            error: 1 of 3 pictures are missing: 2.jpg.
              where:    folder PROJECT/images
              expected: every picture that PROJECT/persons.json names
              do:       check the path of the image folder, or fetch the pictures
            """, "train", "recipe.yaml");
    }

    [Fact]
    public async Task Picture_that_is_cut_off()
    {
        var file = _project["images", "2.jpg"];
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..1500]);
        await Refuses(ExitCode.Data, """
            error: The picture ends too early: the file is cut off.
              where:    PROJECT/images/2.jpg
              expected: a whole picture
              do:       copy or download the file again, or take it out of the data set
            """, "train", "recipe.yaml", "--set", "training.steps=4");
    }

    [Fact]
    public async Task Json_that_is_not_coco()
    {
        File.WriteAllText(_project["persons.json"], """{"shapes": []}""");
        await Refuses(ExitCode.Data, """
            error: The file is JSON but not COCO: "images", "annotations", "categories" are missing.
              where:    PROJECT/persons.json
              expected: "images", "annotations" and "categories" at the top level; found "shapes"
              do:       give the annotation file, or export it as COCO keypoints
            """, "train", "recipe.yaml");
    }

    [Fact]
    public async Task Keypoint_list_of_the_wrong_length()
    {
        _project.Change(coco => coco["annotations"]![1]!["keypoints"]!.AsArray().RemoveAt(50));
        await Refuses(ExitCode.Data, """
            error: The keypoints list has 50 numbers.
              where:    PROJECT/persons.json, annotations[1].keypoints (annotation id 12)
              expected: 51 numbers: x, y, v for each of 17 keypoints
              do:       write every keypoint of the category, 0, 0, 0 for one without a label
            """, "train", "recipe.yaml");
    }

    [Fact]
    public async Task Annotation_that_points_at_no_picture()
    {
        _project.Change(coco => coco["annotations"]![2]!["image_id"] = 99);
        await Refuses(ExitCode.Data, """
            error: The annotation belongs to image 99, which is not in the file.
              where:    PROJECT/persons.json, annotations[2].image_id (annotation id 13)
              expected: the id of one of the 3 images of PROJECT/persons.json
              do:       add the image to "images", or take the annotation out
            """, "train", "recipe.yaml");
    }

    [Fact]
    public async Task Unknown_recipe_key_and_values_out_of_range_are_reported_together() => await Refuses(ExitCode.Usage, """
            error: The recipe recipe.yaml has 3 problems.
              where:    --set training.batchSize=8: training.batchSize: unknown key (did you mean 'batch'?)
              expected: one of batch, unlabelledBatch, steps, epochs, epochSteps, learningRate, milestones, gamma, warmupSteps, checkpointEvery, logEvery, device, deterministic, tf32, precision, threads, loaderThreads
              where:    --set model.inputWidth=30: model.inputWidth: found 30
              expected: a multiple of 32
              where:    --set augmentation.flipProbability=2: augmentation.flipProbability: found 2
              expected: from 0 to 1
              do:       correct it in the recipe, or with --set key.path=value; docs/recipes.md describes every key
            """, "train", "recipe.yaml", "--set", "training.batchSize=8", "--set", "model.inputWidth=30", "--set", "augmentation.flipProbability=2");

    [Fact]
    public async Task Folder_that_cannot_be_written_to() => await Refuses(ExitCode.Environment, """
            error: The output folder cannot be written to.
              where:    recipe.yaml/run (Could not find a part of the path 'PROJECT/recipe.yaml/run')
              expected: a folder that this user may write to
              do:       choose another folder with --out
            """, "train", "recipe.yaml", "--out", "recipe.yaml/run");

    [Fact]
    public async Task Run_is_trained_refused_and_resumed()
    {
        var done = await CommandLine.Run(_project.Path, "train", "recipe.yaml", "--set", "data.validation.images=images", "--set", "data.validation.annotations=persons.json", "--json", "m.json");
        Assert.Equal((ExitCode.Ok, ""), (done.ExitCode, string.Concat(done.Error.Split('\n').Where(l => !l.StartsWith("warning: ", StringComparison.Ordinal)))));
        foreach (var file in new[] { "recipe.yaml", "split.json", "log.jsonl", "model.safetensors", "metrics.json", "report.html", "checkpoints/last.safetensors" })
            Assert.True(File.Exists(_project["runs", "small", file]), file);
        Assert.Equal(File.ReadAllText(_project["runs", "small", "metrics.json"]).TrimEnd(), File.ReadAllText(_project["m.json"]).TrimEnd());
        Assert.DoesNotContain('\u001b', done.Output);

        await Refuses(ExitCode.Data, """
            error: The run folder holds a run already.
              where:    PROJECT/runs/small
              do:       Continue it with --resume, or choose another folder with --out.
            """, "train", "recipe.yaml");
        await Refuses(ExitCode.Data, """
            error: The checkpoint was made by another architecture or method: 126 tensors differ, the first is 'student/conv1.weight'.
              where:    PROJECT/runs/small/checkpoints/last.safetensors
              expected: resnet18 with method supervised
              do:       Resume with the recipe that started the run, or start a new run.
            """, "train", "runs/small", "--resume", "--set", "model.backbone=resnet18");
        Assert.Equal(ExitCode.Ok, (await CommandLine.Run(_project.Path, "train", "runs/small", "--resume")).ExitCode);
    }

    [Fact]
    public async Task Resumed_run_describes_itself_as_it_goes_on()
    {
        var recipe = _project["runs", "small", "recipe.yaml"];
        Assert.Equal(ExitCode.Ok, (await CommandLine.Run(_project.Path, "train", "recipe.yaml")).ExitCode);

        // A process that is killed before its first checkpoint leaves this; other values may be tried then.
        Directory.Delete(_project["runs", "small", "checkpoints"], recursive: true);
        File.Delete(_project["runs", "small", "model.safetensors"]);
        Assert.Equal(ExitCode.Ok, (await CommandLine.Run(_project.Path, "train", "runs/small", "--resume", "--set", "training.batch=3")).ExitCode);
        Assert.Contains("  batch: 3\n", File.ReadAllText(recipe));
        Assert.Equal(ExitCode.Ok, (await CommandLine.Run(_project.Path, "train", "runs/small", "--resume")).ExitCode);

        // Values that made a checkpoint stay what they are; where the data lie may change.
        Assert.Contains("training.batch was 3 and now is 2", (await CommandLine.Run(_project.Path, "train", "runs/small", "--resume", "--set", "training.batch=2")).Error);
        Directory.CreateDirectory(_project["moved"]);
        Directory.Move(_project["images"], _project["moved", "images"]);
        File.Move(_project["persons.json"], _project["moved", "persons.json"]);
        Assert.Equal(ExitCode.Ok, (await CommandLine.Run(_project.Path, "train", "runs/small", "--resume", "--set", "data.root=moved")).ExitCode);
        var kept = File.ReadAllText(recipe);
        Assert.Contains("  batch: 3\n", kept);
        Assert.Contains($"root: {_project["moved"]}\n", kept);
        Assert.Contains(_project["moved"], File.ReadAllText(_project["runs", "small", "split.json"]));
    }

    [Fact]
    public async Task A_run_whose_last_checkpoint_was_put_aside_goes_on_without_the_weights_it_started_from()
    {
        Assert.Equal(ExitCode.Ok, (await CommandLine.Run(_project.Path, "train", "recipe.yaml", "--out", "first")).ExitCode);
        // Of a checkpoint, the deployed network; converted, it is a model of its own.
        Assert.Equal(ExitCode.Ok, (await CommandLine.Run(_project.Path, "weights", "convert", "first/checkpoints/last.safetensors", "w.safetensors")).ExitCode);
        Assert.Equal(ExitCode.Ok, (await CommandLine.Run(_project.Path, "predict", "w.safetensors", "images/1.jpg", "--out", "drawn")).ExitCode);
        Assert.Equal(ExitCode.Ok, (await CommandLine.Run(_project.Path, "train", "recipe.yaml", "--set", "model.weights=w.safetensors", "--out", "run")).ExitCode);

        File.Delete(_project["w.safetensors"]);
        File.Move(_project["run", "checkpoints", "last.safetensors"], _project["run", "checkpoints", "healthy.safetensors"]);
        var resumed = await CommandLine.Run(_project.Path, "train", "run", "--resume");
        Assert.True(resumed.ExitCode == ExitCode.Ok, resumed.Error);

        File.AppendAllText(_project["run", "log.jsonl"], """{"event":"end","step":2,"outcome":"Collapsed","message":""}""" + "\n");
        var predicted = await CommandLine.Run(_project.Path, "predict", "run", "images/1.jpg", "--out", "drawn");
        Assert.Equal((ExitCode.Ok, "warning: The run run collapsed at step 2; its last healthy checkpoint, of step 2, is used.\n"), (predicted.ExitCode, predicted.Error));
    }

    private async Task Refuses(int exitCode, string error, params string[] arguments)
    {
        var end = await CommandLine.Run(_project.Path, arguments);
        Assert.Equal(error + "\n", end.Error.Replace(_project.Path, "PROJECT"));
        Assert.Equal(exitCode, end.ExitCode);
    }
}
