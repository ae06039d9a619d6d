using System.Globalization;
using LeanPose.Datasets;
using LeanPose.Learning.Guarding;
using LeanPose.Learning.Loading;
using LeanPose.Learning.Methods;
using LeanPose.Learning.Native;
using LeanPose.Learning.Recipes;
using LeanPose.Skeletons;
using static TorchSharp.torch;

namespace LeanPose.Learning.Training;

/// <summary>
/// Runs a recipe: batches in, losses of the method out, backward, optimiser; evaluation and checkpoints in between. It knows
/// no method by name, and everything it does at a step follows from the recipe and the step's number.
/// </summary>
public sealed class Trainer
{
    private readonly Recipe _recipe;
    private readonly TrainingData _data;
    private readonly RunFolder _run;
    private readonly RunPlan _plan;
    private readonly Skeleton _output;
    private readonly Device _device;
    private readonly ImageCache _images;
    private readonly RunEvaluator _evaluator;

    /// <summary>Prepares a run; nothing is read or written yet.</summary>
    /// <param name="recipe">A recipe without errors (see <c>RecipeCheck</c>).</param>
    /// <param name="data">Its persons.</param>
    /// <param name="run">Where everything goes.</param>
    /// <exception cref="NativeRuntimeException">The recipe's device is not there.</exception>
    public Trainer(Recipe recipe, TrainingData data, RunFolder run)
    {
        (_recipe, _data, _run) = (recipe, data, run);
        _plan = RunPlan.Of(recipe, data);
        _images = new ImageCache(disk: recipe.Data.Cache is { } folder ? new CutCache(folder, (long)recipe.Data.CacheGigabytes << 30) : null);
        _output = recipe.Model.Skeleton == "dataset" ? data.Labelled.Skeleton : KnownSkeletons.Find(recipe.Model.Skeleton)
            ?? throw new ArgumentException($"There is no skeleton '{recipe.Model.Skeleton}'.");
        _device = ComputeDevice.Open(recipe.Training.Device);
        _evaluator = new RunEvaluator(recipe, data, _plan, _device, _images);
    }

