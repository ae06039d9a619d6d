using System.CommandLine;
using System.Globalization;
using LeanPose.Cli.Terminal;
using LeanPose.Cli.Weights;
using LeanPose.Learning.Recipes;
using LeanPose.Learning.Weights;

namespace LeanPose.Cli.Verbs;

/// <summary><c>leanpose weights fetch</c>: the one verb that uses the network, and only for the address it names.</summary>
internal static class WeightsFetchVerb
{
    public static Verb Create()
    {
        var name = new Argument<string>("NAME") { Description = "A name of 'leanpose weights list'." };
        var from = new Option<string?>("--from") { Description = "Take the file from here instead of its publisher: an address, or a file that was fetched in another way.", HelpName = "URL|FILE" };
        var force = new Option<bool>("--force") { Description = "Fetch it again if it is there." };
        return new Verb(
            "fetch",
            "Fetch published weights into this user's cache, check them, and show how to use them. A fetch that was stopped is continued.",
            $"the file, in the cache folder ({WeightCache.Variable} names another one)",
            "weights fetch resnet18-imagenet",
            "weights fetch hrnet-w32-imagenet --from ~/Downloads/hrnet_w32-36af842e.pth")
        {
            name, from, force,
        }.ComputesNothing().Does((parse, stop) => Run(parse.GetRequiredValue(name), parse.GetValue(from), parse.GetValue(force), stop));
    }

    private static int Run(string name, string? from, bool force, CancellationToken stop)
    {
        var weights = WeightCatalog.Find(name) ?? throw new CommandException(
            ExitCode.Usage,
            $"There are no published weights '{name}'{(NearestName.Of(name, WeightCatalog.All.Select(w => w.Name)) is { } near ? $" (did you mean '{near}'?)" : "")}.",
            "leanpose weights fetch",
            "a name of 'leanpose weights list'");
        var path = WeightCache.PathOf(weights);
        if (File.Exists(path) && !force)
        {
            Screen.Line("It is there already.");
        }
        else
        {
            Output.Folder(WeightCache.Folder);
            var source = from ?? weights.Address.ToString();
            var size = weights.Megabytes is { } mebibytes ? string.Create(CultureInfo.InvariantCulture, $", {mebibytes:0.0} MiB") : "";
            Screen.Line($"{weights.Name}: {weights.TrainedOn}, {weights.Licence}{size}");
            var sha256 = Screen.Progress($"fetching {source}", 100, progress => WeightDownload.Run(source, path, weights.Sha256, progress, stop));
            Screen.Line($"SHA-256 {sha256} ({(weights.Sha256 is null ? "its publisher names none to compare with" : "as published")})");
        }

        Screen.Line($"file    {path}");
        Screen.Line($"use     model: {{backbone: {weights.Backbone}, weights: {weights.Name}}}");
        return ExitCode.Ok;
    }
}
