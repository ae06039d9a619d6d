using System.Collections.Immutable;
using LeanPose.Datasets;
using LeanPose.Imaging;
using LeanPose.Runtime;

namespace LeanPose.Cli.Verbs;

/// <summary>Persons that a detector finds, as a data set.</summary>
internal static class DetectedPersons
{
    /// <summary>Looks for persons in every picture.</summary>
    /// <param name="detector">The detector.</param>
    /// <param name="pictures">Pictures; their persons are not looked at.</param>
    /// <param name="problems">Receives the pictures that cannot be read; null throws at the first.</param>
    /// <param name="progress">Told the number of pictures done.</param>
    /// <param name="stop">Stops between pictures.</param>
    /// <returns>The pictures that could be read, and the persons in them.</returns>
    public static PoseDataset Find(PersonDetector detector, PoseDataset pictures, List<DataException>? problems, IProgress<int> progress, CancellationToken stop)
    {
        var persons = ImmutableArray.CreateBuilder<PersonInstance>();
        var read = ImmutableArray.CreateBuilder<ImageRecord>();
        for (var i = 0; i < pictures.Images.Length; i++)
        {
            stop.ThrowIfCancellationRequested();
            try
            {
                var picture = ImageDecoder.Load(pictures.Images[i].Path);
                var image = pictures.Images[i] with { Width = picture.Width, Height = picture.Height };
                read.Add(image);
                foreach (var found in detector.Detect(picture))
                    persons.Add(PersonInstance.Detected(persons.Count + 1, image, found.Box, found.Score));
            }
            catch (DataException e) when (problems is not null)
            {
                problems.Add(e);
            }

            progress.Report(i + 1);
        }

        return new PoseDataset(pictures.Name, pictures.Skeleton, read.ToImmutable(), persons.ToImmutable());
    }
}
