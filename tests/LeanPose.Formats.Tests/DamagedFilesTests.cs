using System.Text;
using LeanPose.Formats.Mapping;
using LeanPose.Imaging;
using LeanPose.Testing;
using LeanPose.Testing.Fuzzing;
using Xunit;

namespace LeanPose.Formats.Tests;

/// <summary>Damaged files of every format that is text: read, or refused with the place, but never a crash. <c>LEANPOSE_FUZZ</c> multiplies them.</summary>
public sealed class DamagedFilesTests : IDisposable
{
    private const int Damages = 300;
    private readonly TempFolder _folder = new();

    public static TheoryData<string, string, string> Files => new()
    {
        { "coco", "a.json", """{"images": [{"id": 1, "file_name": "a.jpg", "width": 9, "height": 9, "crowdIndex": 0.1}], "categories": [{"id": 1, "name": "person", "keypoints": ["a", "b"], "skeleton": [[1, 2]]}], "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "track_id": 4, "bbox_head": [1, 2, 3, 4], "keypoints": [1, 2, 2, 0, 0, 0]}]}""" },
        { "mpii", "a.json", """[{"image": "a.jpg", "center": [1, 2], "scale": 1.5, "joints": [[1, 2], [1, 2], [1, 2], [1, 2], [1, 2], [1, 2], [1, 2], [1, 2], [1, 2], [1, 2], [1, 2], [1, 2], [1, 2], [1, 2], [1, 2], [1, 2]], "joints_vis": [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0]}]""" },
        { "aic", "a.json", """[{"image_id": "0a", "human_annotations": {"human1": [1, 2, 3, 4]}, "keypoint_annotations": {"human1": [1, 2, 1, 1, 2, 1, 1, 2, 1, 1, 2, 1, 1, 2, 1, 1, 2, 1, 1, 2, 1, 1, 2, 1, 1, 2, 1, 1, 2, 1, 1, 2, 1, 1, 2, 1, 1, 2, 1, 1, 2, 3]}}]""" },
        { "ochuman", "a.json", """{"keypoint_names": ["nose", "left_eye", "right_eye", "left_ear", "right_ear", "left_shoulder", "right_shoulder", "left_elbow", "right_elbow", "left_wrist", "right_wrist", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle"], "images": [{"file_name": "a.jpg", "width": 9, "height": 9, "annotations": [{"bbox": [1, 2, 3, 4], "keypoints": null}]}]}""" },
        { "cvat", "a.xml", """<annotations><meta><task><labels><label><name>person</name><type>skeleton</type></label><label><name>nose</name><type>points</type><parent>person</parent></label></labels></task></meta><image id="0" name="a.jpg" width="9" height="9"><skeleton label="person" group_id="1"><points label="nose" outside="0" occluded="0" points="1,2"/></skeleton><box label="person" xtl="1" ytl="2" xbr="3" ybr="4"/></image></annotations>""" },
        { "labelme", "a.json", """{"shapes": [{"label": "nose", "points": [[1, 2]], "group_id": 1, "shape_type": "point", "flags": {"hidden": true}}, {"label": "person", "points": [[1, 2], [3, 4]], "group_id": 1, "shape_type": "rectangle"}], "imagePath": "a.jpg", "imageHeight": 9, "imageWidth": 9}""" },
        { "label-studio", "a.json", """[{"id": 1, "data": {"image": "/a.jpg"}, "annotations": [{"was_cancelled": false, "result": [{"id": "p", "type": "keypointlabels", "original_width": 9, "original_height": 9, "parentID": "r", "value": {"x": 1, "y": 1, "keypointlabels": ["nose"]}}, {"id": "r", "type": "rectanglelabels", "original_width": 9, "original_height": 9, "value": {"x": 1, "y": 1, "width": 9, "height": 9, "rectanglelabels": ["person"]}}]}]}]""" },
        { "deeplabcut", "CollectedData_a.csv", "scorer,a,a,a,a\nbodyparts,nose,nose,tail,tail\ncoords,x,y,x,y\n\"a.png\",1,2,,\nb.png,3,4,5,6\n" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public void Never_crash_a_reader(string name, string file, string text)
    {
        var (format, path, whole) = (FormatCatalog.Find(name)!, _folder[file], Encoding.UTF8.GetBytes(text));
        File.WriteAllBytes(path, whole);
        Damage(format, path, path, whole);
    }

    [Theory]
    [InlineData("data.yaml")]
    [InlineData("labels/a.txt")]
    public void Never_crash_the_reader_of_Ultralytics_folders(string damaged)
    {
        Directory.CreateDirectory(_folder["images"]);
        Directory.CreateDirectory(_folder["labels"]);
        ImageEncoder.SavePng(new RgbImage(8, 6), _folder["images", "a.png"]);
        File.WriteAllText(_folder["data.yaml"], "path: .\ntrain: images\nval: images\nkpt_shape: [2, 3]\nflip_idx: [1, 0]\nnames:\n  0: person\n");
        File.WriteAllText(_folder["labels", "a.txt"], "0 0.5 0.5 0.4 0.4 0.25 0.5 2 0.75 0.5 1\n0 0.5 0.5 0.2 0.2 0 0 0 0.5 0.25 2\n");
        var path = _folder[damaged.Split('/')];
        Damage(FormatCatalog.Find("ultralytics")!, _folder["data.yaml"], path, File.ReadAllBytes(path));
    }

    [Fact]
    public void Never_crash_the_reader_of_keypoint_mappings()
    {
        var path = _folder["mapping.yaml"];
        File.WriteAllText(path, "target: lsp14\nsource: [nose, l_hip, 'r hip']\nkeypoints:\n  neck: ~\n  left_hip: l_hip  # name\n  right_hip: 'r hip'\n");
        var whole = File.ReadAllBytes(path);
        MappingFile.Read(path);
        for (var n = 0; n < Damages * Mutation.Factor; n++)
        {
            File.WriteAllBytes(path, Mutation.Of(whole, n));
            Endurance.Reads($"mapping, damage {n}", _folder.Path, () => MappingFile.Read(path));
        }
    }

    private void Damage(IDatasetFormat format, string path, string damaged, byte[] whole)
    {
        format.Read(path, new());
        for (var n = 0; n < Damages * Mutation.Factor; n++)
        {
            File.WriteAllBytes(damaged, Mutation.Of(whole, n));
            Endurance.Reads($"{format.Name}, damage {n}", _folder.Path, () => format.Read(path, new()));
            Endurance.Reads($"{format.Name} recognised, damage {n}", _folder.Path, () => FormatCatalog.Detect(path));
        }
    }
}
