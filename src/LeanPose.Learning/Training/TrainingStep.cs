using LeanPose.Learning.Loading;
using LeanPose.Learning.Methods;
using LeanPose.Learning.Native;
using static TorchSharp.torch;

namespace LeanPose.Learning.Training;

/// <summary>
/// One training step: bytes to tensors, the method's losses, backward, optimiser. It owns the one dispose scope of a step:
/// whatever the method makes inside is gone when the step is over.
/// </summary>
public sealed class TrainingStep : IDisposable
{
    private readonly IMethod _method;
    private readonly IReadOnlyList<(string Name, Adam Adam)> _optimisers;
    private readonly ModelSpec _model;
    private readonly int _batch;
    private readonly int _unlabelledBatch;
    private readonly Device _device;
    private readonly bool _bf16;
    private readonly Tensor _channelWeight;
    private readonly Lanes _lanes;
    private readonly IntervalTelemetry _interval;

    /// <summary>Ties method and optimisers together.</summary>
    /// <param name="method">The method.</param>
    /// <param name="optimisers">One for each of its networks.</param>
    /// <param name="model">Sizes of crops and heatmaps.</param>
    /// <param name="trainedChannels">Output channels that the labelled data annotates.</param>
    /// <param name="batch">Labelled persons (B).</param>
    /// <param name="unlabelledBatch">Unlabelled persons (Bu).</param>
    /// <param name="device">Where tensors live.</param>
    /// <param name="bf16">Whether convolutions run in bf16.</param>
    public TrainingStep(
        IMethod method, IReadOnlyList<(string Name, Adam Adam)> optimisers, ModelSpec model, IReadOnlyList<int> trainedChannels, int batch, int unlabelledBatch, Device device, bool bf16)
    {
        (_method, _optimisers, _model, _batch, _unlabelledBatch, _device, _bf16) = (method, optimisers, model, batch, unlabelledBatch, device, bf16);
        _interval = new IntervalTelemetry(model.Keypoints, trainedChannels);
        FreedMemory.Keep();
        var weight = new float[model.Keypoints.Length];
        foreach (var channel in trainedChannels)
            weight[channel] = 1;
        using var plain = tensor(weight, [1, weight.Length]);
        _channelWeight = plain.to(device, copy: true).DetachFromDisposeScope();
        _lanes = device.type == TorchSharp.DeviceType.CPU ? Lanes.For(method.Networks.Count, get_num_threads()) : Lanes.One;
    }

    /// <summary>Steps of the whole run.</summary>
    public int Steps { get; init; } = int.MaxValue;

    /// <summary>Runs the step.</summary>
    /// <param name="batch">Crops and targets.</param>
    /// <param name="step">Steps done before.</param>
    /// <param name="epoch">Epochs done before.</param>
    /// <param name="learningRate">For this step.</param>
    /// <param name="logged">Whether to give what the steps since the last logged one have told.</param>
    /// <param name="consistencyFactor">Factor of all losses on unlabelled persons.</param>
    /// <returns>The numbers; when the loss is not finite, nothing was changed.</returns>
    public StepNumbers Run(HostBatch batch, int step, int epoch, double learningRate, bool logged, double consistencyFactor = 1)
    {
        using var pause = FinalizerPause.Begin();
        using var scope = NewDisposeScope();
        var losses = Losses(batch, step, epoch, consistencyFactor);
        var loss = losses.Total.item<float>();
        if (!float.IsFinite(loss))
            return new StepNumbers(loss, null);
        _lanes.Run([.. losses.Parts.Select(p => (Action)(() => p.backward()))]);
        _lanes.Run([.. _optimisers.Select(o => (Action)(() => o.Adam.Step(step + 1, learningRate)))]);
        _method.EndStep(step, _lanes);
        _interval.Add(losses);
        if (!logged)
            return new StepNumbers(loss, null);
        ComputeDevice.Wait(_device); // what is logged has a time, and that is to be the time of work done
        return new StepNumbers(loss, _interval.Take());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _lanes.Dispose();
        _interval.Dispose();
        _channelWeight.Dispose();
    }

    private StepLosses Losses(HostBatch batch, int step, int epoch, double consistencyFactor)
    {
        int height = _model.InputHeight, width = _model.InputWidth, joints = _model.Keypoints.Length;
        var labelled = new LabelledBatch(
            Normalisation.ToInput(batch.Labelled, _batch, height, width, _device, _model.Bgr),
            ComputeDevice.Send(tensor(batch.Target, [_batch, joints, height / 4, width / 4]), _device),
            ComputeDevice.Send(tensor(batch.Weight, [_batch, joints]), _device));
        var unlabelled = _method.UsesUnlabelled(step, Steps)
            ? new UnlabelledBatch(Normalisation.ToInput(batch.Unlabelled, _unlabelledBatch, height, width, _device, _model.Bgr), _channelWeight)
            : null;
        var input = new StepInput(step, epoch, labelled, unlabelled) { Steps = Steps, Lanes = _lanes, ConsistencyFactor = consistencyFactor };
        if (!_bf16)
            return _method.Step(input);
        using var autocast = NativeSwitches.Autocast(_device.type, ScalarType.BFloat16);
        return _method.Step(input);
    }
}
