namespace LeanPose.Datasets.Parts;

/// <summary>What a drawn part of a data set has in the same proportions as the whole.</summary>
public enum Stratum
{
    /// <summary>Nothing: every person or picture is drawn with the same chance.</summary>
    None,

    /// <summary>Small (area below 32²), medium (to 96²) and large persons, as COCO measures them.</summary>
    Size,

    /// <summary>Persons with few and many labelled keypoints, in quarters of the skeleton.</summary>
    Labels,

    /// <summary>The folders in which the pictures lie, as their file names give them: the parts of a merged set.</summary>
    Folder,
}

/// <summary>Which class of a <see cref="Stratum"/> a person or picture falls into.</summary>
public static class Strata
{
    /// <summary>Area in square pixels up to which a person is small, and medium.</summary>
    public const double SmallBelow = 32 * 32, MediumTo = 96 * 96;

    /// <summary>The class of a person.</summary>
    /// <param name="person">The person.</param>
    /// <param name="stratum">What is to be kept in proportion.</param>
    public static string Of(PersonInstance person, Stratum stratum) => stratum switch
    {
        Stratum.Size => person.Area < SmallBelow ? "small" : person.Area <= MediumTo ? "medium" : "large",
        Stratum.Labels => person.Keypoints.IsEmpty ? "0/4" : $"{Math.Ceiling(4.0 * person.LabelledCount / person.Keypoints.Length):0}/4",
        Stratum.Folder => Folder(person.Image),
        _ => "",
    };

    /// <summary>The class of a picture: that of its largest person, <c>nobody</c> without one.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="persons">The persons in it.</param>
    /// <param name="stratum">What is to be kept in proportion.</param>
    public static string Of(ImageRecord image, IEnumerable<PersonInstance> persons, Stratum stratum) =>
        stratum is Stratum.Folder or Stratum.None ? Folder(image)
        : persons.MaxBy(p => p.Area) is { } largest ? Of(largest, stratum)
        : "nobody";

    /// <summary>The folder of a picture as its file name gives it; empty where it gives none.</summary>
    public static string Folder(ImageRecord image) => image.FileName.Replace('\\', '/') is var name && name.LastIndexOf('/') is >= 0 and var end ? name[..end] : "";
}
