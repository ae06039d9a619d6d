using LeanPose.Datasets;
using LeanPose.Learning.Recipes;
using static TorchSharp.torch;

namespace LeanPose.Learning.Weights;

/// <summary>
/// Moves weights by name from a file into a network. A file of a whole pose network must fit in full; a file of a
/// backbone alone (torchvision, timm, OpenMMLab, HRNet) leaves the head as it is, and its classifier is passed over.
/// </summary>
public static class WeightLoader
{
    private static readonly string[] HeadPrefixes = ["deconv_layers.", "final_layer."];

    // Of each kind of difference this many are shown; the nearest name is looked for only for those, and not for names of any length.
    private const int Shown = 8, LongestCompared = 200;

    /// <summary>Loads a file.</summary>
    /// <param name="network">Receives the values.</param>
    /// <param name="path">A safetensors file or a PyTorch checkpoint.</param>
    /// <param name="allowPartial">
    /// Whether the file may lack layers or hold others; they are listed in the report. A residual block whose convolutions
    /// the file lacks starts as the identity (last batch-norm weight 0, as Goyal et al. 2017 start all blocks), so that
    /// the network starts as the pretrained features through the layers that are there.
    /// </param>
    /// <param name="withHead">Whether the head is loaded, where the file has one; otherwise it stays as it is.</param>
    /// <exception cref="DataException">The file does not fit; every difference is listed.</exception>
    public static WeightReport Load(PoseNetwork network, string path, bool allowPartial = false, bool withHead = true)
    {
        var file = WeightsFile.Open(path);
        var (report, taken) = Match(network, file);
        if (taken.Count == 0 || (!report.IsExact && !allowPartial))
            throw Refuse(network, report);

        var wanted = withHead ? taken : taken.FindAll(t => !IsHead(t.Name));
        using var noGradient = no_grad();
        foreach (var (_, target, inFile) in wanted)
        {
            using var value = file.Read(inFile);
            target.copy_(value);
        }

        StartMissingBlocksAsIdentity(network, report.Missing);
        return report with { Taken = wanted.Count, HeadLeft = wanted.Count < taken.Count };
    }

    /// <summary>What a file would give a network; nothing is loaded.</summary>
    public static WeightReport Compare(PoseNetwork network, WeightsFile file) => Match(network, file).Report;

    private static (WeightReport Report, List<(string Name, Tensor Target, string InFile)> Taken) Match(PoseNetwork network, WeightsFile file)
    {
        var names = WeightNames.Of(file);
        var wanted = network.State().Where(s => !IsCounter(s.Name)).ToDictionary(s => s.Name, s => s.Value, StringComparer.Ordinal);
        var wholeNetwork = names.All.Any(n => IsHead(n) && wanted.ContainsKey(n));
        var missing = new List<string>();
        var shapes = new List<string>();
        var taken = new List<(string Name, Tensor Target, string InFile)>();
        foreach (var (name, value) in wanted)
        {
            if (names.InFile(name) is not { } inFile)
            {
                if (wholeNetwork || !IsHead(name))
                    missing.Add(name);
            }
            else if (!file.ShapeOf(inFile).SequenceEqual(value.shape))
            {
                shapes.Add($"{name}: the file has {Shape(file.ShapeOf(inFile))}, the network {Shape(value.shape)}");
            }
            else
            {
                taken.Add((name, value, inFile));
            }
        }

        var extra = names.All
            .Where(n => !wanted.ContainsKey(n) && !IsCounter(n) && !network.Backbone.PassedOver.Any(p => n.StartsWith(p, StringComparison.Ordinal)))
            .ToList();
        var nearest = extra.Take(Shown).Select(e => Nearest(e, wanted.Keys)).ToList();
        return (new WeightReport(file.Path, taken.Count, missing, extra, shapes) { Nearest = nearest, Wanted = wanted.Count }, taken);
    }

