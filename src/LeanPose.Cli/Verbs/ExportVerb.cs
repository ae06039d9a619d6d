using System.CommandLine;
using System.Globalization;
using LeanPose.Cli.Terminal;
using LeanPose.Learning.Export;
using LeanPose.Learning.Prediction;

namespace LeanPose.Cli.Verbs;

/// <summary><c>leanpose export</c>: a trained network as an ONNX file.</summary>
internal static class ExportVerb
{
    public static Verb Create()
    {
        var model = new Argument<string>("MODEL") { Description = "Run folder or model file." };
        var onnx = new Option<string>("--onnx") { Description = "ONNX file to write.", HelpName = "FILE", Required = true };
        var heatmaps = new Option<bool>("--heatmaps") { Description = "Give out heatmaps instead of keypoints." };
        var json = Flags.Json("path, size, output and largest difference");
        return new Verb(
            "export",
            "Export a model as ONNX: pictures in as bytes, keypoints out. The result is compared with the network before it is written.",
            "FILE   the model with its description in the metadata (docs/export.md)",
            "export runs/studio-50-sspcm --onnx pose.onnx",
            "export model.safetensors --onnx heatmaps.onnx --heatmaps --json export.json")
        {
            model, onnx, heatmaps, json,
        }.Does((parse, _) =>
        {
            var output = parse.GetValue(json);
            Output.TryJson(output);
            Output.Folder(Path.GetDirectoryName(Path.GetFullPath(parse.GetRequiredValue(onnx)))!);
            using var predictor = PosePredictor.Load(parse.GetRequiredValue(model));
            var report = OnnxExporter.Export(predictor.Network, predictor.Model, parse.GetRequiredValue(onnx), new OnnxExportOptions { Heatmaps = parse.GetValue(heatmaps) });
            Screen.Line(predictor.Description);
            Screen.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"largest difference from the network on {report.Crops} crops: {report.Difference:0.0e+0} of the largest heatmap value (allowed {report.Tolerance:0.0e+0})"));
            Screen.Files(("onnx", report.Path));
            Output.Json(output, report);
            return ExitCode.Ok;
        });
    }
}
