using LeanPose.Cli.Terminal;

namespace LeanPose.Cli.Verbs;

internal static class PredictVerb
{
    public static Verb Create() => new Verb("predict", "x", null).Does((_, _) => 0);
}
