using LeanPose.Cli.Reports;
using LeanPose.Evaluation;
using Spectre.Console;
using Xunit;

namespace LeanPose.Cli.Tests.Reports;

public class MetricsTableTests
{
    [Fact]
    public void The_table_shows_percent_intervals_and_what_could_not_be_measured()
    {
        var text = Render(new Dictionary<string, EvaluationReport> { ["student"] = SampleRun.Report(0.6101), ["[red]"] = SampleRun.Report(0.5) });

        Assert.Contains("61.0 (57.9–64.2)", text);
        Assert.Contains("73.4", text);
        Assert.Contains("no instance in this range", text);
        Assert.Contains("[red]", text);
    }

    private static string Render(IReadOnlyDictionary<string, EvaluationReport> reports)
    {
        var writer = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(writer) });
        console.Profile.Width = 120;
        console.Write(MetricsTable.Of(reports));
        return writer.ToString();
    }
}