    /// <summary>Trains to the end, or until told to stop.</summary>
    /// <param name="resume">Whether to go on from the run's checkpoint; without one the run starts at the beginning.</param>
    /// <param name="observers">Are told what happens.</param>
    /// <param name="stop">Asks for a stop after the present step; everything is saved.</param>
    public TrainingOutcome Run(bool resume, IReadOnlyList<ITrainingObserver> observers, CancellationToken stop)
    {
        if (_recipe.Training.Threads is { } threads)
            set_num_threads(threads);
        if (_device.type == TorchSharp.DeviceType.CUDA)
        {
            // Switches of the whole process. An operator without a deterministic algorithm says so and runs nevertheless.
            NativeSwitches.SetDeterministic(_recipe.Training.Deterministic, warnOnly: true);
            NativeSwitches.SetCuDnnBenchmark(!_recipe.Training.Deterministic);
            ComputeDevice.SetTf32(_recipe.Training.Tf32);
        }

        using var alone = _run.Lock();
        RunCheckpoints.ClearHalves(_run);
        // A checkpoint holds all weights, so the files that a run started from may be gone by the time it is resumed.
        var checkpoint = resume ? _run.LatestCheckpoint : null;
        var resuming = checkpoint is not null;
        var factory = new NetworkFactory(resuming ? _recipe.Model.WithoutWeights() : _recipe.Model, _output.Count, _recipe.Seed, _device);
        var trained = _data.Labelled.Skeleton.MapTo(_output).Where(c => c >= 0).Order().ToArray();
        using var method = MethodCatalog.Create(_recipe.Method, new MethodContext
        {
            CreateNetwork = factory.Create,
            TrainedChannels = trained,
            Keypoints = _output.Count,
            FlipIndex = _output.FlipIndex,
            Sigma = _recipe.Model.Sigma,
            Crop = _recipe.Model.Crop,
            Width = _recipe.Model.InputWidth,
            Height = _recipe.Model.InputHeight,
            Seed = _recipe.Seed,
            Device = _device,
        });
        var flat = method.Networks.Select(n => new FlatParameters(n.Network)).ToList();
        var optimisers = method.Networks.Zip(flat, (n, f) => (n.Name, Adam: new Adam(f))).ToList();
        var deployed = method.Networks.First(n => n.Name == method.Deployed).Network;
        var model = ModelSpec.Create(deployed.BackboneName, _output, _data.Labelled.Skeleton, _recipe.Model.InputWidth, _recipe.Model.InputHeight, _recipe.Model.Sigma)
            with
        { Bgr = _recipe.Model.Bgr, Crop = _recipe.Model.Crop, Recipe = _recipe.Name, Method = _recipe.Method.Name };
        var state = new TrainingState(0, 0, _plan.RecipeKey(_recipe), model, method, optimisers) { DataKey = _data.Key };
        try
        {
            if (resuming)
                state = Checkpoint.Load(checkpoint!, state);
            var checkpoints = new RunCheckpoints(_run, resuming);
            using var log = new RunLog(_run, state.Step);
            var all = new Observers([log, .. observers]);
            all.Tell(new RunStarted(state.Step, _plan.TotalSteps, _plan.EpochSteps, _plan.Summary(_recipe, _data, resuming ? [$"all networks: step {state.Step} of the checkpoint"] : factory.Notes), _plan.Warnings(_recipe, _data)));
            if (!resuming && _recipe.Guard.Action == GuardAction.Rollback && CollapseGuard.For(_recipe, state.Guard) is not null)
                checkpoints.Save(state, healthy: true); // a collapse before the first checkpoint needs somewhere to go back to
            var outcome = Train(state, trained, checkpoints, all, stop);
            all.Tell(new RunEnded(outcome.Step, outcome.End, outcome.Message, log.Elapsed));
            return outcome;
        }
        finally
        {
            optimisers.ForEach(o => o.Adam.Dispose());
            flat.ForEach(f => f.Dispose());
        }
    }

    // Loops until the end, going back after a collapse as often as the recipe says.
    private TrainingOutcome Train(TrainingState state, int[] trained, RunCheckpoints checkpoints, Observers observers, CancellationToken stop)
    {
        while (true)
        {
            var clock = new StepClock(state.Seconds, _recipe.Training.Batch);
            var guard = CollapseGuard.For(_recipe, state.Guard);
            var rollbacks = state.Guard.Rollbacks;
            var (outcome, collapse) = Loop(state, trained, guard, clock, checkpoints, observers, stop);
            if (collapse is null)
                return outcome;
            if (_recipe.Guard.Action == GuardAction.Stop || rollbacks >= _recipe.Guard.Rollbacks || checkpoints.Healthy is not { } healthy)
                return Collapsed(collapse, rollbacks, checkpoints.Healthy);

            state = Checkpoint.Load(healthy, state);
            state = state with { Seconds = clock.Elapsed.TotalSeconds, Guard = state.Guard with { Rollbacks = rollbacks + 1 } };
            // What has changed is in the checkpoint before anything else happens: a run that is killed now goes on alike.
            checkpoints.Save(state, healthy: true);
            observers.Tell(new RolledBack(state.Step, collapse, _recipe.Guard.Change(state.Guard.Rollbacks)));
        }
    }

    private TrainingOutcome Collapsed(Alarm alarm, int rollbacks, string? healthy)
    {
        var before = rollbacks switch { 0 => "", 1 => "A rollback did not help. ", _ => $"{rollbacks} rollbacks did not help. " };
        var kept = healthy is null
            ? "There is no healthy checkpoint."
            : $"The last healthy checkpoint, of step {Checkpoint.Peek(healthy).Step}, is kept; a new run starts from it with --set model.weights={healthy}.";
        return new TrainingOutcome(TrainingEnd.Collapsed, alarm.Step, $"Collapsed at step {alarm.Step}. {alarm.What} {before}{alarm.Advice} {kept}", null);
    }

