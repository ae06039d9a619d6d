using LeanPose.Cli.Terminal;

namespace LeanPose.Cli.Verbs;

internal static class DataVerb
{
    public static Verb Create() => new Verb("data", "x", null).Does((_, _) => 0);
}
