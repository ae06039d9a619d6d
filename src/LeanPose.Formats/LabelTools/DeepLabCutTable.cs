using System.Globalization;
using CsvHelper;
using LeanPose.Datasets;
using LeanPose.Formats.Hdf5;

namespace LeanPose.Formats.LabelTools;

/// <summary>A column of DeepLabCut's table.</summary>
/// <param name="Individual">Whose; empty in projects of one animal or person.</param>
/// <param name="Bodypart">Keypoint name.</param>
/// <param name="Coordinate"><c>x</c>, <c>y</c> or <c>likelihood</c>.</param>
internal readonly record struct DeepLabCutColumn(string Individual, string Bodypart, string Coordinate);

/// <summary>DeepLabCut's table: a row a picture, a column a coordinate; NaN where nothing was labelled.</summary>
/// <param name="Columns">In the file's order.</param>
/// <param name="Rows">Name of the picture, place in the file, numbers by column.</param>
internal sealed record DeepLabCutTable(IReadOnlyList<DeepLabCutColumn> Columns, IReadOnlyList<(string Image, string Place, double[] Values)> Rows)
{
    private const string Header = "the header rows scorer, (individuals,) bodyparts, coords";

    /// <summary>Reads <c>CollectedData_NAME.csv</c>.</summary>
    /// <exception cref="DataException">It is no such table.</exception>
    public static DeepLabCutTable OfCsv(string path, ProblemList problems)
    {
        try
        {
            using var csv = CsvReader.FromFile(path, new CsvReaderOptions { HasHeader = false, Separator = ',', TrackLineNumbers = true });
            return Parse(csv, path, problems);
        }
        catch (CsvFormatException e)
        {
            throw new DataException($"The file is no table: {e.Message.Split('\n')[0].TrimEnd()}", path, "comma-separated values, as DeepLabCut writes them", "save the labels again in DeepLabCut", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException(File.Exists(path) ? $"The file cannot be read: {e.Message}" : "The file does not exist.", path, fix: "check the path", inner: e);
        }
    }

    /// <summary>Reads <c>CollectedData_NAME.h5</c>, a pandas table in HDF5's fixed form.</summary>
    /// <exception cref="DataException">It is no such table.</exception>
    public static DeepLabCutTable OfHdf5(string path)
    {
        using var file = new Hdf5Reader(path);
        var group = file.Has("df_with_missing") ? "df_with_missing" : file.Groups() is [var only] ? only : "df_with_missing";
        if (!file.Has($"{group}/block0_values"))
        {
            throw new DataException(
                file.Has($"{group}/table") ? "The table is in pandas' appendable form." : $"There is no table \"{group}\" in the file.",
                path,
                "a table in pandas' fixed form, as DeepLabCut 2.2 and newer write it",
                $"give the CSV file of the same name ({Path.ChangeExtension(path, ".csv")}), which DeepLabCut writes beside it");
        }

        var levels = Levels(file, $"{group}/block0_items") ?? throw new DataException("The columns have only one level.", path, Header);
        var columns = Enumerable.Range(0, levels[0].Length).Select(c => Column([.. levels.Select(l => l[c])])).ToArray();
        var names = Levels(file, $"{group}/axis1") ?? [file.Texts($"{group}/axis1")];
        var (values, size) = file.Numbers($"{group}/block0_values");
        if (size is not [var rows, var width] || width != columns.Length || rows != names[0].Length)
            throw new DataException($"The table has {string.Join(" × ", size)} numbers for {names[0].Length} pictures and {columns.Length} columns.", path, "one block of numbers", "give the CSV file of the same name");
        return new(columns, [.. Enumerable.Range(0, rows).Select(r => (string.Join('/', names.Select(n => n[r])), $"{path}, row {r}", values[(r * width)..((r + 1) * width)]))]);
    }

    private static DeepLabCutTable Parse(CsvReader csv, string path, ProblemList problems)
    {
        var header = new List<string[]>();
        while (header.Count < 4 && csv.Read())
        {
            header.Add(Cells(csv));
            if (header[^1][0] == "coords")
                break;
        }

        var titles = header.Select(h => h[0]).ToArray();
        if (titles is not (["scorer", "bodyparts", "coords"] or ["scorer", "individuals", "bodyparts", "coords"]))
            throw new DataException("The table has other header rows.", $"{path}, line 1", $"{Header}; found {(titles.Length == 0 ? "nothing" : string.Join(", ", titles))}", "give CollectedData_NAME.csv of a DeepLabCut project");
        // Since version 2.2.1 a picture's folder, video and name stand in three columns.
        var first = header[0].Skip(1).TakeWhile(string.IsNullOrEmpty).Count() + 1;
        var width = header.Min(h => h.Length);
        var columns = Enumerable.Range(first, Math.Max(0, width - first)).Select(c => Column([.. header.Select(h => h[c])])).ToArray();
        var rows = new List<(string, string, double[])>();
        while (csv.Read())
        {
            var cells = Cells(csv);
            var place = $"{path}, line {csv.LineNumber}";
            if (cells.Length != first + columns.Length)
            {
                problems.Add($"The row has {cells.Length} cells.", place, $"{first + columns.Length} cells, as the header has", "save the labels again in DeepLabCut");
                continue;
            }

            rows.Add((string.Join('/', cells[..first].Where(c => c.Length > 0)), place, [.. cells[first..].Select((c, i) => Number(c, columns[i], place, problems))]));
        }

        return new(columns, rows);
    }

    private static string[] Cells(CsvReader csv) => [.. Enumerable.Range(0, csv.FieldCount).Select(csv.GetString)];

    private static DeepLabCutColumn Column(string[] levels) => levels.Length == 4
        ? new(levels[1], levels[2], levels[3])
        : new("", levels[^2], levels[^1]);

    private static double Number(string cell, DeepLabCutColumn column, string place, ProblemList problems)
    {
        if (cell.Length == 0 || cell.Equals("nan", StringComparison.OrdinalIgnoreCase))
            return double.NaN;
        if (double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return number;
        problems.Add($"\"{cell}\" is no number.", $"{place}, {column.Bodypart} {column.Coordinate}", "a number of pixels, or nothing");
        return double.NaN;
    }

    /// <summary>pandas keeps an index of several levels as the names of each level and, for each entry, which of them it has.</summary>
    private static string[][]? Levels(Hdf5Reader file, string index)
    {
        var levels = new List<string[]>();
        for (var l = 0; file.Has($"{index}_level{l}"); l++)
        {
            var names = file.Texts($"{index}_level{l}");
            levels.Add([.. file.Numbers($"{index}_label{l}").Values.Select(code => code >= 0 && code < names.Length ? names[(int)code] : "")]);
        }

        return levels.Count >= 2 ? [.. levels] : null;
    }
}