    private (TrainingOutcome Outcome, Alarm? Collapse) Loop(
        TrainingState start, int[] trained, CollapseGuard? guard, StepClock clock, RunCheckpoints checkpoints, Observers observers, CancellationToken stop)
    {
        var t = _recipe.Training;
        var method = start.Method;
        var schedule = new MultiStepSchedule(t.LearningRate, t.Milestones, t.Gamma, t.WarmupSteps);
        var crops = new CropMaker(_recipe.Model.InputWidth, _recipe.Model.InputHeight, _recipe.Augmentation, _images, _recipe.Model.Crop);
        var batches = new TrainingBatches(_data.Labelled, _data.Unlabelled, crops, start.Model.ToCodec(), _output, _recipe.Seed, t.Batch, _plan.UnlabelledBatch);
        using var loader = new Prefetcher<HostBatch>(step => batches.Make(step, method.UsesUnlabelled((int)step, _plan.TotalSteps)), start.Step, _plan.TotalSteps, t.LoaderThreads);
        using var engine = new TrainingStep(method, start.Optimisers, start.Model, trained, t.Batch, _plan.UnlabelledBatch, _device, _plan.UseBf16) { Steps = _plan.TotalSteps };
        Measurement? measured = null;

        // A stop may have cut the evaluation short that was due at that step.
        if (start.Step > 0 && start.Step < _plan.TotalSteps && IsMeasured(start.Step) && !RunLog.HasEvaluation(_run, start.Step))
            Evaluate(start, start.Step, observers, clock, stop);

        var saved = start.Step;
        for (var step = start.Step; step < _plan.TotalSteps; step++)
        {
            var batch = OrSaved(step, () => clock.Wait(loader.Next));
            // Not when an epoch ends: the last checkpoint's earlier periods would be the present one.
            if (step > 0 && step % _plan.EpochSteps == 0)
                method.NextEpoch();
            var epoch = step / _plan.EpochSteps;
            var done = step + 1;
            var due = done % _plan.CheckpointEvery == 0;
            var logged = done % t.LogEvery == 0 || done == _plan.TotalSteps || (guard is not null && (due || guard.LooksClosely));
            var rate = schedule.At(t.Epochs is null ? step : epoch, step) * (guard?.LearningRateFactor ?? 1);
            var numbers = engine.Run(batch, step, epoch, rate, logged, guard?.ConsistencyFactor ?? 1);
            batches.Reuse(batch);
            var loss = numbers.Loss;
            if (!double.IsFinite(loss))
                return (Diverged(step, $"The loss of step {done} is {loss.ToString(CultureInfo.InvariantCulture)}."), null);

            clock.Tick();
            observers.Tell(new StepDone(done, epoch, _plan.TotalSteps, loss, clock.ImagesPerSecond, clock.WaitShare, clock.Elapsed, clock.Remaining(_plan.TotalSteps - done)));
            if (numbers.Interval is { } interval)
            {
                observers.Tell(new StepLogged(done, interval.Steps, epoch, rate, interval.Means, clock.ImagesPerSecond, clock.WaitShare, clock.Elapsed) { PerKeypoint = interval.PerKeypoint });
                // Networks can go dark within a few steps; a mean over the interval would say so late.
                if (Watch(guard, VitalSigns.From(done, epoch, interval.Last, method.Deployed), observers) is { } collapse)
                    return (new TrainingOutcome(TrainingEnd.Collapsed, done, collapse.Message, null), collapse);
            }

            var last = done == _plan.TotalSteps;
            if (IsMeasured(done))
            {
                measured = OrSaved(done, () => Evaluate(start, done, observers, clock, stop));
                if (measured is null)
                    last = false;
            }

            var asked = stop.IsCancellationRequested;
            if (last || asked || due)
            {
                // A finite loss can have gradients that are not; a checkpoint must never hold what came of them.
                if (!IsFinite(method))
                    return (Diverged(done, $"Step {done} left weights that are not finite."), null);
                // A run that was stopped goes back to where one that was not would.
                Save(done, due && guard is { IsHealthy: true });
            }

            if (asked && !last)
                return (new TrainingOutcome(TrainingEnd.Stopped, done, $"Stopped after step {done} of {_plan.TotalSteps}; everything is saved. Go on with --resume.", null), null);
        }

        return (Finish(start with { Guard = guard?.State ?? start.Guard }, measured, observers, clock, stop), null);

        void Save(int step, bool healthy)
        {
            checkpoints.Save(start with { Step = step, Seconds = clock.Elapsed.TotalSeconds, Guard = guard?.State ?? start.Guard }, healthy);
            observers.Tell(new CheckpointWritten(step, _run.Checkpoint));
            saved = step;
        }

        // A picture that cannot be read must not cost the steps since the last checkpoint.
        T OrSaved<T>(int step, Func<T> read)
        {
            try
            {
                return read();
            }
            catch (DataException e)
            {
                if (step > saved && IsFinite(method))
                    Save(step, healthy: false);
                observers.Tell(new RunEnded(step, TrainingEnd.Failed, e.Problems[0].Problem, clock.Elapsed));
                throw saved == 0 ? e : e.With($"then go on with --resume: everything up to step {saved} is saved");
            }
        }
    }

