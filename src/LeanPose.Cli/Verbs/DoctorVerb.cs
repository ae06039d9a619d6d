using LeanPose.Cli.Terminal;

namespace LeanPose.Cli.Verbs;

internal static class DoctorVerb
{
    public static Verb Create() => new Verb("doctor", "x", null).Does((_, _) => 0);
}
