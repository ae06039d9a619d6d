using LeanPose.Cli.Recipes;
using LeanPose.Cli.Terminal;
using LeanPose.Heatmaps;
using LeanPose.Learning.Methods;
using LeanPose.Learning.Recipes;
using Xunit;

namespace LeanPose.Cli.Tests.Recipes;

public sealed class RecipeReaderTests
{
    private const string Good = """
        name: trial   # a comment
        data:
          root: here
          labelled:
            images: images
            annotations: a.json
            first: 50
          unlabelled: {images: more}
        method:
          name: sspcm
          scoreThreshold: 0.25
          featureMasking: true
        training:
          batch: 8
          steps: 300
          milestones: [200, 250]
          learningRate: 5e-4
          precision: bf16
        evaluation:
          decoder: dark
        """;

    [Fact]
    public void Fields_that_stand_there_are_taken_and_the_others_keep_their_defaults()
    {
        var recipe = Read(Good);
        Assert.Equal("trial", recipe.Name);
        Assert.Equal(new PersonSource { Images = "images", Annotations = "a.json", First = 50 }, recipe.Data.Labelled);
        Assert.Equal(new PersonSource { Images = "more" }, recipe.Data.Unlabelled);
        Assert.Null(recipe.Data.Validation);
        Assert.Equal(new SspcmOptions { ScoreThreshold = 0.25, FeatureMasking = true }, recipe.Method);
        Assert.Equal([200, 250], recipe.Training.Milestones);
        Assert.Equal(
            new TrainingRecipe { Batch = 8, Steps = 300, LearningRate = 5e-4, Precision = Precision.Bf16 },
            recipe.Training with { Milestones = [] });
        Assert.Equal(Decoder.Dark, recipe.Evaluation.Decoder);
        Assert.Equal(new ModelRecipe(), recipe.Model);
    }

    [Fact]
    public void Overrides_win_and_reach_keys_the_file_does_not_have()
    {
        var recipe = Read(Good, "training.batch=16", "training.steps=null", "training.epochs = 300", "data.validation.images=v", "data.validation.annotations=v.json", "training.milestones=[10, 20]", "name=\"a = b\"");
        Assert.Equal(16, recipe.Training.Batch);
        Assert.Null(recipe.Training.Steps);
        Assert.Equal(300, recipe.Training.Epochs);
        Assert.Equal(new PersonSource { Images = "v", Annotations = "v.json" }, recipe.Data.Validation);
        Assert.Equal([10, 20], recipe.Training.Milestones);
        Assert.Equal("a = b", recipe.Name);
    }

    [Fact]
    public void Every_problem_is_reported_with_its_place()
    {
        var e = Assert.Throws<CommandException>(() => Read("""
            data:
              labelled: {images: images, annotations: a.json}
            model:
              inputWidth: 100
            training:
              batchSize: 8
              steps: many
              learningRate: 0
            evaluation:
              decoder: darc
            batch: 4
            """, "training.milestone=[1]", "augmentation.scale=2"));
        Assert.Equal(ExitCode.Usage, e.ExitCode);
        Assert.Equal("""
            The recipe r.yaml has 8 problems.
              where:    r.yaml:6: training.batchSize: unknown key (did you mean 'batch'?)
              expected: one of batch, unlabelledBatch, steps, epochs, epochSteps, learningRate, milestones, gamma, warmupSteps, checkpointEvery, logEvery, device, deterministic, tf32, precision, threads, loaderThreads
              where:    r.yaml:7: training.steps: found 'many'
              expected: a whole number
              where:    --set training.milestone=[1]: training.milestone: unknown key (did you mean 'milestones'?)
              expected: one of batch, unlabelledBatch, steps, epochs, epochSteps, learningRate, milestones, gamma, warmupSteps, checkpointEvery, logEvery, device, deterministic, tf32, precision, threads, loaderThreads
              where:    r.yaml:10: evaluation.decoder: found 'darc' (did you mean 'dark'?)
              expected: one of argMax, quarterOffset, dark, softArgMax
              where:    r.yaml:11: batch: unknown key (did you mean 'training.batch'?)
              expected: one of name, description, seed, data, model, method, augmentation, training, guard, evaluation
              where:    r.yaml:4: model.inputWidth: found 100
              expected: a multiple of 32
              where:    --set augmentation.scale=2: augmentation.scale: found 2
              expected: 0 or more and below 1
              where:    r.yaml:8: training.learningRate: found 0
              expected: above 0, 10 at most
              do:       correct it in the recipe, or with --set key.path=value; docs/recipes.md describes every key
            """, e.Message, ignoreLineEndingDifferences: true);
    }

