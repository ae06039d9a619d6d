using System.CommandLine;
using LeanPose.Cli.Terminal;
using LeanPose.Learning.Training;

namespace LeanPose.Cli.Verbs;

/// <summary><c>leanpose report</c>: writes a run's page again.</summary>
internal static class ReportVerb
{
    public static Verb Create()
    {
        var run = new Argument<string>("RUN") { Description = "Folder of a run, finished or not." };
        return new Verb(
            "report",
            "Write the web page of a run again: numbers, curves, pictures.",
            "RUN/report.html",
            "report runs/studio-50-sspcm")
        {
            run,
        }.Does((parse, stop) =>
        {
            var folder = RunFolder.Open(parse.GetRequiredValue(run));
            Screen.Files(("page", RunPage.Write(folder, stop)));
            return ExitCode.Ok;
        });
    }
}
