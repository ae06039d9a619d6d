using LeanPose.Datasets;

namespace LeanPose.Evaluation;

/// <summary>
/// AP and both PCKs of one set of predictions in every bootstrap sample of the pictures. Pictures, not persons, are drawn: persons
/// of one picture stand and fall together. Two models measured on the same persons with the same bootstrap give pairs.
/// </summary>
public static class ResampledMetrics
{
    /// <summary>The metrics, in the order of tables.</summary>
    public static IReadOnlyList<string> Names { get; } = ["AP", PoseEvaluation.TorsoPck, PoseEvaluation.BoxPck];

    /// <summary>Samples by name of the metric; fractions 0..1, null where a sample could not be measured.</summary>
    /// <param name="truth">The persons that were measured on.</param>
    /// <param name="results">Their predictions, with annotation ids.</param>
    /// <param name="bootstrap">How many samples, from which seed.</param>
    /// <exception cref="DataException">The results do not fit the data set.</exception>
    public static IReadOnlyDictionary<string, double?[]> Of(PoseDataset truth, IReadOnlyList<PoseResult> results, Bootstrap bootstrap)
    {
        var matches = CocoEvaluator.Match(truth, results);
        var place = new Dictionary<long, int>();
        foreach (var id in matches.ImageIds)
            place.Add(id, place.Count);
        var pictureOf = truth.Persons.ToDictionary(p => p.Id, p => place[p.Image.Id]);

        double?[] Pcks(PckReference reference, double threshold)
        {
            var pck = Pck.Evaluate(truth, results, reference, threshold);
            var picture = pck.PerPerson.Select(p => pictureOf[p.AnnotationId]).ToArray();
            var persons = new int[picture.Length];
            return bootstrap.Samples(place.Count, pictures =>
            {
                for (var i = 0; i < persons.Length; i++)
                    persons[i] = pictures[picture[i]];
                return pck.Weighted(persons);
            });
        }

        return new Dictionary<string, double?[]>
        {
            [Names[0]] = bootstrap.Samples(place.Count, matches.AveragePrecision),
            [Names[1]] = Pcks(PckReference.TorsoDiagonal, 0.2),
            [Names[2]] = Pcks(PckReference.BoxLongerSide, 0.1),
        };
    }
}
