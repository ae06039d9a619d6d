using System.Diagnostics;

namespace LeanPose.Learning.Training;

/// <summary>Training time (evaluation left out), speed over the last steps, and the share of time spent waiting for data.</summary>
internal sealed class StepClock(double secondsBefore, int batch)
{
    // Speed is that of the last so many steps: the first steps of a process are slower than the rest.
    private const int Window = 20;
    private readonly Stopwatch _total = Stopwatch.StartNew();
    private readonly Stopwatch _waiting = new();
    private readonly Queue<(TimeSpan At, TimeSpan Waited)> _ticks = new([(TimeSpan.Zero, TimeSpan.Zero)]);

    public TimeSpan Elapsed => TimeSpan.FromSeconds(secondsBefore) + _total.Elapsed;

    public double ImagesPerSecond { get; private set; }

    public double WaitShare { get; private set; }

    public T Wait<T>(Func<T> action)
    {
        _waiting.Start();
        try
        {
            return action();
        }
        finally
        {
            _waiting.Stop();
        }
    }

    public void Pause(Action action)
    {
        _total.Stop();
        try
        {
            action();
        }
        finally
        {
            _total.Start();
        }
    }

    public void Tick()
    {
        _ticks.Enqueue((_total.Elapsed, _waiting.Elapsed));
        if (_ticks.Count > Window + 1)
            _ticks.Dequeue();
        var (at, waited) = _ticks.Peek();
        var seconds = (_total.Elapsed - at).TotalSeconds;
        ImagesPerSecond = batch * (_ticks.Count - 1) / Math.Max(seconds, 1e-9);
        WaitShare = (_waiting.Elapsed - waited).TotalSeconds / Math.Max(seconds, 1e-9);
    }

    public TimeSpan Remaining(int steps) => TimeSpan.FromSeconds(ImagesPerSecond > 0 ? steps * batch / ImagesPerSecond : 0);
}
