using LeanPose.Learning.Methods;
using LeanPose.Learning.Recipes;
using LeanPose.Learning.Training;
using LeanPose.Testing;

namespace LeanPose.Learning.Tests;

/// <summary>Training runs of seconds: a tiny network, 64×64 crops, a handful of made-up persons.</summary>
internal sealed class TinyRun : IDisposable
{
    private readonly TempFolder _folder = new();

    public TinyRun(bool validation = false)
    {
        var labelled = MadeUpPeople.Make(_folder, "labelled", 7);
        Data = new(labelled, MadeUpPeople.Make(_folder, "unlabelled", 11).WithoutLabels(), validation ? MadeUpPeople.Make(_folder, "validation", 5) : null);
    }

    public TrainingData Data { get; }

    /// <summary>Six steps in epochs of two.</summary>
    public static Recipe Recipe(MethodOptions method) => new()
    {
        Name = "tiny",
        Method = method,
        Model = new() { Backbone = "resnet10-quarter", InputWidth = 64, InputHeight = 64 },
        Training = new() { Batch = 3, Steps = 6, EpochSteps = 2, CheckpointEvery = 2, LogEvery = 1, LoaderThreads = 2 },
    };

    public RunFolder Folder(string name) => RunFolder.Create(_folder[name], resume: true);

    public TrainingOutcome Train(Recipe recipe, string name, bool resume = false, Action<TrainingEvent>? on = null) =>
        new Trainer(recipe, Data, Folder(name)).Run(resume, on is null ? [] : [new Observer(on)], CancellationToken.None);

    /// <summary>Trains and asks for a stop when so many steps are done.</summary>
    public TrainingOutcome TrainUntil(Recipe recipe, string name, int step, bool resume = false)
    {
        using var stop = new CancellationTokenSource();
        var observer = new Observer(e =>
        {
            if (e is StepDone done && done.Step == step)
                stop.Cancel();
        });
        return new Trainer(recipe, Data, Folder(name)).Run(resume, [observer], stop.Token);
    }

    public byte[] Model(string name) => File.ReadAllBytes(Folder(name).Model);

    public void Dispose() => _folder.Dispose();

    private sealed class Observer(Action<TrainingEvent> on) : ITrainingObserver
    {
        public void On(TrainingEvent e) => on(e);
    }
}
