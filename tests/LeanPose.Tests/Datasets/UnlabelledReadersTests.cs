using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Imaging;
using LeanPose.Skeletons;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Tests.Datasets;

public sealed class UnlabelledReadersTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_gives_one_person_a_picture_in_ordinal_order()
    {
        Picture("b.png", 8, 6);
        Picture("B.PNG", 4, 4);
        Picture("a/z.jpg", 10, 20);
        Picture(".hidden/x.jpg", 3, 3);
        Picture("._b.png", 3, 3);
        File.WriteAllText(_folder["readme.txt"], "no picture");

        var dataset = ImageFolderReader.Read(_folder.Path);
        Assert.Equal(["B.PNG", "a/z.jpg", "b.png"], dataset.Images.Select(i => i.FileName));
        Assert.Equal([1, 2, 3], dataset.Images.Select(i => i.Id));
        Assert.All(dataset.Images, i => Assert.True(File.Exists(i.Path)));
        var person = dataset.Persons[1];
        Assert.Equal((new Box(0, 0, 10, 20), new Box(0, 0, 9, 19), 200.0), (person.RawBox, person.Box, person.Area));
        Assert.Empty(person.Keypoints);
        Assert.Equal(3, dataset.WithoutLabels().Persons.Length);
        Assert.Empty(dataset.Skeleton.Keypoints);
        Assert.Same(KnownSkeletons.Lsp14, ImageFolderReader.Read(_folder.Path, KnownSkeletons.Lsp14).Skeleton);
    }

    [Fact]
    public void A_folder_without_pictures_and_broken_pictures_are_errors()
    {
        Assert.Equal(
            $"There is no picture in the folder.\n  where:    {_folder.Path}\n  expected: files that end in .jpg, .jpeg, .png, .bmp, .webp, .gif\n  do:       check the path",
            Error(() => ImageFolderReader.Read(_folder.Path)).Message);
        Assert.Equal(
            $"The image folder does not exist.\n  where:    {_folder["none"]}\n  do:       check the path",
            Error(() => ImageFolderReader.Read(_folder["none"])).Message);
        File.WriteAllText(_folder["a.jpg"], "no picture");
        File.WriteAllText(_folder["b.jpg"], "");
        Assert.Equal(
            ["The file is not a picture that can be read.", "The picture file is empty."],
            Error(() => ImageFolderReader.Read(_folder.Path)).Problems.Select(p => p.Problem));
    }

    [Fact]
    public void Boxes_find_their_pictures_in_the_folder()
    {
        Picture("in/000000000785.png", 40, 30);
        Picture("12.png", 20, 20);
        Picture("13.png", 20, 20);
        var file = Boxes("""
            [{"image_id": 785, "category_id": 1, "bbox": [30, 20, 20.5, 5], "score": 0.9},
             {"image_id": 12, "category_id": 1, "bbox": [1, 2, 3, 4], "score": 0.3},
             {"image_id": 785, "category_id": 44, "bbox": [0, 0, 9, 9], "score": 0.9},
             {"image_id": 785, "category_id": 1, "bbox": [0, 0, 9, 9]}]
            """);
        var dataset = BoxFileReader.Read(file, _folder.Path);
        Assert.Equal([785, 12], dataset.Images.Select(i => i.Id));
        Assert.Equal(["in/000000000785.png", "12.png"], dataset.Images.Select(i => i.FileName));
        Assert.Equal([1, 4, 2], dataset.Persons.Select(p => p.Id));
        Assert.Equal([0.9, 1, 0.3], dataset.Persons.Select(p => p.Score));
        Assert.Equal((new Box(30, 20, 20.5, 5), new Box(30, 20, 20.5, 5)), (dataset.Persons[0].RawBox, dataset.Persons[0].Box));
        Assert.Equal([1, 4], BoxFileReader.Read(file, _folder.Path, new() { MinScore = 0.5 }).Persons.Select(p => p.Id));
        Assert.Equal([3], BoxFileReader.Read(file, _folder.Path, new() { PersonCategory = 44 }).Persons.Select(p => p.Id));

        // Nothing of a box beside its picture could be seen, on whichever side it lies.
        var beside = BoxFileReader.Read(Boxes("""
            [{"image_id": 12, "bbox": [-30, 2, 30, 4]}, {"image_id": 12, "bbox": [1, 20, 3, 4]}, {"image_id": 12, "bbox": [-2, -2, 4, 4]}]
            """), _folder.Path);
        Assert.Equal([3], beside.WithoutLabels().Persons.Select(p => p.Id));
    }

    [Fact]
    public void Boxes_take_names_and_order_from_a_COCO_file()
    {
        Picture("x.png", 40, 30);
        Picture("y.png", 40, 30);
        var coco = _folder["coco.json"];
        File.WriteAllText(coco, """{"images": [{"id": 3, "file_name": "p/y.png", "width": 40, "height": 30}, {"id": 5, "file_name": "unused.png"}, {"id": 1, "file_name": "p/x.png", "width": 40, "height": 30}]}""");
        var options = new BoxReadOptions { ImagesFrom = coco, StripPrefix = "p/" };
        var dataset = BoxFileReader.Read(Boxes("""[{"image_id": 1, "bbox": [0, 0, 9, 9], "score": 1}, {"image_id": 3, "bbox": [0, 0, 9, 9], "score": 1}]"""), _folder.Path, options);
        Assert.Equal(["p/y.png", "p/x.png"], dataset.Images.Select(i => i.FileName));
        Assert.Equal([3, 1], dataset.Persons.Select(p => p.Image.Id));

        var other = Boxes("""[{"image_id": 8, "bbox": [0, 0, 9, 9], "score": 1}]""");
        Assert.Equal(
            $"1 of the boxes' images are not in the COCO file: 8.\n  where:    {other}\n  expected: ids of the images of {coco}\n  do:       use the COCO file that belongs to the boxes",
            Error(() => BoxFileReader.Read(other, _folder.Path, options)).Message);
        var missing = Boxes("""[{"image_id": 5, "bbox": [0, 0, 9, 9], "score": 1}]""");
        Assert.Equal("1 of 1 pictures are missing: unused.png.", Error(() => BoxFileReader.Read(missing, _folder.Path, options)).Problems[0].Problem);
    }

    [Fact]
    public void Bad_box_files_say_why()
    {
        var file = Boxes("""{"images": []}""");
        Assert.Equal(
            $"The file holds a JSON object, not a list.\n  where:    {file}\n  expected: a list of {{\"image_id\": 1, \"category_id\": 1, \"bbox\": [left, top, width, height], \"score\": 0.9}}",
            Error(() => BoxFileReader.Read(file, _folder.Path)).Message);
        Boxes("""[{"bbox": [0, 0, 9, 9], "score": 1}]""");
        Assert.Equal(
            $"\"image_id\" is missing.\n  where:    {file}, [0]\n  expected: \"image_id\": a whole number",
            Error(() => BoxFileReader.Read(file, _folder.Path)).Message);
        Boxes("""[{"image_id": "Lunch3", "bbox": [0, 0, 9, 9], "score": 1}]""");
        Assert.Equal(
            $"\"image_id\" is the text \"Lunch3\".\n  where:    {file}, [0].image_id\n  expected: a whole number",
            Error(() => BoxFileReader.Read(file, _folder.Path)).Message);
        Boxes("""[{"image_id": 4, "bbox": [0, 0, 9, 9], "score": 1}]""");
        Assert.Equal(
            $"No picture was found for 1 of the boxes' images: 4.\n  where:    folder {_folder.Path} (for {file})\n  expected: 000000000785.jpg or 785.jpg for image 785\n  do:       check the image folder, or name the COCO file whose images have these ids",
            Error(() => BoxFileReader.Read(file, _folder.Path)).Message);
    }

    [Fact]
    [Trait("Category", "RealData")]
    public void Real_detections()
    {
        var (boxes, coco) = (TestMaterial.Data("samples/coco/test_coco_det_AP_H_56.json"), TestMaterial.Data("samples/coco/test_coco.json"));
        var folder = TestMaterial.Data("samples/coco");
        var byId = BoxFileReader.Read(boxes, folder);
        var byFile = BoxFileReader.Read(boxes, Path.GetDirectoryName(byId.Images[0].Path)!, new() { ImagesFrom = coco });
        Assert.NotEmpty(byId.Persons);
        Assert.Equal(byId.Persons.Select(p => (p.Id, p.Box)).OrderBy(p => p.Id), byFile.Persons.Select(p => (p.Id, p.Box)).OrderBy(p => p.Id));
    }

    private void Picture(string name, int width, int height) => ImageEncoder.SavePng(new RgbImage(width, height), _folder[name]);

    private string Boxes(string json)
    {
        File.WriteAllText(_folder["boxes.json"], json);
        return _folder["boxes.json"];
    }

    private static DataException Error(Action action) => Assert.Throws<DataException>(action);
}
