using System.Text;
using LeanPose.Datasets;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Formats.Tests;

/// <summary>Files with random bytes changed, cut out or doubled: read, or refused with the place, but never a crash.</summary>
public sealed class DamagedFilesTests : IDisposable
{
    private const int Damages = 150;
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
        var (format, path, whole, random) = (FormatCatalog.Find(name)!, _folder[file], Encoding.UTF8.GetBytes(text), new Random(name.Length));
        File.WriteAllBytes(path, whole);
        format.Read(path, new());
        for (var n = 0; n < Damages; n++)
        {
            var bytes = whole.ToList();
            for (var k = random.Next(1, 4); k > 0; k--)
                Damage(bytes, random);
            File.WriteAllBytes(path, [.. bytes]);
            foreach (var read in new Action[] { () => format.Read(path, new()), () => FormatCatalog.Detect(path) })
            {
                try
                {
                    read();
                }
                catch (DataException e)
                {
                    Assert.All(e.Problems, p => Assert.Contains(_folder.Path, p.Where, StringComparison.Ordinal));
                }
            }
        }
    }

    private static void Damage(List<byte> bytes, Random random)
    {
        var at = random.Next(bytes.Count);
        switch (random.Next(4))
        {
            case 0:
                bytes[at] = (byte)random.Next(256);
                break;
            case 1:
                bytes.RemoveRange(at, Math.Min(bytes.Count - at - 1, random.Next(12)));
                break;
            case 2:
                bytes.InsertRange(at, bytes.GetRange(at, Math.Min(bytes.Count - at, random.Next(12))));
                break;
            default:
                bytes[at] = "{}[]\",:0-e.n<>&\n"u8[random.Next(16)];
                break;
        }
    }
}
