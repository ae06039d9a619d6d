namespace LeanPose.Learning.Guarding;

/// <summary>How bright a network's heatmaps are: mean maxima over persons and keypoints of one batch.</summary>
/// <param name="Network">Its name.</param>
/// <param name="Labelled">On labelled persons.</param>
/// <param name="Unlabelled">On unlabelled ones: on the easy view where it sees that, else on its hard view.</param>
public sealed record Brightness(string Network, double Labelled, double Unlabelled);

/// <summary>What a guard looks at in one logged step of a semi-supervised run.</summary>
public sealed record VitalSigns
{
    /// <summary>Steps completed.</summary>
    public required int Step { get; init; }

    /// <summary>Epochs completed.</summary>
    public required int Epoch { get; init; }

    /// <summary>The network that is darkest on unlabelled persons.</summary>
    public required Brightness Darkest { get; init; }

    /// <summary>Energy Σq² of the pseudo labels over that of labels; null where it was not told.</summary>
    public double? Energy { get; init; }

    /// <summary>Sum of the consistency losses over that of the supervised ones, both without their weights.</summary>
    public double? Consistency { get; init; }

    /// <summary>Share of pseudo keypoints that count.</summary>
    public double? Accepted { get; init; }

    /// <summary>Mean distance between the keypoints of two networks that teach, heatmap cells.</summary>
    public double? Distance { get; init; }

    /// <summary>Share of keypoints for which the pair of the present was chosen.</summary>
    public double? PresentPair { get; init; }

    /// <summary>Reads them from the scalars of a log line; null where unlabelled persons were not looked at.</summary>
    /// <param name="step">Steps completed.</param>
    /// <param name="epoch">Epochs completed.</param>
    /// <param name="scalars">By name, as the log has them.</param>
    /// <param name="deployed">Name of the network that the run is about.</param>
    public static VitalSigns? From(int step, int epoch, IReadOnlyDictionary<string, double> scalars, string deployed)
    {
        double? Value(string name) => scalars.TryGetValue(name, out var v) && double.IsFinite(v) ? v : null;
        Dictionary<string, double> Family(string prefix) => scalars.Where(s => s.Key.StartsWith(prefix, StringComparison.Ordinal) && double.IsFinite(s.Value)).ToDictionary(s => s.Key[prefix.Length..], s => s.Value);

        var labelled = Family("labelled/maximum/");
        var unlabelled = Family("pseudo/maximum/");
        unlabelled.Remove("target");
        if (Value("pseudo/hard/" + deployed) is { } hard)
            unlabelled.TryAdd(deployed, hard);
        if (labelled.Count == 0 || unlabelled.Count == 0)
            return null;

        // A teacher that sees no labels is held against the network that is deployed.
        double Labelled(string network) => labelled.TryGetValue(network, out var own) ? own : labelled.GetValueOrDefault(deployed, labelled.Values.Max());
        var darkest = unlabelled.OrderBy(u => u.Value).ThenBy(u => u.Key, StringComparer.Ordinal).First();
        var supervised = Family("loss/supervised/").Values.Sum();
        var consistency = Family("loss/consistency/");
        return new VitalSigns
        {
            Step = step,
            Epoch = epoch,
            Darkest = new(darkest.Key, Labelled(darkest.Key), darkest.Value),
            Energy = Value("pseudo/energy"),
            Consistency = consistency.Count > 0 && supervised > 0 ? consistency.Values.Sum() / supervised : null,
            Accepted = Value("pseudo/accepted"),
            Distance = Value("pseudo/distance/present"),
            PresentPair = Value("pseudo/pair/present"),
        };
    }
}
