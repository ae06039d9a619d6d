using LeanPose.Cli.Reports;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Cli.Tests.Reports;

public sealed class RunHistoryTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Time_goes_on_over_a_resume()
    {
        var history = Read(
            SampleRun.Start(), SampleRun.Step(50, 10), SampleRun.Step(100, 20), new { @event = "end", step = 100, outcome = "Stopped", message = "" },
            SampleRun.Start(100), SampleRun.Step(150, 4), SampleRun.Evaluation(150, 5, 0.5), SampleRun.Step(200, 9));

        Assert.Equal([10, 20, 24, 29], history.Steps.Select(s => s.Seconds));
        Assert.Equal([25], history.Evaluations.Select(e => e.Seconds));
        Assert.Equal(29, history.Seconds);
        Assert.Equal(200, history.LastStep);
        Assert.Null(history.End);
    }

    [Fact]
    public void Broken_lines_are_counted_and_cost_nothing_else()
    {
        var history = Read(SampleRun.Start(0, "careful"), "{\"event\":\"step\"", "[1]", "{}", "{\"event\":\"step\",\"step\":\"x\"}", SampleRun.Step(50, 10), SampleRun.End(50));

        Assert.Equal(4, history.BrokenLines);
        Assert.Single(history.Steps);
        Assert.Equal(["careful"], history.Warnings);
        Assert.Equal(("Finished", "all steps done"), (history.End, history.Message));
    }

    [Fact]
    public void A_scalar_that_was_no_number_is_left_out()
    {
        var step = Assert.Single(Read(SampleRun.Step(50, 10)).Steps);
        Assert.Equal(["loss", "loss/supervised/student", "pseudo/accepted"], step.Scalars.Keys.Order());
    }

    [Fact]
    public void Evaluations_come_back_as_they_were()
    {
        var evaluation = Assert.Single(Read(SampleRun.Evaluation(100, 20, 0.25)).Evaluations);
        Assert.Equal("student", evaluation.Deployed);
        Assert.Equal(SampleRun.Report(0.25).ToJson(), evaluation.Reports["student"].ToJson());
    }

    [Fact]
    public void No_file_is_an_empty_history() => Assert.Empty(RunHistory.Read(_folder["none.jsonl"]).Steps);

    private RunHistory Read(params object[] lines)
    {
        SampleRun.WriteLog(_folder.Path, lines);
        return RunHistory.Read(_folder["log.jsonl"]);
    }
}
