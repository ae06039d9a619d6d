using LeanPose.Evaluation;

namespace LeanPose.Cli.Terminal;

/// <summary>The protocol of a measurement, without which its numbers mean nothing.</summary>
internal static class ProtocolText
{
    public static void Show(EvaluationReport report)
    {
        var width = report.Protocol.Keys.Select(k => k.Length).DefaultIfEmpty().Max();
        foreach (var (name, value) in report.Protocol)
            Screen.Line($"  {name.PadRight(width)}  {value}");
        Screen.Line();
    }
}
