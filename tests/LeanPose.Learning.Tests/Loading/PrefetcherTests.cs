using LeanPose.Learning.Loading;
using Xunit;

namespace LeanPose.Learning.Tests.Loading;

public sealed class PrefetcherTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Items_come_in_order_and_end(int threads)
    {
        using var loader = new Prefetcher<long>(n => n * n, 3, 40, threads);
        for (long n = 3; n < 40; n++)
            Assert.Equal(n * n, loader.Next());
        Assert.Equal("There are no more items.", Assert.Throws<InvalidOperationException>(() => loader.Next()).Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void No_more_items_are_made_at_once_than_threads(int threads)
    {
        int running = 0, most = 0;
        using var loader = new Prefetcher<int>(
            n =>
            {
                var now = Interlocked.Increment(ref running);
                for (var seen = most; now > seen; seen = most)
                    Interlocked.CompareExchange(ref most, now, seen);
                Thread.Yield();
                Interlocked.Decrement(ref running);
                return 0;
            },
            0, 300, threads);
        for (var n = 0; n < 300; n++)
            loader.Next();
        Assert.InRange(most, 1, threads);
    }

    [Fact]
    public void What_making_an_item_throws_is_thrown_where_it_is_asked_for()
    {
        using var loader = new Prefetcher<long>(n => n == 2 ? throw new InvalidDataException("item 2") : n, 0, 5, 2);
        Assert.Equal(0, loader.Next());
        Assert.Equal(1, loader.Next());
        Assert.Equal("item 2", Assert.Throws<InvalidDataException>(() => loader.Next()).Message);
        Assert.Equal(3, loader.Next());
    }

    [Fact]
    public async Task Disposing_waits_for_the_items_that_are_being_made_and_starts_no_other()
    {
        for (var round = 0; round < 200; round++)
        {
            int started = 0, finished = 0;
            using var gate = new ManualResetEventSlim();
            using var begun = new ManualResetEventSlim();
            var loader = new Prefetcher<int>(
                _ =>
                {
                    Interlocked.Increment(ref started);
                    begun.Set();
                    gate.Wait(TestContext.Current.CancellationToken);
                    Interlocked.Increment(ref finished);
                    return 0;
                },
                0, 100, 2);
            begun.Wait(TestContext.Current.CancellationToken);
            var disposed = Task.Run(loader.Dispose, TestContext.Current.CancellationToken);
            gate.Set();
            await disposed;
            Assert.Equal(Volatile.Read(ref started), Volatile.Read(ref finished));
        }
    }

    [Fact]
    public void Disposing_with_items_that_failed_or_were_never_asked_for_returns()
    {
        var loader = new Prefetcher<int>(_ => throw new InvalidDataException(), 0, long.MaxValue, 3);
        Assert.Throws<InvalidDataException>(() => loader.Next());
        loader.Dispose();
    }
}
