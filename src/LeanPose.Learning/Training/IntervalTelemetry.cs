using LeanPose.Learning.Methods;
using static TorchSharp.torch;

namespace LeanPose.Learning.Training;

/// <summary>
/// Keeps what the steps of a logging interval tell until it is logged. The numbers stay where they are computed, one vector a
/// step: to read them is to wait for the device.
/// </summary>
/// <param name="keypoints">Names of all output channels.</param>
/// <param name="trained">Those that have something to tell, in the order of the table.</param>
internal sealed class IntervalTelemetry(IReadOnlyList<string> keypoints, IReadOnlyList<int> trained) : IDisposable
{
    private readonly List<(string[] Scalars, string[] Columns, Tensor Values)> _steps = [];

    /// <summary>Takes in what a step tells; call it inside the step's dispose scope.</summary>
    public void Add(StepLosses losses)
    {
        using var noGradient = no_grad();
        var values = cat([losses.Total.reshape(1), .. losses.Scalars.Select(s => s.Value.reshape(1)), .. losses.PerKeypoint.Select(p => p.Value)]);
        _steps.Add((["loss", .. losses.Scalars.Select(s => s.Name)], [.. losses.PerKeypoint.Select(p => p.Name)], values.DetachFromDisposeScope()));
    }

    /// <summary>The numbers of all steps since the last call.</summary>
    public IntervalNumbers Take()
    {
        var (scalars, columns, last) = (new Dictionary<string, Mean>(), new Dictionary<string, Mean[]>(), new Dictionary<string, double>());
        foreach (var (names, tables, tensor) in _steps)
        {
            using var host = tensor.cpu();
            var values = host.data<float>().ToArray();
            last = names.Zip(values).ToDictionary(v => v.First, v => (double)v.Second);
            foreach (var (name, value) in last)
                scalars[name] = scalars.GetValueOrDefault(name).With(value);
            foreach (var (i, name) in tables.Index())
            {
                var column = columns.TryGetValue(name, out var known) ? known : columns[name] = new Mean[trained.Count];
                for (var k = 0; k < trained.Count; k++)
                    column[k] = column[k].With(values[names.Length + i * keypoints.Count + trained[k]]);
            }
        }

        var steps = _steps.Count;
        Forget();
        return new(steps, scalars.ToDictionary(s => s.Key, s => s.Value.Value), last, columns.Count == 0 ? KeypointTable.Empty : new(
            [.. trained.Select(c => keypoints[c])],
            columns.ToDictionary(c => c.Key, c => (IReadOnlyList<double>)[.. c.Value.Select(m => m.Value)])));
    }

    /// <inheritdoc/>
    public void Dispose() => Forget();

    private void Forget()
    {
        _steps.ForEach(s => s.Values.Dispose());
        _steps.Clear();
    }

    // Of the values that are numbers: a batch without a label of a keypoint says nothing of it.
    private readonly record struct Mean(double Sum, int Count)
    {
        public double Value => Sum / Count;

        public Mean With(double value) => double.IsFinite(value) ? new(Sum + value, Count + 1) : this;
    }
}
