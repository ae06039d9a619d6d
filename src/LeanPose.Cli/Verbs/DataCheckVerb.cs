using System.CommandLine;
using LeanPose.Checks;
using LeanPose.Cli.Recipes;
using LeanPose.Cli.Reports;
using LeanPose.Cli.Terminal;
using LeanPose.IO;
using LeanPose.Learning.Recipes;
using Spectre.Console;

namespace LeanPose.Cli.Verbs;

/// <summary><c>leanpose data check</c>: says what is wrong with data sets, before anything is trained on them.</summary>
internal static class DataCheckVerb
{
    private const int ShownPerCode = 5;

    public static Verb Create()
    {
        var recipe = new Argument<string?>("RECIPE") { Description = "Check all that this recipe reads, and that nothing to be measured on is learned from.", Arity = ArgumentArity.ZeroOrOne };
        var set = new Option<string[]>("--set") { Description = "Override a field of the recipe; may be given several times.", HelpName = "key.path=value", DefaultValueFactory = _ => [] };
        var annotations = new Option<string?>("--annotations") { Description = "Check this COCO keypoints file.", HelpName = "FILE" };
        var images = new Option<string?>("--images") { Description = "Folder of its pictures; without it no picture is looked at.", HelpName = "DIR" };
        var against = new Option<string[]>("--against") { Description = "COCO files that are measured on: no picture of theirs may be among the checked ones.", HelpName = "FILE", DefaultValueFactory = _ => [], AllowMultipleArgumentsPerToken = true };
        var againstImages = new Option<string?>("--against-images") { Description = "Folder of their pictures, where it is another one.", HelpName = "DIR" };
        var strip = new Option<string?>("--strip-prefix") { Description = "What to take off the start of every file_name.", HelpName = "TEXT" };
        var json = Flags.Json("all findings");
        var html = new Option<string?>("--html") { Description = "Also write a page with pictures of the faults.", HelpName = "FILE" };
        var fix = new Option<string?>("--fix") { Description = "Write a corrected copy of the annotations: what can be mended without looking is mended. The original is never changed.", HelpName = "FILE" };
        var severity = Flags.Choice("--severity", "The exit code is 1 when something at least this bad is found.", ["error", "warning", "hint"], "error");
        var ignore = new Option<string[]>("--ignore") { Description = "A code that is not reported; may be given several times, or with commas.", HelpName = "CODE", DefaultValueFactory = _ => [], AllowMultipleArgumentsPerToken = true };
        return new Verb(
            "check",
            "Look for what is wrong with data sets: pictures, boxes, keypoints, left and right, the same picture in two sets (docs/checks).",
            "nothing, except the files of --json, --html and --fix",
            "data check recipes/studio-50-sspcm.yaml",
            "data check --annotations train.json --images images --against val.json --html check.html",
            "data check --annotations train.json --images images --fix corrected.json",
            "data check --annotations train.json --images images --severity warning --ignore person-cut --json check.json")
        {
            recipe, set, annotations, images, against, againstImages, strip, json, html, fix, severity, ignore,
        }.ComputesNothing().Does((parse, stop) =>
        {
            var sources = (parse.GetValue(recipe), parse.GetValue(annotations)) switch
            {
                ({ } file, null) when Given(parse, images, against, againstImages, strip, fix) is { } other => throw new CommandException(ExitCode.Usage, $"A recipe and {other} do not go together.", file, "a recipe, which says all of it", $"leave {other} out, or check one file with --annotations"),
                ({ } file, null) => OfRecipe(RecipeReader.Read(file, parse.GetValue(set) ?? [])),
                (null, { } file) when Given(parse, set) is not null => throw new CommandException(ExitCode.Usage, "--set overrides fields of a recipe, and there is none.", file, "RECIPE with --set", "leave --set out"),
                (null, { } file) => OfFiles(file, parse.GetValue(images), parse.GetValue(against) ?? [], parse.GetValue(againstImages), parse.GetValue(strip)),
                _ => throw new CommandException(ExitCode.Usage, "What is to be checked must be said in one way.", "leanpose data check", "RECIPE, or --annotations FILE with --images DIR"),
            };
            var ignored = Codes(parse.GetValue(ignore) ?? []);
            Output.TryJson(parse.GetValue(json));
            if (parse.GetValue(html) is { } page)
                Output.Folder(Path.GetDirectoryName(Path.GetFullPath(page))!);
            if (parse.GetValue(fix) is { } copy && Path.Exists(copy))
                throw new CommandException(ExitCode.Usage, "The file of --fix exists already.", copy, "the name of a new file: the copy never replaces anything", "choose another name");

            var check = DatasetCheck.Open(sources);
            var report = Screen.Progress($"looking at {check.Pictures} pictures", check.Pictures, progress => check.Run(ignored, progress, stop));
            var bound = Enum.Parse<FindingSeverity>(parse.GetValue(severity)!, ignoreCase: true);
            Show(report, bound);
            Output.Json(parse.GetValue(json), CheckJson.Of(report));
            if (parse.GetValue(html) is { } web)
                AtomicFile.WriteAllText(web, CheckPage.Write(report, stop));
            if (parse.GetValue(fix) is { } corrected)
                Fix(parse.GetValue(annotations)!, corrected, report);
            Screen.Files(new[] { ("findings", parse.GetValue(json)), ("page", parse.GetValue(html)), ("corrected", parse.GetValue(fix)) }.Where(f => f.Item2 is not null).Select(f => (f.Item1, f.Item2!)));
            return report.Findings.Any(f => f.Severity >= bound) ? ExitCode.Failed : ExitCode.Ok;
        });
    }

