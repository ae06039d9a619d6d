using System.Collections.Immutable;

namespace LeanPose.Checks;

/// <summary>Collects findings. Sets of one recipe may share a file; what is wrong there is reported once.</summary>
internal sealed class FindingList
{
    private readonly List<Finding> _findings = [];
    private readonly HashSet<(string, string, string, string?)> _seen = [];

    public void Add(Finding finding)
    {
        if (_seen.Add((finding.Check.Code, finding.File, finding.Path, finding.OtherImage)))
            _findings.Add(finding);
    }

    /// <summary>Worst first; within a severity in the catalogue's order, within a code as they came.</summary>
    public ImmutableArray<Finding> Sorted(IReadOnlyCollection<string> ignore) =>
    [
        .. _findings
            .Where(f => !ignore.Contains(f.Check.Code))
            .OrderByDescending(f => f.Severity)
            .ThenBy(f => CheckCatalog.All.IndexOf(f.Check)),
    ];
}
