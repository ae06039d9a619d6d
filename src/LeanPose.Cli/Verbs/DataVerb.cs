using LeanPose.Cli.Terminal;

namespace LeanPose.Cli.Verbs;

/// <summary><c>leanpose data</c>: groups what makes and looks at data sets.</summary>
internal static class DataVerb
{
    public static Verb Create()
    {
        var verb = new Verb("data", "Make data sets.", null, "data synth --domain studio --count 200 --out data/studio");
        verb.Subcommands.Add(DataSynthVerb.Create());
        return verb;
    }
}
