using LeanPose.Cli.Reports;
using LeanPose.Learning.Benchmarking;
using Spectre.Console;

namespace LeanPose.Cli.Benchmarks;

/// <summary>The measurements as tables; docs/performance.md says what each column means.</summary>
internal static class BenchTables
{
    private const string Unknown = "-";

    public static Table Convolution(BenchResult result) => Filled(
        ["arithmetic", "channels", "map", "pictures", "GFLOP/s", "a run"],
        result.Convolutions.Select(c => new[]
        {
            BenchResult.Precision(c.Bf16), $"{c.Channels}", $"{c.Size}×{c.Size}", $"{c.Batch}",
            $"{c.GflopPerSecond:0.0}{(c.GflopPerSecond == result.Peak(c.Bf16) ? " (peak)" : "")}", Time(c.Time),
        }));

    public static Table Training(BenchResult result) => Filled(
        ["method", "network", "crop", "batch", "arithmetic", "a step", "labelled/s", "passes", "GFLOP/image", "GFLOP/s", "of peak", "per image"],
        result.Training.Select(row => Row(row, cost =>
        [
            Time(cost.Step),
            $"{BenchResult.ImagesPerSecond(row):0.0}",
            $"{cost.PassesWithGradient:0.#} + {cost.PassesWithoutGradient:0.#}",
            $"{cost.GflopPerImage:0.00}",
            $"{BenchResult.GflopPerSecond(row):0.0}",
            result.ShareOfPeak(row) is { } share ? $"{Numbers.Percent(share)} %" : Unknown,
            $"×{result.RelativeTime(row):0.00}",
        ])));

    public static Table Memory(BenchResult result) => Filled(
        ["method", "network", "crop", "batch", "arithmetic", "peak", "after step 5", "after the last", "steps"],
        result.Training.Select(row => Row(row, cost =>
        [
            cost.PeakBytes is { } peak ? Numbers.Bytes(peak) : Unknown,
            cost.ResidentBytesAfterFifth is { } early ? Numbers.Bytes(early) : Unknown,
            Numbers.Bytes(cost.ResidentBytesAfterLast),
            $"{cost.Steps}",
        ])));

    public static Table Loader(BenchResult result) => Filled(
        ["loader threads", "pictures", "crop", "persons/s"],
        result.Loader.Select(l => new[] { $"{l.Threads}", l.Warm ? "in memory" : "decoded each time", $"{l.Width}×{l.Height}", $"{l.PersonsPerSecond:0}" }));

    public static Table Inference(BenchResult result) => Filled(
        ["engine", "arithmetic", "network", "crop", "batch", "a batch", "persons/s"],
        result.Inference.Select(i => new[] { i.Engine, i.Precision, i.Backbone, $"{i.Width}×{i.Height}", $"{i.Batch}", Time(i.Time), $"{i.PersonsPerSecond:0.0}" }));

    private static string[] Row(TrainingRow row, Func<TrainingCost, string[]> cells)
    {
        var s = row.Settings;
        return [s.Method, s.Backbone, $"{s.Width}×{s.Height}", $"{s.Batch}", BenchResult.Precision(s.Bf16), .. row.Cost is { } cost ? cells(cost) : ["failed"]];
    }

    private static string Time(Timings t) => t.MedianMs >= 10_000
        ? $"{t.MedianMs / 1000:0.0} s ({t.LowMs / 1000:0.0}–{t.HighMs / 1000:0.0})"
        : $"{t.MedianMs:0.0} ms ({t.LowMs:0.0}–{t.HighMs:0.0})";

    private static Table Filled(string[] columns, IEnumerable<string[]> rows)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var column in columns)
            table.AddColumn(new TableColumn(new Text(column)));
        foreach (var row in rows)
            table.AddRow(row.Select(cell => new Text(cell)).ToArray());
        return table;
    }
}
