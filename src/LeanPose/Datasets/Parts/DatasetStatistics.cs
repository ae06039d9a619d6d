using System.Collections.Immutable;

namespace LeanPose.Datasets.Parts;

/// <summary>What a data set holds, in numbers.</summary>
public sealed record DatasetStatistics
{
    /// <summary>All pictures.</summary>
    public required int Pictures { get; init; }

    /// <summary>Pictures in which nobody is annotated.</summary>
    public required int PicturesWithoutPersons { get; init; }

    /// <summary>All annotated persons, crowds too.</summary>
    public required int Persons { get; init; }

    /// <summary>Crowd regions.</summary>
    public required int Crowds { get; init; }

    /// <summary>Persons, not crowds, without a labelled keypoint.</summary>
    public required int WithoutLabels { get; init; }

    /// <summary>Persons that training and prediction use.</summary>
    public required int Trainable { get; init; }

    /// <summary>Of these, how many are small (area below 32²), medium (to 96²) and large.</summary>
    public required IReadOnlyDictionary<string, int> BySize { get; init; }

    /// <summary>Persons a picture, of the pictures that have any.</summary>
    public required Spread PersonsPerPicture { get; init; }

    /// <summary>Labelled keypoints a trainable person.</summary>
    public required Spread LabelsPerPerson { get; init; }

    /// <summary>Longer side of a trainable person's box, pixels.</summary>
    public required Spread BoxSide { get; init; }

    /// <summary>Longer side of a picture, pixels, where the file says it.</summary>
    public required Spread PictureSide { get; init; }

    /// <summary>Every keypoint, counted over the trainable persons.</summary>
    public required ImmutableArray<KeypointStatistics> Keypoints { get; init; }

    /// <summary>Counts.</summary>
    public static DatasetStatistics Of(PoseDataset dataset)
    {
        var trainable = dataset.Trainable().Persons;
        var perPicture = dataset.Persons.CountBy(p => p.Image.Id).ToDictionary();
        return new()
        {
            Pictures = dataset.Images.Length,
            PicturesWithoutPersons = dataset.Images.Count(i => !perPicture.ContainsKey(i.Id)),
            Persons = dataset.Persons.Length,
            Crowds = dataset.Persons.Count(p => p.IsCrowd),
            WithoutLabels = dataset.Persons.Count(p => !p.IsCrowd && p.LabelledCount == 0),
            Trainable = trainable.Length,
            BySize = new[] { "small", "medium", "large" }.ToDictionary(s => s, s => trainable.Count(p => Strata.Of(p, Stratum.Size) == s)),
            PersonsPerPicture = Spread.Of(perPicture.Values.Select(n => (double)n)),
            LabelsPerPerson = Spread.Of(trainable.Select(p => (double)p.LabelledCount)),
            BoxSide = Spread.Of(trainable.Select(p => Math.Max(p.RawBox.Width, p.RawBox.Height))),
            PictureSide = Spread.Of(dataset.Images.Where(i => i.Width > 0).Select(i => (double)Math.Max(i.Width, i.Height))),
            Keypoints = [.. dataset.Skeleton.Keypoints.Select((name, j) => new KeypointStatistics(
                name,
                trainable.Count(p => p.Keypoints[j].Visibility == Visibility.Visible),
                trainable.Count(p => p.Keypoints[j].Visibility == Visibility.Hidden),
                trainable.Count(p => p.Keypoints[j].Visibility == Visibility.Unlabelled)))],
        };
    }
}

/// <summary>How often a keypoint is labelled.</summary>
/// <param name="Name">The keypoint.</param>
/// <param name="Visible">Labelled and visible.</param>
/// <param name="Hidden">Labelled, but hidden from view.</param>
/// <param name="Unlabelled">Not labelled.</param>
public sealed record KeypointStatistics(string Name, int Visible, int Hidden, int Unlabelled);

/// <summary>How numbers spread; all null where there are none.</summary>
/// <param name="Least">The smallest.</param>
/// <param name="Median">In the middle.</param>
/// <param name="Mean">On average.</param>
/// <param name="Most">The largest.</param>
public sealed record Spread(double? Least, double? Median, double? Mean, double? Most)
{
    /// <summary>Of some numbers, in any order.</summary>
    public static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0
            ? new(null, null, null, null)
            : new(sorted[0], (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, sorted.Average(), sorted[^1]);
    }
}
