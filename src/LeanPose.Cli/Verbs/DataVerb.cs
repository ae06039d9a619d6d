using LeanPose.Cli.Terminal;

namespace LeanPose.Cli.Verbs;

/// <summary><c>leanpose data</c>: groups what makes and looks at data sets.</summary>
internal static class DataVerb
{
    public static Verb Create()
    {
        var verb = new Verb("data", "Make, check, convert, divide, merge, look at, pack and corrupt data sets.", null, "data synth --domain studio --count 200 --out data/studio", "data convert mpii/valid.json --images mpii/images --to coco --out valid.json", "data check --annotations train.json --images images", "data pack --recipe recipes/studio-50-sspcm.yaml --out studio-50.lppack");
        verb.Subcommands.Add(DataSynthVerb.Create());
        verb.Subcommands.Add(DataCheckVerb.Create());
        verb.Subcommands.Add(DataConvertVerb.Create());
        verb.Subcommands.Add(DataSplitVerb.Create());
        verb.Subcommands.Add(DataSubsetVerb.Create());
        verb.Subcommands.Add(DataMergeVerb.Create());
        verb.Subcommands.Add(DataStatsVerb.Create());
        verb.Subcommands.Add(DataShowVerb.Create());
        verb.Subcommands.Add(DataSigmasVerb.Create());
        verb.Subcommands.Add(DataPackVerb.Create());
        verb.Subcommands.Add(DataCorruptVerb.Create());
        return verb;
    }
}
