using LeanPose.Evaluation;
using LeanPose.Geometry;

namespace LeanPose.Suspicion;

/// <summary>How well one score finds wrong labels.</summary>
/// <param name="Auc">Area under the ROC curve against the labels that were left alone.</param>
/// <param name="Precision">Share of wrong labels among those looked at.</param>
/// <param name="Found">Share of the wrong labels (of the row's kind) that is among those looked at.</param>
public sealed record TrialScore(double? Auc, double? Precision, double? Found);

/// <summary>What was found of one kind of fault, by several scores.</summary>
/// <param name="Fault">Name of the kind, or <c>all</c>.</param>
/// <param name="Wrong">Number of wrong labels of the kind.</param>
/// <param name="Labels">Number of labels ranked.</param>
/// <param name="Scores">By the score's name: <c>suspicion</c>, <c>distance</c> (label to the deployed network's prediction, over √(w·h) of the box) and <c>heatmap maximum</c> (1 − its maximum).</param>
public sealed record TrialRow(string Fault, int Wrong, int Labels, IReadOnlyDictionary<string, TrialScore> Scores);

/// <summary>Compares suspicion with what was corrupted on purpose, and with two plain scores.</summary>
public static class CorruptionTrial
{
    /// <summary>Ranks all labels. Changes too small to be faults are left out.</summary>
    /// <param name="persons">Labelled persons as the corrupted file has them, with <see cref="DoubtedPerson.Seen"/>; others are passed over.</param>
    /// <param name="changes">What was changed.</param>
    /// <param name="share">Which part of the labels one would look at.</param>
    /// <returns>All faults first, then each kind that there is.</returns>
    public static IReadOnlyList<TrialRow> Measure(IEnumerable<DoubtedPerson> persons, IEnumerable<LabelChange> changes, double share)
    {
        var changed = changes.ToDictionary(c => (c.AnnotationId, c.Keypoint));
        var labels = persons.SelectMany(p => Labels(p, changed)).ToArray();
        var kinds = labels.Select(l => l.Fault).OfType<LabelFault>().Distinct().Order();
        return [Row("all", labels, l => l.Fault is not null, share), .. kinds.Select(k => Row(FaultNames.Of(k), labels, l => l.Fault == k, share))];
    }

    private static IEnumerable<Ranked> Labels(DoubtedPerson person, Dictionary<(long, int), LabelChange> changed)
    {
        if (person is not { Label: { } label, Seen: { } seen })
            yield break;
        var size = PersonSize.Of(person.Person.RawBox);
        for (var j = 0; j < person.Given.Length; j++)
        {
            var isChanged = changed.TryGetValue((person.Person.Id, j), out var change);
            if (label.Keypoints[j] is not { } suspicion || (isChanged && !change.IsFault))
                continue;
            var (deployed, given) = (seen.Members[0][j], person.Given[j]);
            var distance = new Point2(given.X - deployed.X, given.Y - deployed.Y).Length / size;
            yield return new(isChanged ? change.Fault : null, suspicion, distance, 1 - deployed.Score);
        }
    }

    private static TrialRow Row(string name, Ranked[] labels, Func<Ranked, bool> sought, double share)
    {
        var marks = labels.Select(sought).ToArray();
        // A kind is compared with right labels alone; other kinds are no mistakes of the ranking.
        var against = labels.Where(l => l.Fault is null || sought(l)).ToArray();
        TrialScore Score(Func<Ranked, double> of)
        {
            double[] scores = [.. labels.Select(of)];
            return new(Ranking.RocAuc([.. against.Select(of)], [.. against.Select(sought)]), Ranking.PrecisionAt(scores, marks, share), Ranking.RecallAt(scores, marks, share));
        }

        return new(name, marks.Count(m => m), labels.Length, new Dictionary<string, TrialScore>
        {
            ["suspicion"] = Score(l => l.Suspicion),
            ["distance"] = Score(l => l.Distance),
            ["heatmap maximum"] = Score(l => l.LowMaximum),
        });
    }

    private readonly record struct Ranked(LabelFault? Fault, double Suspicion, double Distance, double LowMaximum);
}
