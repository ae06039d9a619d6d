using System.CommandLine;
using LeanPose.Cli.Terminal;
using LeanPose.Datasets;
using LeanPose.Learning.Native;
using LeanPose.Learning.Weights;

namespace LeanPose.Cli.Verbs;

/// <summary><c>leanpose weights convert</c>: a checkpoint as safetensors.</summary>
internal static class WeightsConvertVerb
{
    public static Verb Create()
    {
        var input = new Argument<string>("IN") { Description = "PyTorch checkpoint or safetensors file, or a name of 'leanpose weights list'." };
        var output = new Argument<string>("OUT") { Description = "Safetensors file to write." };
        var force = new Option<bool>("--force") { Description = "Replace the file if it exists." };
        return new Verb(
            "convert",
            "Write the tensors of a checkpoint as safetensors, under the names that LeanPose and the published code use. Nothing in the checkpoint is run.",
            "OUT   the tensors; types and values as they were",
            "weights convert checkpoint.pth.tar weights.safetensors")
        {
            input, output, force,
        }.Does((parse, _) =>
        {
            var path = parse.GetRequiredValue(output);
            if (Directory.Exists(path))
                throw new CommandException(ExitCode.Usage, "OUT names a folder.", path, "the name of a file", "add a file name, for example weights.safetensors");
            if (File.Exists(path) && !parse.GetValue(force))
                throw new DataException("The file exists already.", path, fix: "choose another name, or replace it with --force");
            Output.Folder(Path.GetDirectoryName(Path.GetFullPath(path))!);
            Convert(WeightsFile.Open(WeightCache.Resolve(parse.GetRequiredValue(input))), path);
            Screen.Files(("weights", path));
            return ExitCode.Ok;
        });
    }

    private static void Convert(WeightsFile file, string path)
    {
        using var pause = FinalizerPause.Begin();
        var names = WeightNames.Of(file);
        var tensors = names.All.Select(n => (n, file.Read(names.InFile(n)!))).ToList();
        try
        {
            // What is written has no other network that the deployed one could be told from.
            SafeTensors.Write(path, tensors, file.Metadata.Where(m => m.Key != WeightsFile.DeployedKey).ToDictionary());
            Screen.Line($"{tensors.Count} tensors");
        }
        finally
        {
            tensors.ForEach(t => t.Item2.Dispose());
        }
    }
}
