using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using TorchSharp;
using static TorchSharp.torch;

namespace LeanPose.Learning.Native;

/// <summary>
/// Runs the passes of a method's networks side by side on the CPU, each on a thread of its own. libtorch's own threads share
/// the work of one operator and wait for one another after each: that costs a part of the time when the machine is idle,
/// and nearly all of it when another program holds a core. Lanes wait for one another once a pass.
/// </summary>
/// <remarks>
/// Autograd's and autocast's switches belong to a thread, and a lane takes over its caller's; so do dispose scopes, and
/// every job has one of its own. What jobs compute does not depend on the number of lanes.
/// </remarks>
public sealed class Lanes : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread[] _threads;
    private readonly int _threadsPerLane;

    /// <summary>Starts the threads.</summary>
    /// <param name="count">How many jobs run at once; the caller's thread is one lane.</param>
    /// <param name="threadsPerLane">Threads of libtorch that share each operator of a lane.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public Lanes(int count, int threadsPerLane)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(threadsPerLane, 1);
        _threadsPerLane = threadsPerLane;
        _threads = [.. Enumerable.Range(2, count - 1).Select(n => new Thread(Serve) { IsBackground = true, Name = $"lane {n}" })];
        Array.ForEach(_threads, t => t.Start());
    }

    private Lanes() => _threads = [];

    /// <summary>One lane: the caller's thread, with all threads of libtorch.</summary>
    public static Lanes One { get; } = new();

    /// <summary>As many lanes as there are networks or threads, whichever are fewer, with the threads shared among them.</summary>
    /// <param name="networks">Networks that compute side by side.</param>
    /// <param name="threads">Threads of libtorch in all.</param>
    public static Lanes For(int networks, int threads)
    {
        var count = Math.Min(networks, threads);
        return count < 2 ? One : new Lanes(count, threads / count);
    }

    /// <summary>How many jobs run at once.</summary>
    public int Count => _threads.Length + 1;

    /// <summary>
    /// Runs all jobs, the first ones first, and waits for them. Jobs may share what they read; where two write the same,
    /// the result must not depend on their order.
    /// </summary>
    /// <param name="jobs">Each gives one tensor; what else it makes is disposed.</param>
    /// <returns>The tensors in the jobs' order, in the caller's dispose scope.</returns>
    /// <remarks>When jobs throw, the first one's exception is thrown here after all have ended.</remarks>
    public Tensor[] Run(params IReadOnlyList<Func<Tensor>> jobs) => [.. RunMany([.. jobs.Select(job => (Func<Tensor[]>)(() => [job()]))]).Select(r => r[0])];

    /// <summary>The same for jobs that give several tensors each.</summary>
    /// <param name="jobs">What a job makes and does not give back is disposed.</param>
    /// <returns>The tensors in the jobs' order, in the caller's dispose scope.</returns>
    public Tensor[][] RunMany(IReadOnlyList<Func<Tensor[]>> jobs)
    {
        var results = new Tensor[jobs.Count][];
        using var scope = NewDisposeScope();
        try
        {
            Run([.. jobs.Select((job, i) => (Action)(() => results[i] = [.. job().Select(r => r.DetachFromDisposeScope())]))]);
        }
        finally
        {
            foreach (var result in results.SelectMany(r => r ?? []))
                scope.Attach(result);
        }

        Array.ForEach(results, r => Array.ForEach(r, t => t.MoveToOuterDisposeScope()));
        return results;
    }

    /// <summary>Runs jobs that give nothing back.</summary>
    public void Run(params IReadOnlyList<Action> jobs)
    {
        if (jobs.Count == 0)
            return;
        var errors = new Exception?[jobs.Count];
        var state = ThreadState.Now();
        var next = -1;
        var threads = get_num_threads();
        UseThreads();
        var helpers = Math.Min(_threads.Length, jobs.Count - 1);
        using var done = new CountdownEvent(helpers + 1);
        for (var i = 0; i < helpers; i++)
            _work.Add(Drain);
        Drain();
        done.Wait();
        if (_threadsPerLane > 0)
            set_num_threads(threads);
        if (Array.Find(errors, e => e is not null) is { } error)
            ExceptionDispatchInfo.Throw(error);

        void Drain()
        {
            for (var i = Interlocked.Increment(ref next); i < jobs.Count; i = Interlocked.Increment(ref next))
            {
                try
                {
                    state.Apply(jobs[i]);
                }
                catch (Exception e)
                {
                    errors[i] = e;
                }
            }

            done.Signal();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // One lane belongs to everybody, and has nothing to end.
        if (_threads.Length == 0)
            return;
        _work.CompleteAdding();
        Array.ForEach(_threads, t => t.Join());
        _work.Dispose();
    }

    private void UseThreads()
    {
        if (_threadsPerLane > 0 && get_num_threads() != _threadsPerLane)
            set_num_threads(_threadsPerLane);
    }

    // libtorch keeps the number of threads for each thread that calls it.
    private void Serve()
    {
        UseThreads();
        foreach (var job in _work.GetConsumingEnumerable())
            job();
    }

    /// <summary>The switches of libtorch that belong to a thread.</summary>
    private sealed record ThreadState(bool Gradients, ScalarType? Autocast)
    {
        public static ThreadState Now() => new(is_grad_enabled(), NativeSwitches.AutocastType(DeviceType.CPU));

        public void Apply(Action job)
        {
            using var gradients = set_grad_enabled(Gradients);
            using var autocast = Autocast is { } type ? NativeSwitches.Autocast(DeviceType.CPU, type) : null;
            using var scope = NewDisposeScope();
            job();
        }
    }
}
