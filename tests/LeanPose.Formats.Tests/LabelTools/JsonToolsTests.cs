using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Formats.Tests.LabelTools;

/// <summary>Label Studio and LabelMe.</summary>
public sealed class JsonToolsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LabelStudio_joins_key_points_by_parent_relation_and_place()
    {
        string Point(string id, string name, double x, double y, string more = "") => $$"""{"id": "{{id}}", "type": "keypointlabels", "original_width": 200, "original_height": 100, "value": {"x": {{x}}, "y": {{y}}, "width": 0.5, "keypointlabels": ["{{name}}"] }{{more}} }""";
        string Rectangle(string id, double x) => $$"""{"id": "{{id}}", "type": "rectanglelabels", "original_width": 200, "original_height": 100, "value": {"x": {{x}}, "y": 0, "width": 25, "height": 100, "rotation": 0, "rectanglelabels": ["person"] } }""";
        var dataset = Detected("export.json", $$"""
            [{"id": 4, "data": {"image": "/data/upload/1/0123abcd-a%20b.jpg"}, "annotations": [
               {"was_cancelled": true, "result": [{{Point("x", "nose", 1, 1)}}]},
               {"was_cancelled": false, "result": [{{Rectangle("r1", 0)}}, {{Rectangle("r2", 25)}}, {{Rectangle("r3", 75)}},
                 {{Point("p1", "nose", 10, 50, ", \"parentID\": \"r1\"")}}, {{Point("p2", "nose", 30, 50)}}, {{Point("p3", "nose", 80, 50)}}, {{Point("p4", "neck", 60, 50)}},
                 {"type": "relation", "from_id": "p2", "to_id": "r2"}, {"type": "relation", "from_id": "r3", "to_id": "p4"}, {"type": "relation", "from_id": "r3", "to_id": "p3"}]}]},
             {"id": 5, "data": {"image": "/data/local-files/?d=set/b.jpg"}, "annotations": []}]
            """, "label-studio");
        Assert.Equal(["0123abcd-a b.jpg", "set/b.jpg"], dataset.Images.Select(i => i.FileName));
        Assert.Equal((200, 100), (dataset.Images[0].Width, dataset.Images[0].Height));
        Assert.Equal([20, 60, 160], dataset.Persons.Select(p => p.Keypoints[0].X));
        Assert.Equal([0, 0, 1], dataset.Persons.Select(p => p.Keypoints[1].IsLabelled ? 1 : 0));
        Assert.Equal(new Box(150, 0, 50, 100), dataset.Persons[2].RawBox);
    }

    [Fact]
    public void LabelStudio_reports_points_that_belong_to_nobody_and_minified_exports()
    {
        const string point = """{"id": "p", "type": "keypointlabels", "original_width": 200, "original_height": 100, "value": {"x": 1, "y": 1, "keypointlabels": ["nose"]}}""";
        var error = Assert.Throws<DataException>(() => Detected("a.json", $$"""[{"id": 9, "data": {"image": "a.jpg"}, "annotations": [{"result": [{{point}}, {{point}}]}]}, {"id": 10, "data": {}, "annotations": []}]""", "label-studio"));
        Assert.Contains("[0].annotations[0].result[1] (task 9)", error.Problems[0].Where, StringComparison.Ordinal);
        Assert.Contains("[1].data (task 10)", error.Problems[1].Where, StringComparison.Ordinal);
        File.WriteAllText(_folder["min.json"], """[{"image": "/a.jpg", "id": 1, "kp-1": []}]""");
        Assert.Contains("not JSON-MIN", Assert.Throws<DataException>(() => FormatCatalog.Find("label-studio")!.Read(_folder["min.json"], new())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LabelMe_groups_points_and_boxes()
    {
        const string picture = """
            {"version": "5.4.1", "flags": {}, "shapes": [
               {"label": "nose", "points": [[10.5, 20]], "group_id": 1, "shape_type": "point", "flags": {}},
               {"label": "neck", "points": [[11, 30]], "group_id": 1, "shape_type": "point", "flags": {"occluded": true}},
               {"label": "person", "points": [[40, 50], [0, 5]], "group_id": 1, "shape_type": "rectangle", "flags": {}},
               {"label": "nose", "points": [[100, 20]], "group_id": 2, "shape_type": "point", "flags": {}},
               {"label": "road", "points": [[1, 2], [3, 4], [5, 6]], "group_id": null, "shape_type": "polygon", "flags": {}}],
             "imagePath": "..\\pictures\\a.jpg", "imageData": null, "imageHeight": 480, "imageWidth": 640}
            """;
        File.WriteAllText(_folder["b.json"], picture.Replace("a.jpg", "b.jpg", StringComparison.Ordinal));
        var one = Detected("a.json", picture, "labelme");
        Assert.Equal([new(10.5, 20, Visibility.Visible), new(11, 30, Visibility.Hidden)], one.Persons[0].Keypoints);
        Assert.Equal(new Box(0, 5, 40, 45), one.Persons[0].RawBox);
        Assert.Equal(1, one.Persons[1].LabelledCount);
        var all = FormatCatalog.Detect(_folder.Path).Read(_folder.Path, new());
        Assert.Equal(["a.jpg", "b.jpg"], all.Images.Select(i => i.FileName));
        Assert.Equal(4, all.Persons.Length);
    }

    [Fact]
    public void LabelMe_reports_all_files_at_once()
    {
        File.WriteAllText(_folder["a.json"], """{"shapes": [{"label": "nose", "points": [[1]], "shape_type": "point"}], "imagePath": "a.jpg"}""");
        File.WriteAllText(_folder["b.json"], "{\"shapes\":");
        var error = Assert.Throws<DataException>(() => FormatCatalog.Find("labelme")!.Read(_folder.Path, new()));
        Assert.Equal(2, error.Problems.Count);
        Assert.Contains("a.json.shapes[0].points (nose)", error.Problems[0].Where, StringComparison.Ordinal);
        Assert.Contains("b.json, line 1", error.Problems[1].Where, StringComparison.Ordinal);
    }

    private PoseDataset Detected(string name, string text, string format)
    {
        File.WriteAllText(_folder[name], text);
        var found = FormatCatalog.Detect(_folder[name]);
        Assert.Equal(format, found.Name);
        return found.Read(_folder[name], new());
    }
}
