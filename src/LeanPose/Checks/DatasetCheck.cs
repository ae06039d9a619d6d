using System.Collections.Immutable;
using LeanPose.Checks.Reading;
using LeanPose.Checks.Validators;

namespace LeanPose.Checks;

/// <summary>A set that was looked at.</summary>
/// <param name="Name">As the source calls it.</param>
/// <param name="File">Annotation file, packed file or folder.</param>
/// <param name="Skeleton">Name of its skeleton.</param>
/// <param name="Images">Number of pictures.</param>
/// <param name="Persons">Number of persons.</param>
/// <param name="Labelled">Number of persons with a labelled keypoint.</param>
public sealed record CheckedSetSummary(string Name, string File, string Skeleton, int Images, int Persons, int Labelled);

/// <summary>What the check found.</summary>
/// <param name="Sets">What was looked at.</param>
/// <param name="Findings">Worst first; within a severity in the catalogue's order, within a code in file order.</param>
public sealed record CheckReport(ImmutableArray<CheckedSetSummary> Sets, ImmutableArray<Finding> Findings)
{
    /// <summary>How many findings have a severity.</summary>
    public int Count(FindingSeverity severity) => Findings.Count(f => f.Severity == severity);
}

/// <summary>
/// Looks at data sets and says all that is wrong with them. Files are read leniently: what <see cref="Datasets.CocoReader"/> would refuse is a
/// finding here, and the rest is looked at all the same.
/// </summary>
public sealed class DatasetCheck
{
    /// <summary>The validators, in order: the first ones explain what later ones would otherwise report as something else. A new one is one line here.</summary>
    private static readonly IValidator[] Validators =
    [
        new SkeletonValidator(), new ImageValidator(), new DuplicateValidator(), new CoordinateValidator(), new BoxValidator(), new CountValidator(),
        new PlacementValidator(), new TwinValidator(), new SideValidator(), new ProportionValidator(), new FrameValidator(), new BalanceValidator(),
    ];

    private readonly FindingList _findings = new();
    private readonly ImmutableArray<CheckedSet> _sets;

    private DatasetCheck(IEnumerable<CheckSource> sources) =>
        _sets = [.. sources.Select(s => LenientReader.Read(s, _findings)).OfType<CheckedSet>()];

    /// <summary>Number of pictures that <see cref="Run"/> opens.</summary>
    public int Pictures => PicturePaths().Count;

    /// <summary>Reads the annotations of all sets; pictures are read by <see cref="Run"/>.</summary>
    public static DatasetCheck Open(IEnumerable<CheckSource> sources) => new(sources);

    /// <summary>
    /// Opens every picture once, on all processors (each holds one picture at a time, a JPEG at reduced size; 300 bytes of each are
    /// kept), and lets every validator look.
    /// </summary>
    /// <param name="ignore">Codes that are not reported.</param>
    /// <param name="progress">Hears how many pictures are done.</param>
    /// <param name="stop">Stops between pictures.</param>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public CheckReport Run(IReadOnlyCollection<string>? ignore = null, IProgress<int>? progress = null, CancellationToken stop = default)
    {
        var probes = PictureProbe.OfAll(PicturePaths(), progress, stop);
        foreach (var image in _sets.SelectMany(s => s.Images))
            image.Probe = image.Path is { } path ? probes.GetValueOrDefault(path) : null;
        var data = new CheckedData(_sets);
        foreach (var validator in Validators)
        {
            stop.ThrowIfCancellationRequested();
            validator.Look(data, _findings);
        }

        return new CheckReport([.. _sets.Select(s => s.Summary())], _findings.Sorted(ignore ?? []));
    }

    private IReadOnlyCollection<string> PicturePaths() =>
        _sets.SelectMany(s => s.Images).Select(i => i.Path).OfType<string>().ToHashSet(StringComparer.Ordinal);
}
