using LeanPose.Cli.Terminal;

namespace LeanPose.Cli.Verbs;

internal static class DemoVerb
{
    public static Verb Create() => new Verb("demo", "x", null).Does((_, _) => 0);
}
