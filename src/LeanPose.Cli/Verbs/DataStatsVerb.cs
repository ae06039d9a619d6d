using System.Globalization;
using LeanPose.Cli.Terminal;
using LeanPose.Datasets.Parts;
using Spectre.Console;

namespace LeanPose.Cli.Verbs;

/// <summary><c>leanpose data stats</c>: what a data set holds.</summary>
internal static class DataStatsVerb
{
    public static Verb Create()
    {
        var annotations = Flags.Annotations();
        var split = Flags.Split();
        var json = Flags.Json("the numbers");
        return new Verb(
            "stats",
            "Count what a data set holds: pictures, persons, sizes, and how often each keypoint is labelled. Pictures need not be there.",
            "nothing, except the file of --json",
            "data stats --annotations persons.json",
            "data stats --annotations train.json --split labelled50.json --json stats.json")
        {
            annotations, split, json,
        }.ComputesNothing().Does((parse, _) =>
        {
            Output.TryJson(parse.GetValue(json));
            var dataset = AnnotatedPersons.Read(parse.GetRequiredValue(annotations), null, parse.GetValue(split));
            var statistics = DatasetStatistics.Of(dataset);
            Screen.Line(dataset.Skeleton.ToString());
            Screen.Table(Counts(statistics));
            Screen.Table(Keypoints(statistics));
            Output.Json(parse.GetValue(json), statistics);
            return ExitCode.Ok;
        });
    }

    private static Table Counts(DatasetStatistics s)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("what").AddColumn(new TableColumn("number").RightAligned())
            .AddColumn(new TableColumn("least").RightAligned()).AddColumn(new TableColumn("median").RightAligned())
            .AddColumn(new TableColumn("mean").RightAligned()).AddColumn(new TableColumn("most").RightAligned());
        void Row(string what, int? number, Spread? spread = null) =>
            table.AddRow(what, number?.ToString(CultureInfo.InvariantCulture) ?? "", Cell(spread?.Least), Cell(spread?.Median), Cell(spread?.Mean), Cell(spread?.Most));
        Row("pictures", s.Pictures);
        Row("  without persons", s.PicturesWithoutPersons);
        Row("  longer side, pixels", null, s.PictureSide);
        Row("persons", s.Persons);
        Row("  a picture that has any", null, s.PersonsPerPicture);
        Row("  crowds", s.Crowds);
        Row("  without labels", s.WithoutLabels);
        Row("  to train and measure on", s.Trainable);
        foreach (var (size, count) in s.BySize)
            Row($"    {size}", count);
        Row("    longer side of the box, pixels", null, s.BoxSide);
        Row("    labelled keypoints", null, s.LabelsPerPerson);
        return table;
    }

    private static Table Keypoints(DatasetStatistics s)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("keypoint").AddColumn(new TableColumn("visible").RightAligned())
            .AddColumn(new TableColumn("hidden").RightAligned()).AddColumn(new TableColumn("no label").RightAligned());
        foreach (var k in s.Keypoints)
            table.AddRow([new Text(k.Name), new Text(Cell(k.Visible)), new Text(Cell(k.Hidden)), new Text(Cell(k.Unlabelled))]);
        return table;
    }

    private static string Cell(double? value) => value?.ToString("0.#", CultureInfo.InvariantCulture) ?? "";
}
