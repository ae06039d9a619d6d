using System.Text.Json;
using System.Xml.Linq;
using LeanPose.Cli.Reports;
using LeanPose.Datasets;
using LeanPose.Evaluation;
using LeanPose.Geometry;
using LeanPose.Imaging;
using LeanPose.Skeletons;
using LeanPose.Testing;

namespace LeanPose.Cli.Tests.Reports;

/// <summary>A made-up run folder as the trainer writes it, and persons to show.</summary>
internal static class SampleRun
{
    public static readonly string[] Networks = ["student", "teacher"];

    public static EvaluationReport Report(double ap) => new(
        new Dictionary<string, string> { ["boxes"] = "annotated", ["decoder"] = "QuarterOffset & more" },
        new Dictionary<string, double?> { ["AP"] = ap, ["AP50"] = ap + 0.1234, ["APm"] = null, ["PCK@0.2-torso"] = ap + 0.0567 },
        new Dictionary<string, IReadOnlyDictionary<string, double?>>
        {
            ["left_wrist"] = new Dictionary<string, double?> { ["PCK@0.2-torso"] = 0.4321, ["count"] = 77 },
            ["right_wrist"] = new Dictionary<string, double?> { ["PCK@0.2-torso"] = null, ["count"] = 0 },
        })
    {
        Intervals = new Dictionary<string, ConfidenceInterval> { ["AP"] = new(ap - 0.0311, ap + 0.0322) },
    };

    public static IReadOnlyDictionary<string, EvaluationReport> Reports(double ap) => Networks.ToDictionary(n => n, n => Report(n == "student" ? ap : ap - 0.05));

    public static object Start(int step = 0, params string[] warnings) => new { @event = "start", step, totalSteps = 200, summary = "method sspcm\n5 persons", warnings };

    public static object Step(int step, double time) => new
    {
        @event = "step",
        step,
        time,
        epoch = 1,
        lr = 0.001,
        imagesPerSecond = 20.5,
        dataWait = 0.02,
        scalars = new Dictionary<string, double?> { ["loss"] = 1.0 / step, ["loss/supervised/student"] = 0.5 / step, ["pseudo/accepted"] = 0.81, ["pseudo/broken"] = null },
    };

    /// <summary>Twenty steps with telemetry by keypoint.</summary>
    public static object Telemetry(int step, double maximum) => new
    {
        @event = "step",
        step,
        steps = 20,
        time = step / 10.0,
        scalars = new Dictionary<string, double> { ["labelled/maximum/student"] = 0.62, ["pseudo/maximum/student"] = maximum, ["pseudo/accepted"] = 0.5, ["pseudo/gap/student"] = 1.5 },
        perKeypoint = new Dictionary<string, object>
        {
            ["keypoint"] = new[] { "nose", "left_hip" },
            ["pseudo/maximum"] = new[] { maximum, 0.0125 },
            ["pseudo/accepted"] = new[] { 0.875, 0.125 },
            ["pseudo/gap"] = new double?[] { 2.25, null },
        },
    };

    public static object Evaluation(int step, double time, double ap) => new { @event = "evaluation", step, time, deployed = "student", reports = Reports(ap) };

    public static object End(int step) => new { @event = "end", step, outcome = "Finished", message = "all steps done" };

    /// <summary>A finished run.</summary>
    public static void Write(string folder)
    {
        WriteLog(folder, Start(0, "few validation persons"), Step(50, 10), Evaluation(100, 20, 0.2), Step(100, 21), Step(150, 30), Evaluation(200, 40, 0.6101), End(200));
        File.WriteAllText(Path.Combine(folder, "recipe.yaml"), "name: sample\nmethod:\n  name: sspcm # <- & \"quoted\"\n");
        File.WriteAllText(Path.Combine(folder, "metrics.json"), Report(0.6101).ToJson());
    }

    public static void WriteLog(string folder, params object[] lines)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllLines(Path.Combine(folder, "log.jsonl"), lines.Select(l => l as string ?? JsonSerializer.Serialize(l)));
    }

    /// <summary>A labelled person in a picture of its own, predicted <paramref name="error"/> pixels off.</summary>
    public static PredictedPerson Person(TempFolder folder, long id, double error, string? fileName = null)
    {
        var path = folder[$"{id}.png"];
        ImageEncoder.SavePng(new RgbImage(80, 60), path);
        var skeleton = KnownSkeletons.Lsp14;
        var box = new Box(10, 10, 40, 40);
        return new PredictedPerson(
            skeleton,
            new PersonInstance
            {
                Id = id,
                Image = new ImageRecord(id, fileName ?? $"{id}.png", path, 80, 60),
                RawBox = box,
                Box = box,
                Area = box.Area,
                Keypoints = [.. Enumerable.Range(0, skeleton.Count).Select(i => new Keypoint(12 + (2 * i), 14 + i, i == 0 ? Visibility.Unlabelled : Visibility.Visible))],
            },
            new PoseResult(id, [.. Enumerable.Range(0, skeleton.Count).Select(i => new ScoredPoint(12 + (2 * i) + error, 14 + i, 0.5))], 1, box, id));
    }

    /// <summary>The page as a tree; throws where it is not well-formed.</summary>
    public static XDocument Parse(string page)
    {
        const string doctype = "<!DOCTYPE html>";
        var text = File.ReadAllText(page);
        Xunit.Assert.StartsWith(doctype, text);
        return XDocument.Parse(text[doctype.Length..]);
    }

    /// <summary>The text a reader sees.</summary>
    public static string Text(XDocument page) => string.Join('\n', page.Descendants("body").DescendantNodes().OfType<XText>().Select(t => t.Value));
}
