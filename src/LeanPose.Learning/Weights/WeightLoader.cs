using LeanPose.Datasets;
using static TorchSharp.torch;

namespace LeanPose.Learning.Weights;

/// <summary>
/// Moves weights by name from a file into a network. A file of a whole pose network must fit in full; a file of a
/// backbone alone (torchvision naming) leaves the head as it is, and its classifier (<c>fc.*</c>) is passed over.
/// </summary>
public static class WeightLoader
{
    private static readonly string[] HeadPrefixes = ["deconv_layers.", "final_layer."];
    private static readonly string[] ClassifierPrefixes = ["fc.", "classifier."];

    /// <summary>Loads a file.</summary>
    /// <param name="network">Receives the values.</param>
    /// <param name="path">A safetensors file.</param>
    /// <param name="allowPartial">
    /// Whether the file may lack layers or hold others; they are listed in the report. A residual block whose convolutions
    /// the file lacks starts as the identity (last batch-norm weight 0, as Goyal et al. 2017 start all blocks), so that
    /// the network starts as the pretrained features through the layers that are there.
    /// </param>
    /// <exception cref="DataException">The file does not fit; every difference is listed.</exception>
    public static WeightReport Load(PoseNetwork network, string path, bool allowPartial = false)
    {
        var file = SafeTensors.Open(path);
        var wholeNetwork = file.Names.Any(IsHead);
        var wanted = network.State().Where(s => !s.Name.EndsWith("num_batches_tracked", StringComparison.Ordinal)).ToList();
        var names = wanted.Select(w => w.Name).ToHashSet(StringComparer.Ordinal);
        var missing = new List<string>();
        var shapes = new List<string>();
        var taken = new List<(Tensor Target, string Name)>();
        foreach (var (name, value) in wanted)
        {
            if (!file.Contains(name))
            {
                if (wholeNetwork || !IsHead(name))
                    missing.Add(name);
            }
            else if (!file.ShapeOf(name).SequenceEqual(value.shape))
            {
                shapes.Add($"{name}: the file has {Shape(file.ShapeOf(name))}, the network {Shape(value.shape)}");
            }
            else
            {
                taken.Add((value, name));
            }
        }

        var extra = file.Names
            .Where(n => !names.Contains(n) && !n.EndsWith("num_batches_tracked", StringComparison.Ordinal) && !ClassifierPrefixes.Any(p => n.StartsWith(p, StringComparison.Ordinal)))
            .ToList();
        var report = new WeightReport(path, taken.Count, missing, extra, shapes);
        if (taken.Count == 0 || (!report.IsExact && !allowPartial))
            throw Refuse(network, report, names);

        using var noGradient = no_grad();
        foreach (var (target, name) in taken)
        {
            using var value = file.Read(name);
            target.copy_(value);
        }

        StartMissingBlocksAsIdentity(network, missing);
        return report;
    }

    private static void StartMissingBlocksAsIdentity(PoseNetwork network, List<string> missing)
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

    private static DataException Refuse(PoseNetwork network, WeightReport report, IReadOnlyCollection<string> names)
    {
        var lines = new List<string>();
        Add("missing in the file", report.Missing);
        Add("only in the file", [.. report.Extra.Select(e => e + Nearest(e, names))]);
        Add("other shape", report.OtherShapes);
        return new DataException(
            $"The weights do not fit the network ({network.BackboneName}, {network.Keypoints} keypoints): {report.Taken} of {names.Count} tensors match.\n  " + string.Join("\n  ", lines),
            report.Path,
            "the network's own names and shapes (torchvision's for the backbone; a classifier may be missing or extra)",
            "Choose the backbone that the file was made for, or set model.allowPartialWeights: true to take what fits.");

        void Add(string title, IReadOnlyList<string> items)
        {
            if (items.Count > 0)
                lines.Add($"{title} ({items.Count}): {string.Join("; ", items.Take(8))}{(items.Count > 8 ? "; …" : "")}");
        }
    }

    private static string Nearest(string name, IReadOnlyCollection<string> names)
    {
        var tail = name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..];
        var near = names.FirstOrDefault(n => n == tail || n.EndsWith("." + name, StringComparison.Ordinal));
        return near is null ? "" : $" (near {near})";
    }

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
    /// <summary>Whether nothing was left over on either side.</summary>
    public bool IsExact => Missing.Count == 0 && Extra.Count == 0 && OtherShapes.Count == 0;

    /// <summary>One line for logs.</summary>
    public override string ToString() => IsExact
        ? $"{Taken} tensors from {Path}"
        : $"{Taken} tensors from {Path}; not there: {Missing.Count} ({string.Join(", ", Missing.Select(m => m[..m.LastIndexOf('.')]).Distinct().Take(6))}{(Missing.Count > 6 ? ", …" : "")}), not used: {Extra.Count}, other shape: {OtherShapes.Count}";
}
