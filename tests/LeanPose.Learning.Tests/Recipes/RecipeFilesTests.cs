using LeanPose.Datasets;
using LeanPose.Learning.Recipes;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Learning.Tests.Recipes;

public sealed class RecipeFilesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Everything_that_is_missing_is_named_at_once_with_the_layout()
    {
        Directory.CreateDirectory(_folder["train"]);
        var e = Assert.Throws<DataException>(() => RecipeFiles.RequirePresent(Recipe()));
        Assert.Equal(
            $"""
            5 of the 6 files and folders that the recipe needs are missing.
              where:    data.root: {_folder.Path}
                        data.labelled.annotations: labels.json
                        data.labelled.split: few.json
                        data.unlabelled.images: more/
                        data.unlabelled.boxes: boxes.json
                        data.unlabelled.exclude: few.json
                        model.weights: {_folder["net.safetensors"]}
              expected: below data.root (weights: from the folder in which leanpose runs)
                        train/{Pad("train/")}  pictures
                        labels.json{Pad("labels.json")}  COCO keypoints file
                        few.json{Pad("few.json")}  split file
                        more/{Pad("more/")}  pictures
                        boxes.json{Pad("boxes.json")}  detected boxes (COCO results list)
                        {_folder["net.safetensors"]}  weights (safetensors)
              do:       give the folder that holds them with --set data.root=FOLDER, or single ones with --set KEY=PATH
            """.ReplaceLineEndings("\n"),
            e.Message);
    }

    [Fact]
    public void Nothing_is_said_when_all_is_there_and_a_resumed_run_needs_no_weights()
    {
        foreach (var folder in new[] { "train", "more" })
            Directory.CreateDirectory(_folder[folder]);
        foreach (var file in new[] { "labels.json", "few.json", "boxes.json" })
            File.WriteAllText(_folder[file], "");
        RecipeFiles.RequirePresent(Recipe(), weights: false);
        Assert.StartsWith("A file or folder that the recipe needs is missing.", Assert.Throws<DataException>(() => RecipeFiles.RequirePresent(Recipe())).Message);
        File.WriteAllText(_folder["net.safetensors"], "");
        RecipeFiles.RequirePresent(Recipe());
    }

    private string Pad(string shown) => new(' ', _folder["net.safetensors"].Length - shown.Length);

    private Recipe Recipe() => new()
    {
        Data = new DataRecipe
        {
            Root = _folder.Path,
            Labelled = new() { Images = "train", Annotations = "labels.json", Split = "few.json" },
            Unlabelled = new() { Images = "more", Boxes = "boxes.json", Exclude = "few.json" },
        },
        Model = new() { Weights = _folder["net.safetensors"] },
    };
}
