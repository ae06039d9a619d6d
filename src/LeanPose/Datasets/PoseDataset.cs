using System.Collections.Immutable;
using LeanPose.Geometry;
using LeanPose.Imaging;
using LeanPose.Skeletons;

namespace LeanPose.Datasets;

/// <summary>One picture of a data set.</summary>
/// <param name="Id">The annotation file's id.</param>
/// <param name="FileName">As the annotation file names it.</param>
/// <param name="Path">Where the picture lies on this machine.</param>
/// <param name="Width">Pixels; 0 when the source does not say.</param>
/// <param name="Height">Pixels; 0 when the source does not say.</param>
public sealed record ImageRecord(long Id, string FileName, string Path, int Width, int Height)
{
    /// <summary>How crowded the picture is, 0 to 1, where the data set says so (CrowdPose, by which its evaluation divides pictures).</summary>
    public double? CrowdIndex { get; init; }
}

/// <summary>One annotated (or detected, or assumed) person.</summary>
public sealed record PersonInstance
{
    private readonly IPixelSource? _pixels;

    /// <summary>The annotation's id.</summary>
    public required long Id { get; init; }

    /// <summary>The picture.</summary>
    public required ImageRecord Image { get; init; }

    /// <summary>The box as annotated, image pixels; evaluation uses it.</summary>
    public required Box RawBox { get; init; }

    /// <summary>The box from which crops are made: an annotated one clipped to the picture, a detected one as it is.</summary>
    public required Box Box { get; init; }

    /// <summary>Keypoints in the data set's order; empty for a person without labels.</summary>
    public ImmutableArray<Keypoint> Keypoints { get; init; } = [];

    /// <summary>Area in square pixels by which OKS measures, as annotated.</summary>
    public double Area { get; init; }

    /// <summary>COCO's crowd region; never trained on, ignored in evaluation.</summary>
    public bool IsCrowd { get; init; }

    /// <summary>The box of the head, image pixels, where the data set has it (MPII, PoseTrack); PCKh measures by it.</summary>
    public Box? HeadBox { get; init; }

    /// <summary>Which track of its video the person belongs to, where the data set says so.</summary>
    public long? TrackId { get; init; }

    /// <summary>Score of the box, 1 for an annotated one.</summary>
    public double Score { get; init; } = 1;

    /// <summary>Where crops of the person get their pixels from: the picture's file, unless the data set says otherwise.</summary>
    public IPixelSource Pixels
    {
        get => _pixels ?? new PictureFile(Image.Path);
        init => _pixels = value;
    }

    /// <summary>A person that a detector found: no labels.</summary>
    /// <param name="id">Any id, unique among the persons.</param>
    /// <param name="image">The picture.</param>
    /// <param name="box">Image pixels.</param>
    /// <param name="score">How sure the detector is.</param>
    public static PersonInstance Detected(long id, ImageRecord image, Box box, double score) =>
        new() { Id = id, Image = image, RawBox = box, Box = PersonBox.Detected(box, image.Width, image.Height), Area = box.Area, Score = score };

    /// <summary>Number of labelled keypoints.</summary>
    public int LabelledCount => Keypoints.Count(k => k.IsLabelled);

    /// <summary>
    /// Whether the person counts in training and prediction, by the rule of SimpleBaseline's COCO reader: no crowd, area
    /// above 0, a box left after clipping and at least one keypoint.
    /// </summary>
    public bool IsTrainable => !IsCrowd && Area > 0 && Box.Width >= 0 && Box.Height >= 0 && LabelledCount > 0;
}

/// <summary>Pictures and the persons in them; immutable. Order is the source file's, which decides what "the first N persons" are.</summary>
public sealed class PoseDataset
{
    /// <summary>Puts a data set together.</summary>
    public PoseDataset(string name, Skeleton skeleton, ImmutableArray<ImageRecord> images, ImmutableArray<PersonInstance> persons)
    {
        Name = name;
        Skeleton = skeleton;
        Images = images;
        Persons = persons;
    }

    /// <summary>For messages and logs: usually the annotation file's path.</summary>
    public string Name { get; }

    /// <summary>Which keypoints the persons carry.</summary>
    public Skeleton Skeleton { get; }

    /// <summary>All pictures, in file order.</summary>
    public ImmutableArray<ImageRecord> Images { get; }

    /// <summary>All persons: picture by picture in file order, within a picture in file order.</summary>
    public ImmutableArray<PersonInstance> Persons { get; }

    /// <summary>The same pictures with only some of the persons.</summary>
    public PoseDataset Where(Func<PersonInstance, bool> keep) => new(Name, Skeleton, Images, [.. Persons.Where(keep)]);

    /// <summary>The persons that training and prediction use (see <see cref="PersonInstance.IsTrainable"/>).</summary>
    public PoseDataset Trainable() => Where(p => p.IsTrainable);

    /// <summary>The first N persons, as the semi-supervised literature draws its labelled subsets.</summary>
    public PoseDataset First(int count) => new(Name, Skeleton, Images, [.. Persons.Take(count)]);

    /// <summary>The pictures or persons that a split names, in the data set's own order.</summary>
    /// <exception cref="DataException">The split names something that is not here, or names it differently.</exception>
    public PoseDataset Select(Split split) => split.Of(this);

    /// <summary>
    /// The same persons with their labels hidden, as unlabelled data. Persons whose labels are all empty stay in, since nobody looks at
    /// them; crowds and boxes of which nothing lies in the picture go.
    /// </summary>
    public PoseDataset WithoutLabels() => new(
        Name,
        Skeleton,
        Images,
        [.. Persons.Where(p => !p.IsCrowd && p.Box is { Width: >= 0, Height: >= 0 } && p.Box.Width + p.Box.Height > 0).Select(p => p with { Keypoints = [] })]);

    /// <summary>Some of the pictures with their persons.</summary>
    internal PoseDataset OfImages(Func<ImageRecord, bool> keep)
    {
        ImmutableArray<ImageRecord> kept = [.. Images.Where(keep)];
        var ids = kept.Select(i => i.Id).ToHashSet();
        return new(Name, Skeleton, kept, [.. Persons.Where(p => ids.Contains(p.Image.Id))]);
    }
}
