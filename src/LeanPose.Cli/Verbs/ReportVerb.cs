using LeanPose.Cli.Terminal;

namespace LeanPose.Cli.Verbs;

internal static class ReportVerb
{
    public static Verb Create() => new Verb("report", "x", null).Does((_, _) => 0);
}
