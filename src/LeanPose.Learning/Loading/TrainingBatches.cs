using LeanPose.Datasets;
using LeanPose.Heatmaps;
using LeanPose.Randomness;
using LeanPose.Skeletons;

namespace LeanPose.Learning.Loading;

/// <summary>One step's crops and targets in plain memory.</summary>
/// <param name="Labelled">B·H·W·3 bytes.</param>
/// <param name="Target">B·J·h·w.</param>
/// <param name="Weight">B·J.</param>
/// <param name="Unlabelled">Bu·H·W·3 bytes; empty for methods without.</param>
public sealed record HostBatch(byte[] Labelled, float[] Target, float[] Weight, byte[] Unlabelled);

/// <summary>
/// Makes the batch of any step, as a pure function of the seed and the step's number: nothing depends on the thread, on
/// the batches before, or on whether the run was resumed.
/// </summary>
public sealed class TrainingBatches
{
    private readonly PoseDataset _labelled;
    private readonly PoseDataset? _unlabelled;
    private readonly CropMaker _crops;
    private readonly HeatmapCodec _codec;
    private readonly Skeleton _output;
    private readonly int[] _channels;
    private readonly long _seed;
    private readonly int _batch;
    private readonly int _unlabelledBatch;

    /// <summary>Ties data, crops and targets together.</summary>
    /// <param name="labelled">Persons with labels.</param>
    /// <param name="unlabelled">Persons without, or null.</param>
    /// <param name="crops">Cuts them out.</param>
    /// <param name="codec">Draws the targets.</param>
    /// <param name="output">The network's output channels, met by name.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="batch">Labelled persons per step (B).</param>
    /// <param name="unlabelledBatch">Unlabelled persons per step (Bu).</param>
    public TrainingBatches(PoseDataset labelled, PoseDataset? unlabelled, CropMaker crops, HeatmapCodec codec, Skeleton output, long seed, int batch, int unlabelledBatch)
    {
        (_labelled, _unlabelled, _crops, _codec, _output, _seed, _batch, _unlabelledBatch) = (labelled, unlabelled, crops, codec, output, seed, batch, unlabelledBatch);
        _channels = [.. labelled.Skeleton.MapTo(output)];
    }

    /// <summary>Makes one step's batch.</summary>
    public HostBatch Make(long step)
    {
        var cropBytes = _crops.Width * _crops.Height * 3;
        var mapSize = _codec.Width * _codec.Height;
        var joints = _output.Count;
        var labelled = new byte[_batch * cropBytes];
        var target = new float[_batch * joints * mapSize];
        var weight = new float[_batch * joints];
        var own = new Keypoint[_labelled.Skeleton.Count];
        var output = new Keypoint[joints];
        for (var i = 0; i < _batch; i++)
        {
            // Labelled persons are drawn with replacement (specification 2.4), the same for every method.
            var person = _labelled.Persons[KeyedRandom.For(_seed, "labelled person", step, i).NextInt(_labelled.Persons.Length)];
            _crops.Augmented(person, _labelled.Skeleton, KeyedRandom.For(_seed, "labelled view", step, i), labelled.AsSpan(i * cropBytes, cropBytes), own);
            Array.Clear(output);
            for (var j = 0; j < own.Length; j++)
            {
                if (_channels[j] >= 0)
                    output[_channels[j]] = own[j];
            }

            _codec.Encode(output, target.AsSpan(i * joints * mapSize, joints * mapSize), weight.AsSpan(i * joints, joints));
        }

        var unlabelled = _unlabelled is null ? [] : new byte[_unlabelledBatch * cropBytes];
        for (var i = 0; _unlabelled is not null && i < _unlabelledBatch; i++)
        {
            var person = _unlabelled.Persons[UnlabelledIndex((step * _unlabelledBatch) + i, _unlabelled.Persons.Length)];
            _crops.Augmented(person, _unlabelled.Skeleton, KeyedRandom.For(_seed, "unlabelled view", step, i), unlabelled.AsSpan(i * cropBytes, cropBytes), []);
        }

        return new HostBatch(labelled, target, weight, unlabelled);
    }

    // Unlabelled persons come in a new random order in every pass; passes need not end with a batch.
    private int UnlabelledIndex(long draw, int count)
    {
        var pass = draw / count;
        var order = _order;
        if (order is null || order.Pass != pass)
            _order = order = new Order(pass, KeyedRandom.For(_seed, "unlabelled order", pass).Permutation(count));
        return order.Persons[draw % count];
    }

    private sealed record Order(long Pass, int[] Persons);

    // Only a memory of the last order asked for: threads may each make it anew, with the same result.
    private volatile Order? _order;
}
