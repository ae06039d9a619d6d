using LeanPose.Datasets;

namespace LeanPose.Formats;

/// <summary>One way in which pose annotations lie on a disk. All are listed in <see cref="FormatCatalog"/>.</summary>
public interface IDatasetFormat
{
    /// <summary>Short name, as the command line takes it.</summary>
    string Name { get; }

    /// <summary>What it is and which files or folders it is read from, one sentence.</summary>
    string Description { get; }

    /// <summary>How well a file or folder fits, judged without reading all of it.</summary>
    Recognition Recognise(SourceProbe source);

    /// <summary>Reads all of it. Coordinates come out in image pixels counted from 0, whatever the source counts from.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="options">Where the pictures lie, and which part is meant.</param>
    /// <exception cref="DataException">Something is missing or not usable; holds up to 20 problems with their places.</exception>
    PoseDataset Read(string path, FormatReadOptions options);
}

/// <summary>A format that LeanPose also writes.</summary>
public interface IWritableFormat : IDatasetFormat
{
    /// <summary>Whether <see cref="Write"/> is given a folder, not a file.</summary>
    bool WritesFolder { get; }

    /// <summary>Writes a data set, replacing what lies there; the pictures themselves stay where they are.</summary>
    /// <param name="dataset">What to write.</param>
    /// <param name="path">The file, or the folder.</param>
    /// <returns>What the format has no place for, one sentence each with its count; empty where nothing was lost.</returns>
    /// <exception cref="DataException">The place cannot be written to, or the data set lacks what the format needs.</exception>
    IReadOnlyList<string> Write(PoseDataset dataset, string path);
}

/// <summary>How well a file or folder fits a format.</summary>
public enum Recognition
{
    /// <summary>It is another one's.</summary>
    No,

    /// <summary>It can be read so, if no other format knows it better.</summary>
    Possible,

    /// <summary>It has marks that only this format has.</summary>
    Certain,
}

/// <summary>How a format is read.</summary>
public sealed record FormatReadOptions
{
    /// <summary>
    /// The folder to which picture names are relative; every picture with a person must then exist. Null (default): where the format
    /// usually has them, and pictures may be missing unless their size is needed.
    /// </summary>
    public string? Images { get; init; }

    /// <summary>Which part of a source that holds several, e.g. <c>train</c> or <c>val</c> of an Ultralytics data set; null for the only one.</summary>
    public string? Part { get; init; }
}