    [Theory]
    [InlineData("method: {name: sspmc}", "r.yaml:1: method.name: found 'sspmc' (did you mean 'sspcm'?)", "one of supervised, posecons, posedual, multi-augs-single, multi-augs-dual, averaged-teacher, sspcm, dual-correct")]
    [InlineData("method: {scoreGate: true}", "r.yaml:1: method: found no name", "name: one of supervised, posecons, posedual, multi-augs-single, multi-augs-dual, averaged-teacher, sspcm, dual-correct")]
    [InlineData("method: sspcm", "r.yaml:1: method: found 'sspcm'", "keys below it, indented")]
    [InlineData("method: {name: supervised, scoreGate: true}", "r.yaml:1: method.scoreGate: unknown key", "no key besides name")]
    [InlineData("method: {name: sspcm, scoreGate: yes}", "r.yaml:1: method.scoreGate: found 'yes'", "true or false")]
    [InlineData("training: {milestones: 5}", "r.yaml:1: training.milestones: found '5'", "a list in brackets, for example [60, 90]")]
    [InlineData("training: {milestones: [5, x]}", "r.yaml:1: training.milestones[1]: found 'x'", "a whole number")]
    [InlineData("seed:", "r.yaml:1: seed: found nothing", "a whole number")]
    [InlineData("data: [1]", "r.yaml:1: data: found a list", "keys below it, indented")]
    [InlineData("seed: {a: 1}", "r.yaml:1: seed: found keys", "a whole number")]
    [InlineData("seed: 1.5", "r.yaml:1: seed: found '1.5'", "a whole number")]
    [InlineData("seed: 99999999999", "r.yaml:1: seed: found '99999999999'", "a whole number")]
    public void Names_what_was_found_and_what_is_expected(string yaml, string where, string expected)
    {
        var e = Assert.Throws<CommandException>(() => Read(yaml));
        Assert.Contains($"\n  where:    {where}\n  expected: {expected}\n", e.Message);
    }

    [Theory]
    [InlineData("a: [1", "The recipe is not YAML: ")]
    [InlineData("seed: 1\nseed: 2", "The recipe is not YAML: Duplicate key")]
    [InlineData("- 1", "The recipe does not consist of 'key: value' lines.\n  where:    r.yaml:1\n")]
    public void What_is_no_mapping_is_refused_with_its_line(string yaml, string start) =>
        Assert.StartsWith(start, Assert.Throws<CommandException>(() => Read(yaml)).Message);

    [Theory]
    [InlineData("training.batch")]
    [InlineData("=3")]
    [InlineData("training..batch=3")]
    public void An_override_needs_a_key_and_a_value(string assignment) => Assert.Equal(
        $"An override cannot be read.\n  where:    --set {assignment}\n  expected: key.path=value, for example training.batch=8",
        Assert.Throws<CommandException>(() => Read(Good, assignment)).Message);

    [Fact]
    public void A_recipe_that_is_not_there_is_named()
    {
        var e = Assert.Throws<CommandException>(() => RecipeReader.Read("nowhere/r.yaml", []));
        Assert.Equal("The recipe cannot be read.\n  where:    nowhere/r.yaml\n  expected: a recipe file (YAML)\n  do:       check the path; 'recipes/' holds some to start from", e.Message);
    }

    private static Recipe Read(string yaml, params string[] overrides) => RecipeReader.Parse("r.yaml", yaml, overrides);
}
