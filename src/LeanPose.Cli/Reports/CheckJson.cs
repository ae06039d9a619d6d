using LeanPose.Checks;

namespace LeanPose.Cli.Reports;

/// <summary>Findings for programs: one object each, all names as docs/cli.md has them.</summary>
internal static class CheckJson
{
    public static object Of(CheckReport report) => new
    {
        errors = report.Count(FindingSeverity.Error),
        warnings = report.Count(FindingSeverity.Warning),
        hints = report.Count(FindingSeverity.Hint),
        sets = report.Sets,
        findings = report.Findings.Select(f => new
        {
            f.Check.Code,
            severity = f.Severity.ToString().ToLowerInvariant(),
            f.Set,
            f.File,
            f.Path,
            f.ImageId,
            image = f.ImageName,
            f.AnnotationId,
            f.Keypoint,
            x = f.At?.X,
            y = f.At?.Y,
            f.OtherImage,
            f.Found,
            f.Expected,
            f.Fix,
            mendable = f.IsMendable,
        }),
    };
}
