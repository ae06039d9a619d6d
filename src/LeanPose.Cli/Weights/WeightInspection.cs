using LeanPose.Learning;
using LeanPose.Learning.Backbones;
using LeanPose.Learning.Native;
using LeanPose.Learning.Weights;

namespace LeanPose.Cli.Weights;

/// <summary>What a weights file holds and which backbone it fits.</summary>
/// <param name="File">The file.</param>
/// <param name="Names">Its names, translated.</param>
/// <param name="Fits">The backbones that share a tensor with it, the best first.</param>
internal sealed record WeightInspection(WeightsFile File, WeightNames Names, IReadOnlyList<(string Backbone, WeightReport Report)> Fits)
{
    /// <summary>Opens a file and compares it with all backbones.</summary>
    public static WeightInspection Of(string path)
    {
        using var pause = FinalizerPause.Begin();
        var file = WeightsFile.Open(path);
        var names = WeightNames.Of(file);
        var keypoints = names.InFile("final_layer.weight") is { } head && file.ShapeOf(head) is [> 0 and <= 1000 and var j, ..] ? (int)j : 17;
        var fits = new List<(string Backbone, WeightReport Report)>();
        foreach (var backbone in BackboneCatalog.Names)
        {
            using var network = new PoseNetwork(backbone, keypoints);
            var report = WeightLoader.Compare(network, file);
            if (report.Taken > 0)
                fits.Add((backbone, report));
        }

        // Fewest differences first: the tensors of resnet18 are all in resnet34, too.
        return new WeightInspection(file, names, [.. fits.OrderBy(f => f.Report.Missing.Count + f.Report.Extra.Count + f.Report.OtherShapes.Count).ThenByDescending(f => f.Report.Taken)]);
    }
}