    private static void StartMissingBlocksAsIdentity(PoseNetwork network, IReadOnlyList<string> missing)
    {
        var state = network.State().ToDictionary(s => s.Name, s => s.Value);
        foreach (var name in missing.Where(n => n.Contains(".bn", StringComparison.Ordinal) && n.EndsWith(".weight", StringComparison.Ordinal)))
        {
            // layer4.0.bn2.weight is a block's last norm when layer4.0.bn3.weight does not exist.
            var digit = name.IndexOf(".bn", StringComparison.Ordinal) + 3;
            var next = name[..digit] + (char)(name[digit] + 1) + name[(digit + 1)..];
            if (name.StartsWith("layer", StringComparison.Ordinal) && !state.ContainsKey(next))
                state[name].fill_(0);
        }
    }

    private static DataException Refuse(PoseNetwork network, WeightReport report)
    {
        var lines = new List<string>();
        Add("missing in the file", report.Missing);
        Add("only in the file", [.. report.Extra.Select((e, i) => i < report.Nearest.Count && report.Nearest[i] is { } near ? $"{e} (near {near})" : e)]);
        Add("other shape", report.OtherShapes);
        return new DataException(
            $"The weights do not fit the network ({network.BackboneName}, {network.Keypoints} keypoints): {report.Taken} of {report.Wanted} tensors match.\n  " + string.Join("\n  ", lines),
            report.Path,
            "the network's own names and shapes (the published ones for the backbone; a classifier may be missing or extra)",
            "Choose the backbone that the file was made for ('leanpose weights inspect' says which), or set model.allowPartialWeights: true to take what fits.");

        void Add(string title, IReadOnlyList<string> items)
        {
            if (items.Count > 0)
                lines.Add($"{title} ({items.Count}): {string.Join("; ", items.Take(Shown))}{(items.Count > Shown ? "; …" : "")}");
        }
    }

    private static string? Nearest(string name, IReadOnlyCollection<string> names)
    {
        var tail = name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..];
        return names.FirstOrDefault(n => n == tail || n.EndsWith("." + name, StringComparison.Ordinal)) ?? (name.Length <= LongestCompared ? NearestName.Of(name, names) : null);
    }

    private static bool IsCounter(string name) => name.EndsWith("num_batches_tracked", StringComparison.Ordinal);

    private static bool IsHead(string name) => HeadPrefixes.Any(p => name.StartsWith(p, StringComparison.Ordinal));

    private static string Shape(IEnumerable<long> shape) => string.Join('×', shape);
}

/// <summary>What a weights file gave a network.</summary>
/// <param name="Path">The file.</param>
/// <param name="Taken">Tensors copied.</param>
/// <param name="Missing">Names of the network that the file lacks (the head of a backbone file is not counted).</param>
/// <param name="Extra">Names that only the file has (classifiers are not counted).</param>
/// <param name="OtherShapes">Names with differing shapes, described.</param>
public sealed record WeightReport(string Path, int Taken, IReadOnlyList<string> Missing, IReadOnlyList<string> Extra, IReadOnlyList<string> OtherShapes)
{
    /// <summary>For the first of <see cref="Extra"/>, the network's name that was probably meant; null where none is near.</summary>
    public IReadOnlyList<string?> Nearest { get; init; } = [];

    /// <summary>Tensors that the network has, without its counters of batches.</summary>
    public int Wanted { get; init; }

    /// <summary>Whether the file has a head that was not asked for.</summary>
    public bool HeadLeft { get; init; }

    /// <summary>Whether nothing was left over on either side.</summary>
    public bool IsExact => Missing.Count == 0 && Extra.Count == 0 && OtherShapes.Count == 0;

    /// <summary>One line for logs.</summary>
    public override string ToString() => IsExact
        ? $"{Taken} tensors from {Path}"
        : $"{Taken} tensors from {Path}; not there: {Missing.Count} ({string.Join(", ", Missing.Select(m => m[..m.LastIndexOf('.')]).Distinct().Take(6))}{(Missing.Count > 6 ? ", …" : "")}), not used: {Extra.Count}, other shape: {OtherShapes.Count}";
}
