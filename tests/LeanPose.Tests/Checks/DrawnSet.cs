using System.Text.Json.Nodes;
using LeanPose.Checks;
using LeanPose.Synthetic;
using LeanPose.Testing;

namespace LeanPose.Tests.Checks;

/// <summary>A drawn data set whose labels are right, and ways to make them wrong.</summary>
public sealed class DrawnSet : IDisposable
{
    private readonly TempFolder _folder = new();

    public DrawnSet(SyntheticOptions options)
    {
        SyntheticDataset.Write(options, _folder.Path, cancellation: Xunit.TestContext.Current.CancellationToken);
        Root = JsonNode.Parse(File.ReadAllText(File_))!.AsObject();
    }

    /// <summary>The annotation file as it will be checked.</summary>
    public JsonObject Root { get; }

    public JsonArray Images => Root["images"]!.AsArray();

    public JsonArray Annotations => Root["annotations"]!.AsArray();

    public JsonObject Category => Root["categories"]![0]!.AsObject();

    /// <summary>Folder of the pictures.</summary>
    public string Pictures => _folder["images"];

    /// <summary>The annotation file.</summary>
    public string File_ => _folder["annotations", "persons.json"];

    /// <summary>A path beside it.</summary>
    public string this[string name] => _folder[name];

    /// <summary>The file of a picture.</summary>
    public string Picture(int index) => Path.Combine(Pictures, (string)Images[index]!["file_name"]!);

    public JsonObject Annotation(int index) => Annotations[index]!.AsObject();

    public double[] Keypoints(int annotation) => [.. Annotation(annotation)["keypoints"]!.AsArray().Select(n => (double)n!)];

    public double[] Box(int annotation) => [.. Annotation(annotation)["bbox"]!.AsArray().Select(n => (double)n!)];

    public void Set(int annotation, string field, params double[] numbers) =>
        Annotation(annotation)[field] = new JsonArray([.. numbers.Select(n => (JsonNode)n)]);

    /// <summary>Changes one keypoint and leaves num_keypoints right.</summary>
    public void Move(int annotation, int keypoint, double x, double y, double v = 2)
    {
        var list = Keypoints(annotation);
        (list[3 * keypoint], list[(3 * keypoint) + 1], list[(3 * keypoint) + 2]) = (x, y, v);
        Set(annotation, "keypoints", list);
        Annotation(annotation)["num_keypoints"] = Enumerable.Range(0, list.Length / 3).Count(k => list[(3 * k) + 2] > 0);
    }

    public void Save() => File.WriteAllText(File_, Root.ToJsonString());

    public CheckSource Source(SourceRole role = SourceRole.Unspecified) => new("annotations", role) { Annotations = File_, Images = Pictures };

    public CheckReport Check(params CheckSource[] others)
    {
        Save();
        return DatasetCheck.Open([Source(), .. others]).Run(stop: Xunit.TestContext.Current.CancellationToken);
    }

    public void Dispose() => _folder.Dispose();
}
