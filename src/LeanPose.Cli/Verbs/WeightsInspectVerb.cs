using System.CommandLine;
using LeanPose.Cli.Terminal;
using LeanPose.Cli.Weights;
using LeanPose.Learning.Weights;
using Spectre.Console;

namespace LeanPose.Cli.Verbs;

/// <summary><c>leanpose weights inspect</c>: what is in a weights file and what it can be used for.</summary>
internal static class WeightsInspectVerb
{
    private const int NamesShown = 8;

    public static Verb Create()
    {
        var path = new Argument<string>("FILE") { Description = "Safetensors file or PyTorch checkpoint, or a name of 'leanpose weights list'." };
        var json = Flags.Json("tensors, naming and fitting backbones");
        return new Verb(
            "inspect",
            "Show the tensors of a weights file, whose names they have, which backbone they fit and what would be missing. Nothing in the file is run.",
            "nothing, except the file of --json",
            "weights inspect pose_hrnet_w32_256x192.pth",
            "weights inspect model.safetensors --json tensors.json")
        {
            path, json,
        }.Does((parse, _) =>
        {
            var file = parse.GetValue(json);
            Output.TryJson(file);
            var inspection = WeightInspection.Of(WeightCache.Resolve(parse.GetRequiredValue(path)));
            Show(inspection);
            Output.Json(file, Numbers(inspection));
            return ExitCode.Ok;
        });
    }

    private static void Show(WeightInspection inspection)
    {
        var (file, names) = (inspection.File, inspection.Names);
        var table = new Table().Border(TableBorder.Rounded).AddColumns("name", "type", "shape");
        foreach (var name in names.All)
            table.AddRow(new Text(name), new Text(Type(file, names, name)), new Text(string.Join('×', file.ShapeOf(names.InFile(name)!))));
        Screen.Table(table);
        Screen.Line($"tensors  {names.All.Count}, {names.All.Sum(n => Elements(file, names, n))} numbers");
        if ((file as TorchFile)?.Key is { } key)
            Screen.Line($"inside   {key}");
        if (names.Prefix.Length > 0)
            Screen.Line($"prefix   {names.Prefix} (left out)");
        if (names.Style is { } style)
            Screen.Line($"naming   {style}'s (translated)");
        if (inspection.Fits.Count == 0)
            Screen.Line("fits     no backbone of LeanPose");
        // Where one fits, parts of others are no news.
        foreach (var (backbone, report) in inspection.Fits.Where((f, i) => f.Report.IsExact || (i < 3 && !inspection.Fits[0].Report.IsExact)))
        {
            Screen.Line(report.IsExact ? $"fits     {backbone}: {report.Taken} tensors" : $"in part  {backbone}: {report.Taken} of {report.Wanted} tensors");
            Differences("missing", report.Missing);
            Differences("unused", report.Extra);
            Differences("other shape", report.OtherShapes);
        }
    }

    private static void Differences(string what, IReadOnlyList<string> names)
    {
        if (names.Count > 0)
            Screen.Line($"         {what} ({names.Count}): {string.Join(", ", names.Take(NamesShown))}{(names.Count > NamesShown ? ", …" : "")}");
    }

    private static object Numbers(WeightInspection inspection) => new
    {
        path = inspection.File.Path,
        inside = (inspection.File as TorchFile)?.Key,
        prefix = inspection.Names.Prefix,
        naming = inspection.Names.Style,
        tensors = inspection.Names.All.Select(n => new { name = n, inFile = inspection.Names.InFile(n), type = Type(inspection.File, inspection.Names, n), shape = inspection.File.ShapeOf(inspection.Names.InFile(n)!) }),
        fits = inspection.Fits.Select(f => new { f.Backbone, exact = f.Report.IsExact, f.Report.Taken, f.Report.Wanted, f.Report.Missing, unused = f.Report.Extra, f.Report.OtherShapes }),
    };

    private static string Type(WeightsFile file, WeightNames names, string name) => file.TypeOf(names.InFile(name)!).ToString().ToLowerInvariant();

    private static long Elements(WeightsFile file, WeightNames names, string name) => file.ShapeOf(names.InFile(name)!).Aggregate(1L, (a, b) => a * b);
}
