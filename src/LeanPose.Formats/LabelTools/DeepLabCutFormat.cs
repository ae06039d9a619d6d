using LeanPose.Datasets;
using LeanPose.Formats.Reading;

namespace LeanPose.Formats.LabelTools;

/// <summary>
/// DeepLabCut's labels: <c>labeled-data/VIDEO/CollectedData_NAME.csv</c> or <c>.h5</c>, of one or several individuals. Every labelled keypoint counts as
/// visible; an empty cell is no label.
/// </summary>
public sealed class DeepLabCutFormat : IDatasetFormat
{
    private const string LabelFolder = "labeled-data";

    /// <inheritdoc/>
    public string Name => "deeplabcut";

    /// <inheritdoc/>
    public string Description => "DeepLabCut's labels, CollectedData_NAME.csv or .h5.";

    /// <inheritdoc/>
    public Recognition Recognise(SourceProbe source) => source.Extension switch
    {
        ".csv" when source.Head.StartsWith("scorer,", StringComparison.Ordinal) => Recognition.Certain,
        ".h5" => Path.GetFileName(source.Path).StartsWith("CollectedData", StringComparison.Ordinal) ? Recognition.Certain : Recognition.Possible,
        _ => Recognition.No,
    };

    /// <inheritdoc/>
    public PoseDataset Read(string path, FormatReadOptions options)
    {
        // Rows name pictures from the project's folder on: labeled-data/VIDEO/img.png.
        var folder = CocoDialect.FolderOf(path);
        var project = Path.GetDirectoryName(Path.GetDirectoryName(folder));
        var inProject = project is not null && Path.GetFileName(Path.GetDirectoryName(folder)) == LabelFolder;
        var builder = new DatasetBuilder(path, options, inProject ? project! : folder);
        var table = Path.GetExtension(path).Equals(".csv", StringComparison.OrdinalIgnoreCase)
            ? DeepLabCutTable.OfCsv(path, builder.Problems)
            : DeepLabCutTable.OfHdf5(path);
        if (table.Columns.FirstOrDefault(c => c.Coordinate is not ("x" or "y")) is { Coordinate: { } other } column)
            throw new DataException($"The table has a column \"{other}\" for {column.Bodypart}.", path, "columns x and y", "give the labels (CollectedData_NAME), not what a model predicted");
        foreach (var (name, place, values) in table.Rows)
        {
            var image = builder.Image(name, place);
            foreach (var person in Persons(table.Columns, values))
                builder.Add(new(image) { Named = person });
        }

        return builder.BuildByName([.. table.Columns.Select(c => c.Bodypart).Distinct(StringComparer.Ordinal)]);
    }

    private static IEnumerable<Dictionary<string, Keypoint>> Persons(IReadOnlyList<DeepLabCutColumn> columns, double[] values)
    {
        foreach (var individual in columns.Select((c, i) => (Column: c, Value: values[i])).GroupBy(c => c.Column.Individual))
        {
            var person = new Dictionary<string, Keypoint>(StringComparer.Ordinal);
            foreach (var part in individual.GroupBy(c => c.Column.Bodypart))
            {
                var x = part.Where(c => c.Column.Coordinate == "x").Select(c => c.Value).FirstOrDefault(double.NaN);
                var y = part.Where(c => c.Column.Coordinate == "y").Select(c => c.Value).FirstOrDefault(double.NaN);
                if (double.IsFinite(x) && double.IsFinite(y))
                    person[part.Key] = new(x, y, Visibility.Visible);
            }

            if (person.Count > 0)
                yield return person;
        }
    }
}