    // The collapse for which the loop ends, if there is one.
    private Alarm? Watch(CollapseGuard? guard, VitalSigns? signs, Observers observers)
    {
        if (guard is null || signs is null)
            return null;
        var alarms = guard.Look(signs);
        foreach (var alarm in alarms)
            observers.Tell(new Alarmed(alarm.Step, alarm));
        return _recipe.Guard.Action == GuardAction.Warn ? null : alarms.FirstOrDefault(a => a.IsCollapse);
    }

    private bool IsMeasured(int step) =>
        _data.Validation is not null && (step == _plan.TotalSteps || (_recipe.Evaluation.Every is { } every && step % every == 0));

    private TrainingOutcome Diverged(int step, string what) => new(
        TrainingEnd.Diverged, step, what + (_run.LatestCheckpoint is not null ? " The last good checkpoint is kept." : "") + " Lower training.learningRate, or look for broken labels.", null);

    private static bool IsFinite(IMethod method)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return method.Networks.All(n => n.Network.State().All(s => s.Value.isfinite().all().item<bool>()));
    }

    // Also the way of a run that is resumed after its last step.
    private TrainingOutcome Finish(TrainingState state, Measurement? measured, Observers observers, StepClock clock, CancellationToken stop)
    {
        var model = state.Model with { Step = _plan.TotalSteps };
        if (_data.Validation is not null)
            measured ??= Evaluate(state, _plan.TotalSteps, observers, clock, stop);
        var network = state.Method.Networks.First(n => n.Name == state.Method.Deployed).Network;
        Weights.SafeTensors.Write(_run.Model, network.State(), new Dictionary<string, string> { [ModelSpec.MetadataKey] = model.ToJson() });
        if (measured is not null)
        {
            // The metrics come last: a run that has them has everything.
            CocoResults.Write(measured.Results, _run.Results);
            IO.AtomicFile.WriteAllText(_run.Metrics, measured.Reports[state.Method.Deployed].ToJson());
        }

        return new TrainingOutcome(TrainingEnd.Finished, _plan.TotalSteps, $"Finished {_plan.TotalSteps} steps.", measured?.Reports);
    }

    private Measurement? Evaluate(TrainingState state, int step, Observers observers, StepClock clock, CancellationToken stop)
    {
        Measurement? measured = null;
        try
        {
            clock.Pause(() => measured = _evaluator.Measure(state.Method, state.Model with { Step = step }, state.Guard.Rollbacks, stop));
        }
        catch (OperationCanceledException)
        {
            return null;
        }

        observers.Tell(new Evaluated(step, state.Method.Deployed, measured!.Reports, clock.Elapsed));
        return measured;
    }

    private sealed class Observers(IReadOnlyList<ITrainingObserver> all)
    {
        public void Tell(TrainingEvent e)
        {
            foreach (var observer in all)
                observer.On(e);
        }
    }
}