    private static IReadOnlyList<CheckSource> OfRecipe(Recipe recipe)
    {
        var data = recipe.Data;
        var sources = new List<CheckSource> { Of("labelled", SourceRole.Labelled, data.Labelled) };
        if (data.Unlabelled is { } unlabelled)
            sources.Add(Of("unlabelled", SourceRole.Unlabelled, unlabelled));
        if (data.Validation is { } validation)
            sources.Add(Of("validation", SourceRole.Validation, validation));
        return sources;

        CheckSource Of(string name, SourceRole role, PersonSource source) => new(name, role)
        {
            Annotations = In(source.Annotations),
            Images = In(source.Images.Length == 0 ? null : source.Images),
            Boxes = In(source.Boxes),
            Split = In(source.Split),
            Exclude = In(source.Exclude),
            RequireKeypoints = source.RequireKeypoints,
            Packed = In(source.Packed),
            Part = source.Part,
            First = source.First,
        };

        string? In(string? path) => path is null ? null : Path.Combine(data.Root, path);
    }

    private static IReadOnlyList<CheckSource> OfFiles(string file, string? images, string[] against, string? againstImages, string? strip)
    {
        if (against.Length > 0 && images is null)
            throw new CommandException(ExitCode.Usage, "--against compares pictures, and there are none.", file, "--images DIR");
        return
        [
            new("annotations", SourceRole.Unspecified) { Annotations = file, Images = images, StripPrefix = strip },
            .. against.Select(other => new CheckSource("against", SourceRole.Validation) { Annotations = other, Images = againstImages ?? images, StripPrefix = strip, OnlyForComparison = true }),
        ];
    }

    private static string[] Codes(string[] given)
    {
        var codes = given.SelectMany(g => g.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).ToArray();
        if (codes.FirstOrDefault(c => CheckCatalog.Find(c) is null) is { } unknown)
        {
            var nearest = NearestName.Of(unknown, [.. CheckCatalog.All.Select(c => c.Code)]) is { } name ? $" (did you mean '{name}'?)" : "";
            throw new CommandException(ExitCode.Usage, $"There is no code '{unknown}'{nearest}.", "--ignore", "a code of docs/checks");
        }

        return codes;
    }

    private static void Show(CheckReport report, FindingSeverity bound)
    {
        foreach (var set in report.Sets)
            Screen.Line($"{set.Name,-11}  {set.Images} pictures, {set.Persons} persons, {set.Labelled} with labels, {set.Skeleton}  ({set.File})");
        Screen.Line();
        var groups = report.Findings.GroupBy(f => (f.Check, f.Severity)).ToArray();
        if (groups.Length > 0)
        {
            var table = new Table().Border(TableBorder.Rounded).AddColumns("severity", "code", "findings", "what");
            foreach (var group in groups)
                table.AddRow(new Text(Name(group.Key.Severity)), new Text(group.Key.Check.Code), new Text($"{group.Count()}"), new Text(group.Key.Check.Title));
            Screen.Table(table);
        }

        // Hints are listed where someone asks for them; the table counts them in any case.
        foreach (var group in groups.Where(g => g.Key.Severity >= FindingSeverity.Warning || g.Key.Severity >= bound))
        {
            foreach (var finding in group.Take(ShownPerCode))
                Screen.Line($"{Name(finding.Severity)} {finding.Check.Code}: {finding.Found}\n  where:    {finding.Where()}\n  expected: {finding.Expected}\n  do:       {finding.Fix}");
            if (group.Count() > ShownPerCode)
                Screen.Line($"  … and {group.Count() - ShownPerCode} more of {group.Key.Check.Code}; --json and --html have them");
        }

        Screen.Line($"{report.Count(FindingSeverity.Error)} errors, {report.Count(FindingSeverity.Warning)} warnings, {report.Count(FindingSeverity.Hint)} hints");
    }

    private static void Fix(string original, string copy, CheckReport report)
    {
        var mended = CorrectedCopy.Write(original, copy, report.Findings);
        Screen.Line($"corrected {mended.Length} of {report.Findings.Count(f => f.Severity >= FindingSeverity.Warning)} errors and warnings: {(mended.Length == 0 ? "none can be without looking" : string.Join(", ", mended.GroupBy(f => f.Check.Code).Select(g => $"{g.Count()} {g.Key}")))}");
    }

    private static string Name(FindingSeverity severity) => severity.ToString().ToLowerInvariant();

    private static string? Given(ParseResult parse, params Option[] options) =>
        options.FirstOrDefault(o => parse.GetResult(o) is { Implicit: false })?.Name;
}
