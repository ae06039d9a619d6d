using System.Buffers;
using System.Collections.Concurrent;
using LeanPose.Datasets;
using LeanPose.Heatmaps;
using LeanPose.Randomness;
using LeanPose.Skeletons;

namespace LeanPose.Learning.Loading;

/// <summary>One step's crops and targets in plain memory.</summary>
/// <param name="Labelled">B·H·W·3 bytes.</param>
/// <param name="Target">B·J·h·w.</param>
/// <param name="Weight">B·J.</param>
/// <param name="Unlabelled">Bu·H·W·3 bytes; empty for steps without.</param>
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
    private readonly ConcurrentQueue<HostBatch> _free = new();

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

    /// <summary>Makes one step's batch, in the memory of one that was given back if there is any.</summary>
    /// <param name="step">Steps before it.</param>
    /// <param name="unlabelled">Whether the step uses unlabelled persons.</param>
    public HostBatch Make(long step, bool unlabelled)
    {
        var batch = _free.TryDequeue(out var used) ? used : Empty();
        var bytes = unlabelled ? _unlabelledBatch * CropBytes : 0;
        if (batch.Unlabelled.Length != bytes)
            batch = batch with { Unlabelled = new byte[bytes] };
        var own = ArrayPool<Keypoint>.Shared.Rent(_labelled.Skeleton.Count);
        var output = ArrayPool<Keypoint>.Shared.Rent(_output.Count);
        Labelled(step, batch, own.AsSpan(0, _labelled.Skeleton.Count), output.AsSpan(0, _output.Count));
        ArrayPool<Keypoint>.Shared.Return(own);
        ArrayPool<Keypoint>.Shared.Return(output);
        if (unlabelled)
            Unlabelled(step, batch, _unlabelled ?? throw new ArgumentException("There are no unlabelled persons.", nameof(unlabelled)));
        return batch;
    }

    /// <summary>Gives a batch's memory back for another step; nobody may read it any more.</summary>
    public void Reuse(HostBatch batch) => _free.Enqueue(batch);

    private int CropBytes => _crops.Width * _crops.Height * 3;

    private int MapSize => _codec.Width * _codec.Height;

    private HostBatch Empty() => new(
        new byte[_batch * CropBytes],
        new float[_batch * _output.Count * MapSize],
        new float[_batch * _output.Count],
        []);

    private void Labelled(long step, HostBatch batch, Span<Keypoint> own, Span<Keypoint> output)
    {
        var joints = _output.Count;
        for (var i = 0; i < _batch; i++)
        {
            // Labelled persons are drawn with replacement (specification 2.4), the same for every method.
            var person = _labelled.Persons[KeyedRandom.For(_seed, "labelled person", step, i).NextInt(_labelled.Persons.Length)];
            _crops.Augmented(person, _labelled.Skeleton, KeyedRandom.For(_seed, "labelled view", step, i), batch.Labelled.AsSpan(i * CropBytes, CropBytes), own);
            output.Clear();
            for (var j = 0; j < own.Length; j++)
            {
                if (_channels[j] >= 0)
                    output[_channels[j]] = own[j];
            }

            _codec.Encode(output, batch.Target.AsSpan(i * joints * MapSize, joints * MapSize), batch.Weight.AsSpan(i * joints, joints));
        }
    }

    private void Unlabelled(long step, HostBatch batch, PoseDataset persons)
    {
        for (var i = 0; i < _unlabelledBatch; i++)
        {
            var person = persons.Persons[UnlabelledIndex((step * _unlabelledBatch) + i, persons.Persons.Length)];
            _crops.Augmented(person, persons.Skeleton, KeyedRandom.For(_seed, "unlabelled view", step, i), batch.Unlabelled.AsSpan(i * CropBytes, CropBytes), []);
        }
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
