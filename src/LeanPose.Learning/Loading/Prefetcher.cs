using System.Threading.Channels;

namespace LeanPose.Learning.Loading;

/// <summary>
/// Makes items ahead of their use on a bounded number of threads and hands them out in order. What an item holds is up to
/// its number alone, so the number of threads changes speed and nothing else.
/// </summary>
/// <typeparam name="T">The item.</typeparam>
public sealed class Prefetcher<T> : IDisposable
{
    private readonly Channel<Task<T>> _queue;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _producer;

    /// <summary>Starts making items.</summary>
    /// <param name="make">Makes the item of a number.</param>
    /// <param name="first">First number.</param>
    /// <param name="end">One past the last number.</param>
    /// <param name="threads">How many items are made (or wait to be used) at once.</param>
    public Prefetcher(Func<long, T> make, long first, long end, int threads)
    {
        _queue = Channel.CreateBounded<Task<T>>(Math.Max(1, threads));
        _producer = Task.Run(async () =>
        {
            // An item starts only when it has a place in the queue, which bounds both threads and memory.
            for (var n = first; n < end && await _queue.Writer.WaitToWriteAsync(_stop.Token).ConfigureAwait(false); n++)
            {
                var number = n;
                _queue.Writer.TryWrite(Task.Run(() => make(number)));
            }

            _queue.Writer.Complete();
        });
    }

    /// <summary>The next item; what its making threw is thrown here.</summary>
    /// <exception cref="InvalidOperationException">The last item was handed out already.</exception>
    public T Next()
    {
        if (!_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult() || !_queue.Reader.TryPeek(out var item))
            throw new InvalidOperationException("There are no more items.");
        try
        {
            return item.GetAwaiter().GetResult();
        }
        finally
        {
            // It keeps its place until it is done, so that no other item is made beyond the bound.
            _queue.Reader.TryRead(out _);
        }
    }

    /// <summary>Stops making items.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        try
        {
            _producer.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            // That is how it stops.
        }

        // Items still being made read files; they are let finish before what they use goes away.
        while (_queue.Reader.TryRead(out var item))
            ((IAsyncResult)item).AsyncWaitHandle.WaitOne();
        _stop.Dispose();
    }
}
