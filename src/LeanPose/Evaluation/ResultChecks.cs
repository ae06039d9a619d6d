using LeanPose.Datasets;

namespace LeanPose.Evaluation;

/// <summary>What every metric needs of truth and results, checked before any work.</summary>
internal static class ResultChecks
{
    /// <exception cref="DataException">The results do not fit the data set.</exception>
    public static void RequireFitting(PoseDataset truth, IReadOnlyList<PoseResult> results)
    {
        var images = truth.Images.Select(i => i.Id).ToHashSet();
        foreach (var person in truth.Persons)
        {
            if (!images.Contains(person.Image.Id))
                throw new DataException($"An annotation lies on picture {person.Image.Id}, which the data set does not list.", $"{truth.Name}, annotation {person.Id}");
            if (!person.Keypoints.IsEmpty && person.Keypoints.Length != truth.Skeleton.Count)
                throw new DataException($"An annotation has {person.Keypoints.Length} keypoints.", $"{truth.Name}, annotation {person.Id}", $"{truth.Skeleton.Count}, as {truth.Skeleton.Name} has");
            if (!double.IsFinite(person.Area) || !double.IsFinite(person.RawBox.X + person.RawBox.Y + person.RawBox.Area)
                || person.Keypoints.Any(k => k.IsLabelled && !double.IsFinite(k.X + k.Y)))
                throw new DataException("An annotation holds a number that is not finite.", $"{truth.Name}, annotation {person.Id}", "finite box, area and keypoints");
        }

        for (var i = 0; i < results.Count; i++)
        {
            var result = results[i];
            var where = $"result {i} (picture {result.ImageId})";
            if (!images.Contains(result.ImageId))
                throw new DataException($"A result is for picture {result.ImageId}, which the truth does not have.", where, $"a picture of {truth.Name}", "evaluate against the annotations that the prediction was made from");
            if (result.Keypoints.IsDefault || result.Keypoints.Length != truth.Skeleton.Count)
                throw new DataException($"A result has {(result.Keypoints.IsDefault ? 0 : result.Keypoints.Length)} keypoints.", where, $"{truth.Skeleton.Count}, as {truth.Skeleton.Name} has", "map the model's keypoints to the data set's by name");
            if (!double.IsFinite(result.Score) || result.Keypoints.Any(k => !double.IsFinite(k.X + k.Y)))
                throw new DataException("A result holds a number that is not finite.", where, "finite coordinates and score", "look for NaN in the network's output");
        }
    }

    /// <summary>Results by annotation id, for metrics that compare person by person.</summary>
    /// <exception cref="DataException">Two results are for the same annotation.</exception>
    public static Dictionary<long, PoseResult> ByAnnotation(IReadOnlyList<PoseResult> results)
    {
        var byId = new Dictionary<long, PoseResult>(results.Count);
        foreach (var result in results)
        {
            if (result.AnnotationId is { } id && !byId.TryAdd(id, result))
                throw new DataException($"Two results are for annotation {id}.", $"picture {result.ImageId}", "one result per annotated person", "remove the duplicates");
        }

        return byId;
    }
}
