using System.Text.Json.Nodes;
using LeanPose.Imaging;
using LeanPose.Skeletons;
using LeanPose.Testing;

namespace LeanPose.Cli.Tests.Recipes;

/// <summary>
/// A folder in exactly COCO 2017's layout: pictures not in the order of their ids, several persons in one, annotations not grouped by
/// picture, crowds, persons without keypoints, without area and outside the picture, and another category beside "person".
/// </summary>
public sealed class CocoFolder : IDisposable
{
    private static readonly long[] s_pictures = [391895, 522418, 139, 318219, 574769, 60623];
    private readonly TempFolder _folder = new();

    public CocoFolder()
    {
        Write("train2017", 18);
        Write("val2017", 7);
        Directory.CreateDirectory(_folder["unlabeled2017"]);
        Picture("unlabeled2017", 8);
        File.WriteAllText(_folder["annotations", "person_boxes_unlabeled2017.json"], """[{"image_id": 8, "category_id": 1, "bbox": [3, 4, 20, 30], "score": 0.8}]""");
    }

    /// <summary>The folder for <c>data.root</c>.</summary>
    public string Path => _folder.Path;

    /// <summary>A path in it.</summary>
    public string this[params string[] parts] => _folder[parts];

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// The ids of the persons that the published code keeps, in its order (specification 1.1 and 1.2): pictures in file order, in each its
    /// annotations in file order.
    /// </summary>
    public long[] PublishedOrder(string set)
    {
        var coco = JsonNode.Parse(File.ReadAllText(_folder["annotations", $"person_keypoints_{set}.json"]))!;
        var kept = new List<long>();
        foreach (var image in coco["images"]!.AsArray())
        {
            foreach (var a in coco["annotations"]!.AsArray().Where(a => (long)a!["image_id"]! == (long)image!["id"]!))
            {
                var (w, h) = ((int)image!["width"]!, (int)image["height"]!);
                double[] b = [.. a!["bbox"]!.AsArray().Select(n => (double)n!)];
                double x1 = Math.Max(0, b[0]), y1 = Math.Max(0, b[1]), x2 = Math.Min(w - 1, x1 + Math.Max(0, b[2] - 1)), y2 = Math.Min(h - 1, y1 + Math.Max(0, b[3] - 1));
                if ((int)a["iscrowd"]! == 0 && (int)a["category_id"]! == 1 && (double)a["area"]! > 0 && x2 >= x1 && y2 >= y1 && a["keypoints"]!.AsArray().Max(n => (double)n!) > 0)
                    kept.Add((long)a["id"]!);
            }
        }

        return [.. kept];
    }

    private void Write(string set, int persons)
    {
        Directory.CreateDirectory(_folder[set]);
        Directory.CreateDirectory(_folder["annotations"]);
        foreach (var id in s_pictures)
            Picture(set, id);
        var annotations = new JsonArray();
        for (var i = 0; i < persons; i++)
        {
            // Every third is special in its own way; all pictures but the last have several persons.
            var (crowd, bare, flat, outside, thing) = (i % 9 == 2, i % 9 == 4, i % 9 == 5, i % 9 == 7, i == 8);
            annotations.Add(new JsonObject
            {
                ["id"] = 900100 - (13 * i),
                ["image_id"] = s_pictures[i * 5 % 11 % s_pictures.Length],
                ["category_id"] = thing ? 18 : 1,
                ["iscrowd"] = crowd ? 1 : 0,
                ["bbox"] = outside ? new JsonArray(70.5, 4, 12, 30) : new JsonArray(2.25 + i, 1.5, 30, 40),
                ["area"] = flat ? 0 : 700.5,
                ["num_keypoints"] = bare ? 0 : 12,
                ["keypoints"] = new JsonArray([.. Enumerable.Range(0, 17).SelectMany(k => bare || k > 11 ? new JsonNode[] { 0, 0, 0 } : [4 + i + k, 3 + (2 * k), 1 + (k % 2)])]),
            });
        }

        var coco = new JsonObject
        {
            ["info"] = new JsonObject { ["description"] = "made up" },
            ["licenses"] = new JsonArray(),
            ["images"] = new JsonArray([.. s_pictures.Select(id => new JsonObject { ["license"] = 1, ["file_name"] = $"{id:D12}.jpg", ["height"] = 48, ["width"] = 64, ["id"] = id })]),
            ["annotations"] = annotations,
            ["categories"] = new JsonArray(
                new JsonObject { ["supercategory"] = "person", ["id"] = 1, ["name"] = "person", ["keypoints"] = new JsonArray([.. KnownSkeletons.Coco17.Keypoints.Select(k => (JsonNode)k)]), ["skeleton"] = new JsonArray(new JsonArray(16, 14)) },
                new JsonObject { ["supercategory"] = "animal", ["id"] = 18, ["name"] = "dog" }),
        };
        File.WriteAllText(_folder["annotations", $"person_keypoints_{set}.json"], coco.ToJsonString());
    }

    private void Picture(string set, long id)
    {
        var image = new RgbImage(64, 48);
        new Random((int)id).NextBytes(image.Pixels);
        ImageEncoder.SaveJpeg(image, _folder[set, $"{id:D12}.jpg"]);
    }
}
