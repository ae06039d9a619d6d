namespace LeanPose.Learning.Weights;

/// <summary>
/// The names of a weights file as the networks here use them. They are the published ones; what training programs put before
/// them is taken off.
/// </summary>
public sealed class WeightNames
{
    // DataParallel, Lightning, torch.compile and the like: taken off where every name has it.
    private static readonly string[] Wrappers = ["module.", "model.", "_orig_mod.", "network.", "net."];

    // OpenMMLab's parts of a pose model: a head's names follow the backbone's without a prefix in our networks.
    private static readonly string[] Parts = ["backbone.", "head.", "keypoint_head."];

    private readonly Dictionary<string, string> _inFile = new(StringComparer.Ordinal);

    private WeightNames(IEnumerable<string> names, string? network = null)
    {
        var pairs = names.Select(n => (Own: n, InFile: n)).ToList();
        if (network is not null)
        {
            // A checkpoint of LeanPose holds other networks, too, and what the optimiser remembers.
            Prefix = network + "/";
            pairs = [.. pairs.Where(p => p.Own.StartsWith(Prefix, StringComparison.Ordinal) && !p.Own.StartsWith(Prefix + "adam.", StringComparison.Ordinal)).Select(p => (p.Own[Prefix.Length..], p.InFile))];
        }

        for (var found = true; found && pairs.Count > 0;)
        {
            var wrapper = Wrappers.FirstOrDefault(w => pairs.TrueForAll(p => p.Own.StartsWith(w, StringComparison.Ordinal)));
            found = wrapper is not null;
            if (found)
            {
                Prefix += wrapper;
                pairs = [.. pairs.Select(p => (p.Own[wrapper!.Length..], p.InFile))];
            }
        }

        if (pairs.Exists(p => p.Own.StartsWith("backbone.", StringComparison.Ordinal)))
        {
            Style = "OpenMMLab";
            pairs = [.. pairs.Select(p => (Own: WithoutPart(p.Own), p.InFile))];
        }

        var translation = NamingStyles.Of(pairs.ConvertAll(p => p.Own));
        Style = translation?.Name ?? Style;
        foreach (var (own, inFile) in pairs)
            _inFile.TryAdd(translation?.Translate(own) ?? own, inFile);
    }

    /// <summary>What stood before every name, <c>module.</c> for example; empty where nothing did.</summary>
    public string Prefix { get; } = "";

    /// <summary>Whose naming the file follows where it is not the one used here; else null.</summary>
    public string? Style { get; }

    /// <summary>All names as used here, in file order.</summary>
    public IReadOnlyCollection<string> All => _inFile.Keys;

    /// <summary>Translates a file's names; of a checkpoint of LeanPose those of the deployed network.</summary>
    public static WeightNames Of(WeightsFile file) => new(file.Names, file.Metadata.GetValueOrDefault(WeightsFile.DeployedKey));

    /// <summary>Translates names.</summary>
    public static WeightNames Of(IEnumerable<string> names) => new(names);

    /// <summary>The name in the file of one used here; null where the file lacks it.</summary>
    public string? InFile(string name) => _inFile.GetValueOrDefault(name);

    private static string WithoutPart(string name) =>
        Parts.FirstOrDefault(p => name.StartsWith(p, StringComparison.Ordinal)) is { } part ? name[part.Length..] : name;
}
