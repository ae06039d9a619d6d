using System.Collections.Immutable;
using LeanPose.Datasets;
using LeanPose.Heatmaps;
using LeanPose.Skeletons;
using LeanPose.Suspicion;

namespace LeanPose.Learning.Prediction;

/// <summary>How pseudo labels are made.</summary>
/// <param name="Decoder">How keypoints are read off the heatmaps.</param>
/// <param name="Mirrored">Whether each network also looks at the mirrored crop.</param>
/// <param name="Batch">Persons per forward pass.</param>
public sealed record PseudoLabelOptions(Decoder Decoder = HeatmapCodec.DefaultDecoder, bool Mirrored = true, int Batch = 32);

/// <summary>Pseudo labels and doubts for all persons of several parts of a data set.</summary>
/// <param name="Persons">Part by part, in order.</param>
/// <param name="Skeleton">Their keypoints: those that the model was trained on.</param>
/// <param name="Tolerance">See <see cref="LabelDoubt.Tolerance"/>; taken from all labelled persons among them.</param>
public sealed record PseudoLabels(IReadOnlyList<DoubtedPerson> Persons, Skeleton Skeleton, double Tolerance)
{
    /// <summary>Looks at all persons.</summary>
    /// <param name="predictor">Who looks.</param>
    /// <param name="parts">Names and persons; labels are compared with what is seen, where there are any.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told the number of persons done.</param>
    /// <param name="stop">Stops between batches.</param>
    /// <exception cref="DataException">A picture cannot be read.</exception>
    public static PseudoLabels Make(
        EnsemblePredictor predictor, IReadOnlyList<(string Name, PoseDataset Persons)> parts, PseudoLabelOptions options, IProgress<int>? progress = null, CancellationToken stop = default)
    {
        var skeleton = predictor.Model.ToTrainedSkeleton();
        var persons = new List<DoubtedPerson>();
        foreach (var (name, part) in parts)
        {
            var labels = skeleton.MapTo(part.Skeleton);
            var seen = predictor.See(part, skeleton, options.Decoder, options.Mirrored, options.Batch, stop);
            foreach (var (person, pose) in part.Persons.Zip(seen))
            {
                ImmutableArray<Keypoint> given = person.LabelledCount == 0 ? [] : [.. labels.Select(j => j >= 0 ? person.Keypoints[j] : default)];
                var labelled = given.Any(k => k.IsLabelled);
                persons.Add(new(person, name, labelled ? given : [], PoseConsensus.Of(pose, skeleton, person.RawBox), null) { Seen = labelled ? pose : null });
                progress?.Report(persons.Count);
            }
        }

        var tolerance = LabelDoubt.Tolerance(persons.SelectMany(p => LabelDoubt.Distances(p.Pose, p.Given)));
        var byPicture = persons.ToLookup(p => (p.Part, p.Person.Image.Id));
        return new([.. persons.Select(Compare)], skeleton, tolerance);

        DoubtedPerson Compare(DoubtedPerson p) => p.Seen is not { } pose ? p : p with
        {
            Label = LabelDoubt.Of(pose, p.Pose, skeleton, p.Given, tolerance, [.. byPicture[(p.Part, p.Person.Image.Id)].Where(o => o != p).Select(o => o.Pose)]),
        };
    }
}
