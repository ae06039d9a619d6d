using LeanPose.Datasets;
using LeanPose.Skeletons;

namespace LeanPose.Cli.Reports;

/// <summary>A labelled person and what the model made of it.</summary>
/// <param name="Skeleton">The keypoints of both the label and the prediction.</param>
/// <param name="Person">With labels, image pixels.</param>
/// <param name="Result">The prediction, image pixels.</param>
public sealed record PredictedPerson(Skeleton Skeleton, PersonInstance Person, PoseResult Result)
{
    /// <summary>Mean distance of the labelled keypoints from the predicted ones, image pixels; NaN without labels.</summary>
    public double MeanError
    {
        get
        {
            var predicted = Result.Keypoints;
            var distances = Person.Keypoints.Zip(predicted).Where(p => p.First.IsLabelled).Select(p => Math.Sqrt(Math.Pow(p.First.X - p.Second.X, 2) + Math.Pow(p.First.Y - p.Second.Y, 2)));
            return distances.DefaultIfEmpty(double.NaN).Average();
        }
    }

    /// <summary><see cref="MeanError"/> over the longer side of the person's box, so that large and small persons compare.</summary>
    public double RelativeError => MeanError / Math.Max(1, Math.Max(Person.RawBox.Width, Person.RawBox.Height));

    /// <summary>Pairs labels with predictions by annotation id; persons without labels or without a prediction are left out.</summary>
    public static IReadOnlyList<PredictedPerson> Join(PoseDataset truth, IReadOnlyList<PoseResult> results)
    {
        var byId = results.Where(r => r.AnnotationId is not null).ToLookup(r => r.AnnotationId!.Value);
        return [.. truth.Persons
            .Where(p => p.LabelledCount > 0 && byId.Contains(p.Id))
            .Select(p => new PredictedPerson(truth.Skeleton, p, byId[p.Id].First()))];
    }
}
