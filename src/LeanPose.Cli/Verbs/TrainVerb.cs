using LeanPose.Cli.Terminal;

namespace LeanPose.Cli.Verbs;

internal static class TrainVerb
{
    public static Verb Create() => new Verb("train", "x", null).Does((_, _) => 0);
}
