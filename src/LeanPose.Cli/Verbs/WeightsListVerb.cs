using System.Globalization;
using LeanPose.Cli.Terminal;
using LeanPose.Learning.Weights;
using Spectre.Console;

namespace LeanPose.Cli.Verbs;

/// <summary><c>leanpose weights list</c>: what can be fetched by name, and what is there already.</summary>
internal static class WeightsListVerb
{
    public static Verb Create()
    {
        var json = Flags.Json("the list, with addresses and checksums");
        return new Verb(
            "list",
            "Show published weights that can be fetched by name. Their licences are their publishers'; the terms of the pictures they were trained on come on top.",
            "nothing, except the file of --json",
            "weights list",
            "weights list --json weights.json")
        {
            json,
        }.ComputesNothing().Does((parse, _) =>
        {
            var file = parse.GetValue(json);
            Output.TryJson(file);
            var table = new Table().Border(TableBorder.Rounded).AddColumns("name", "backbone", "trained on", "MiB", "licence", "fetched");
            foreach (var w in WeightCatalog.All)
            {
                string[] cells = [w.Name, w.Backbone, w.TrainedOn, w.Megabytes?.ToString("0.0", CultureInfo.InvariantCulture) ?? "", w.Licence, File.Exists(WeightCache.PathOf(w)) ? "yes" : ""];
                table.AddRow([.. cells.Select(c => new Text(c))]);
            }

            Screen.Table(table);
            Screen.Line($"kept in {WeightCache.Folder}");
            Output.Json(file, WeightCatalog.All.Select(w => new { w.Name, w.Backbone, w.TrainedOn, w.Address, w.Sha256, w.Megabytes, w.Licence, path = WeightCache.PathOf(w), fetched = File.Exists(WeightCache.PathOf(w)) }));
            return ExitCode.Ok;
        });
    }
}
