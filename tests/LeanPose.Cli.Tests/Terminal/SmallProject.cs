using System.Text.Json;
using System.Text.Json.Nodes;
using LeanPose.Imaging;
using LeanPose.Skeletons;
using LeanPose.Testing;

namespace LeanPose.Cli.Tests.Terminal;

/// <summary>A folder with a few noisy pictures, their COCO file and a recipe that trains on them in a moment.</summary>
public sealed class SmallProject : IDisposable
{
    private const int Pictures = 3;
    private readonly TempFolder _folder = new();
    private readonly JsonObject _coco;

    public SmallProject()
    {
        var random = new Random(1);
        Directory.CreateDirectory(_folder["images"]);
        for (var i = 1; i <= Pictures; i++)
        {
            var image = new RgbImage(64, 48);
            random.NextBytes(image.Pixels);
            ImageEncoder.SaveJpeg(image, _folder["images", $"{i}.jpg"]);
        }

        _coco = new JsonObject
        {
            ["images"] = new JsonArray([.. Enumerable.Range(1, Pictures).Select(i => new JsonObject { ["id"] = i, ["file_name"] = $"{i}.jpg", ["width"] = 64, ["height"] = 48 })]),
            ["annotations"] = new JsonArray([.. Enumerable.Range(1, Pictures).Select(i => new JsonObject
            {
                ["id"] = 10 + i,
                ["image_id"] = i,
                ["category_id"] = 1,
                ["iscrowd"] = 0,
                ["bbox"] = new JsonArray(8, 4, 40, 40),
                ["area"] = 1600,
                ["num_keypoints"] = 17,
                ["keypoints"] = new JsonArray([.. Enumerable.Range(0, 17).SelectMany(k => new JsonNode[] { 10 + (2 * k), 6 + (2 * k), 2 })]),
            })]),
            ["categories"] = new JsonArray(new JsonObject
            {
                ["id"] = 1,
                ["name"] = "person",
                ["keypoints"] = new JsonArray([.. KnownSkeletons.Coco17.Keypoints.Select(k => (JsonNode)k)]),
            }),
        };
        Save();
        File.WriteAllText(_folder["recipe.yaml"], """
            name: small
            data:
              labelled: {images: images, annotations: persons.json}
            model: {backbone: resnet10-quarter, inputWidth: 32, inputHeight: 32, skeleton: coco17}
            training: {batch: 2, steps: 2, loaderThreads: 1, threads: 1}
            """);
    }

    /// <summary>The folder.</summary>
    public string Path => _folder.Path;

    /// <summary>A path in it.</summary>
    public string this[params string[] parts] => _folder[parts];

    /// <summary>Changes the COCO file.</summary>
    public void Change(Action<JsonNode> change)
    {
        change(_coco);
        Save();
    }

    public void Dispose() => _folder.Dispose();

    private void Save() => File.WriteAllText(_folder["persons.json"], _coco.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
}
