using LeanPose.Learning.Methods;
using LeanPose.Learning.Training;
using Xunit;

namespace LeanPose.Learning.Tests.Guarding;

public sealed class CollapseTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1, 1, 0, 0.25, 30)]
    [InlineData(1, 100, 150, 0.25, 30)]
    [InlineData(1, 300, 150, 0.25, 30)]
    [InlineData(1, 1000, 150, 0.0, 0)]
    [InlineData(0.001, 10, 0, 0.25, 30)]
    public void Try(double supervised, double consistency, int ramp, double scale, double rotation)
    {
        using var tiny = new TinyRun();
        var method = new PoseConsOptions { SupervisedWeight = supervised, ConsistencyWeight = consistency, ConsistencyRampupSteps = ramp, HardScale = scale, HardRotation = rotation, Views = ["none"] };
        var recipe = TinyRun.Recipe(method);
        recipe = recipe with
        {
            Model = recipe.Model with { InputWidth = 32, InputHeight = 32, Skeleton = "dataset" },
            Augmentation = new() { Scale = 0, Rotation = 0, FlipProbability = 0 },
            Training = recipe.Training with { Steps = 300, EpochSteps = 20, LogEvery = 10, CheckpointEvery = 50, LearningRate = 3e-3, Batch = 7 },
            Guard = new() { FromStep = 20 },
        };
        var data = tiny.Data with { Unlabelled = tiny.Data.Labelled.WithoutLabels() };
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var outcome = new Trainer(recipe, data, tiny.Folder("run")).Run(false, [new Printer(output)], CancellationToken.None);
        output.WriteLine(outcome.ToString() + clock.Elapsed);
    }

    private sealed class Printer(ITestOutputHelper output) : ITrainingObserver
    {
        public void On(TrainingEvent e)
        {
            if (e is StepLogged l)
                output.WriteLine(FormattableString.Invariant($"{l.Step} L {l.Scalars["labelled/maximum/student"]:0.000} U {l.Scalars["pseudo/maximum/student"]:0.000} hard {l.Scalars["pseudo/hard/student"]:0.000} E {l.Scalars["pseudo/energy"]:0.0000} r {l.Scalars["pseudo/ratio/student"]:0.0000} gap {l.Scalars["pseudo/gap/student"]:0.00} s {l.Scalars["loss/supervised/student"]:0.00000} c {l.Scalars["loss/consistency/student"]:0.000000}"));
            else if (e is not StepDone and not RunStarted and not CheckpointWritten)
                output.WriteLine(e.ToString()!);
        }
    }
}
