using LeanPose.Cli.Terminal;

namespace LeanPose.Cli.Verbs;

/// <summary><c>leanpose weights</c>: groups what deals with weights of others.</summary>
internal static class WeightsVerb
{
    public static Verb Create()
    {
        var verb = new Verb("weights", "List, fetch, inspect and convert published weights.", null, "weights list", "weights fetch resnet18-imagenet", "weights inspect checkpoint.pth.tar");
        verb.Subcommands.Add(WeightsListVerb.Create());
        verb.Subcommands.Add(WeightsFetchVerb.Create());
        verb.Subcommands.Add(WeightsInspectVerb.Create());
        verb.Subcommands.Add(WeightsConvertVerb.Create());
        return verb;
    }
}
