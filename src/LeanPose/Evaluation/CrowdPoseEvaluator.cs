using LeanPose.Datasets;

namespace LeanPose.Evaluation;

/// <summary>CrowdPose's numbers, fractions 0..1; null where there is no instance.</summary>
/// <param name="All">Over all pictures.</param>
/// <param name="Easy">AP of pictures with a crowd index below 0.2.</param>
/// <param name="Medium">AP from 0.2 to below 0.8.</param>
/// <param name="Hard">AP from 0.8.</param>
public sealed record CrowdPoseReport(OksReport All, double? Easy, double? Medium, double? Hard);

/// <summary>
/// CrowdPose's evaluation (Li et al., "CrowdPose: Efficient Crowded Scenes Pose Estimation", CVPR 2019): COCO's with areas
/// from boxes, and AP by how crowded a picture is. The official tool rounds the last three to 4 digits.
/// </summary>
public static class CrowdPoseEvaluator
{
    /// <summary>The crowd index by picture id, of the pictures that carry one.</summary>
    public static IReadOnlyDictionary<long, double> CrowdIndices(PoseDataset truth) => truth.Images
        .Where(i => i.CrowdIndex is not null)
        .ToDictionary(i => i.Id, i => i.CrowdIndex.GetValueOrDefault());

    /// <summary>Average precision over all pictures and by crowd index.</summary>
    /// <param name="truth">Pictures and annotated persons.</param>
    /// <param name="results">Predictions.</param>
    /// <param name="crowdIndex">The annotation file's <c>crowdIndex</c> by picture id.</param>
    /// <param name="options"><see cref="OksOptions.CrowdPose"/> when null.</param>
    /// <exception cref="DataException">A result does not fit the data set, or a picture has no crowd index.</exception>
    public static CrowdPoseReport Evaluate(
        PoseDataset truth, IReadOnlyList<PoseResult> results, IReadOnlyDictionary<long, double> crowdIndex, OksOptions? options = null)
    {
        var matches = CocoEvaluator.Match(truth, results, options ?? OksOptions.CrowdPose);
        var levels = Levels(truth, matches, crowdIndex);
        double? Of(string level) => matches.ImageIds.IsEmpty ? null : matches.AveragePrecision(levels[level]);
        return new(matches.Report(), Of("easy"), Of("medium"), Of("hard"));
    }

    /// <exception cref="DataException">A picture has no crowd index.</exception>
    internal static void Require(PoseDataset truth)
    {
        var without = truth.Images.Where(i => i.CrowdIndex is null).ToList();
        if (without.Count > 0)
            throw new DataException($"{without.Count} of {truth.Images.Length} pictures have no crowd index, by which CrowdPose's levels are told.", $"{truth.Name}, picture {without[0].Id}", "\"crowdIndex\" for every picture, as CrowdPose's files have it", "convert CrowdPose's own file with 'leanpose data convert', which keeps it; other data: measure with --metric coco");
    }

    /// <summary>For each level, which of the pictures are of it: weights for <see cref="OksMatches.AveragePrecision"/>.</summary>
    internal static Dictionary<string, int[]> Levels(PoseDataset truth, OksMatches matches, IReadOnlyDictionary<long, double> crowdIndex)
    {
        var crowding = matches.ImageIds.Select(id => crowdIndex.TryGetValue(id, out var index)
            ? index
            : throw new DataException($"Picture {id} has no crowd index.", truth.Name, "\"crowdIndex\" for every picture, as CrowdPose's files have it")).ToArray();

        int[] Between(double from, double below) => Array.ConvertAll(crowding, c => c >= from && c < below ? 1 : 0);
        return new()
        {
            ["easy"] = Between(double.NegativeInfinity, 0.2),
            ["medium"] = Between(0.2, 0.8),
            ["hard"] = Between(0.8, double.PositiveInfinity),
        };
    }
}
