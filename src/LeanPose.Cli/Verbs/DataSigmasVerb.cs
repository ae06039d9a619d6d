using System.CommandLine;
using System.Globalization;
using LeanPose.Cli.Terminal;
using LeanPose.Evaluation;
using LeanPose.Evaluation.Sigmas;
using LeanPose.Skeletons;
using Spectre.Console;

namespace LeanPose.Cli.Verbs;

/// <summary><c>leanpose data sigmas</c>: OKS sigmas from pictures that several people annotated.</summary>
internal static class DataSigmasVerb
{
    public static Verb Create()
    {
        var files = new Argument<string[]>("FILE") { Description = "COCO keypoints files: the same pictures, annotated by different people. One file alone: its sigmas are shown and checked.", Arity = ArgumentArity.OneOrMore };
        var output = new Option<string?>("--out") { Description = "Write the sigmas to this file, for 'eval --sigmas'.", HelpName = "FILE" };
        var force = Flags.Force();
        var json = Flags.Json("sigmas, intervals, counts and doubts");
        return new Verb(
            "sigmas",
            "Estimate OKS sigmas from how far apart annotators place each keypoint, and warn of values that make the metric meaningless.",
            "FILE of --out: {\"sigmas\": [{\"keypoint\": …, \"sigma\": …}, …]}",
            "data sigmas anna.json ben.json --out sigmas.json",
            "data sigmas persons.json")
        {
            files, output, force, json,
        }.ComputesNothing().Does((parse, _) =>
        {
            var path = parse.GetValue(output);
            if (path is not null)
                Output.NewFile(path, parse.GetValue(force), "sigmas.json");
            Output.TryJson(parse.GetValue(json));
            var annotations = parse.GetRequiredValue(files).Select(f => AnnotatedPersons.Read(f, null)).ToArray();
            var skeleton = annotations[0].Skeleton;
            if (annotations.Length == 1)
            {
                var doubts = SigmaCheck.Of(skeleton.Keypoints, skeleton.Sigmas);
                Show(skeleton, null, doubts);
                Write(path, skeleton.Keypoints.Zip(skeleton.Sigmas));
                Output.Json(parse.GetValue(json), new { sigmas = skeleton.Keypoints.Zip(skeleton.Sigmas, (keypoint, sigma) => new { keypoint, sigma }), doubts });
                return ExitCode.Ok;
            }

            var estimate = SigmaEstimate.Of(annotations, new Bootstrap());
            var found = SigmaCheck.Of(estimate);
            Screen.Line($"{estimate.Matched} persons in several annotations, {estimate.Unmatched} of {annotations[0].Name} in no other");
            Show(skeleton, estimate, found);
            // What nobody labelled twice, or in exactly one way, keeps the skeleton's sigma.
            Write(path, estimate.Keypoints.Where(k => k.Sigma > 0).Select(k => (k.Keypoint, k.Sigma!.Value)));
            Output.Json(parse.GetValue(json), new { sigmas = estimate.Keypoints, matched = estimate.Matched, unmatched = estimate.Unmatched, doubts = found });
            return ExitCode.Ok;
        });
    }

    private static void Write(string? path, IEnumerable<(string, double)> sigmas)
    {
        if (path is null)
            return;
        SigmaFile.Write(path, sigmas);
        Screen.Files(("sigmas", path));
    }

    private static void Show(Skeleton skeleton, SigmaEstimate? estimate, IReadOnlyList<string> doubts)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("keypoint").AddColumn(new TableColumn($"σ of {skeleton.Name}").RightAligned());
        foreach (var column in estimate is null ? [] : new[] { "σ", "95 %", "from the median", "persons" })
            table.AddColumn(new TableColumn(column).RightAligned());
        for (var j = 0; j < skeleton.Count; j++)
        {
            string[] cells = [skeleton.Keypoints[j], Number(skeleton.Sigmas[j])];
            if (estimate?.Keypoints[j] is { } k)
                cells = [.. cells, Number(k.Sigma), k.Interval is { } i ? $"{Number(i.Low)}–{Number(i.High)}" : "", Number(k.Robust), k.Persons.ToString(CultureInfo.InvariantCulture)];
            table.AddRow([.. cells.Select(c => new Text(c))]);
        }

        Screen.Table(table);
        foreach (var doubt in doubts)
            Screen.Warning(doubt);
    }

    private static string Number(double? value) => value?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "";
}
