using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Imaging;
using LeanPose.Skeletons;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Tests.Datasets;

public sealed class CocoReaderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Persons_come_picture_by_picture_in_file_order()
    {
        var dataset = Read("""
            {"images": [{"id": 9, "file_name": "a.jpg", "width": 100, "height": 50}, {"id": 2, "file_name": "b.jpg"}],
             "annotations": [
              {"id": 1, "image_id": 2, "category_id": 1, "bbox": [-5, 1, 20, 30], "area": 7, "keypoints": [1, 2, 0, 3, 4, 1, 5, 6, 2]},
              {"id": 4, "image_id": 9, "category_id": 7, "bbox": [0, 0, 1, 1], "keypoints": "not a person"},
              {"id": 3, "image_id": 9, "category_id": 1, "bbox": [90, 10, 20, 60], "iscrowd": 1},
              {"id": 2, "image_id": 9, "category_id": 1, "bbox": [0, 0, 10, 10], "keypoints": []}],
             "categories": [{"id": 7, "name": "ball"}, {"id": 1, "name": "person", "keypoints": ["Tip", "leftWing", "wing_R"], "skeleton": [[1, 2], [1, 3]]}]}
            """);
        Assert.Equal([9, 2], dataset.Images.Select(i => i.Id));
        Assert.Equal([3, 2, 1], dataset.Persons.Select(p => p.Id));
        Assert.Equal(["tip", "left_wing", "right_wing"], dataset.Skeleton.Keypoints);
        Assert.Equal([(0, 1), (0, 2)], dataset.Skeleton.Limbs);
        Assert.Equal([(1, 2)], dataset.Skeleton.FlipPairs);

        var last = dataset.Persons[2];
        Assert.Equal(new Box(-5, 1, 20, 30), last.RawBox);
        Assert.Equal(new Box(0, 1, 19, 29), last.Box);
        Assert.Equal([new(1, 2, Visibility.Unlabelled), new(3, 4, Visibility.Hidden), new(5, 6, Visibility.Visible)], last.Keypoints);
        Assert.Equal((7.0, false, true), (last.Area, last.IsCrowd, last.IsTrainable));
        Assert.Equal((0, 0), (last.Image.Width, last.Image.Height));

        var crowd = dataset.Persons[0];
        Assert.True(crowd.IsCrowd);
        Assert.Equal(new Box(90, 10, 9, 39), crowd.Box);
        Assert.Equal(1200, crowd.Area);
        Assert.Empty(dataset.Persons[1].Keypoints);
        Assert.Equal([1], dataset.Trainable().Persons.Select(p => p.Id));
        Assert.Equal([2, 1], dataset.WithoutLabels().Persons.Select(p => p.Id));
        Assert.All(dataset.WithoutLabels().Persons, p => Assert.Empty(p.Keypoints));
    }

    [Fact]
    public void Missing_area_is_a_share_of_the_box()
    {
        var json = OnePerson("[0, 0, 10, 20]", "[0, 0, 0]");
        Assert.Equal(200, Read(json).Persons[0].Area);
        Assert.Equal(106, Read(json, new() { CheckFiles = false, AreaShareOfBox = 0.53 }).Persons[0].Area, 1e-9);
    }

    [Theory]
    [InlineData("Right_Shoulder", "right_shoulder")]
    [InlineData("right shoulder", "right_shoulder")]
    [InlineData("rightShoulder", "right_shoulder")]
    [InlineData("Right-Shoulder", "right_shoulder")]
    [InlineData("RShoulder", "right_shoulder")]
    [InlineData("shoulder_l", "left_shoulder")]
    [InlineData("HEAD TOP", "head_top")]
    [InlineData("Head top", "head_top")]
    [InlineData("Pelvis", "root")]
    [InlineData("nose", "nose")]
    [InlineData("left", "left")]
    [InlineData("medial_left_bow", "medial_left_bow")]
    public void Names_are_brought_to_COCOs_spelling(string name, string expected) => Assert.Equal(expected, KeypointNames.Normalize(name));

    [Fact]
    public void Known_skeletons_are_recognised_in_every_spelling()
    {
        foreach (var skeleton in KnownSkeletons.All)
        {
            var names = skeleton.Keypoints.Select(k => string.Join(' ', k.Split('_').Select(w => char.ToUpperInvariant(w[0]) + w[1..])));
            var json = $$"""{"images": [], "annotations": [], "categories": [{"id": 1, "name": "person", "keypoints": [{{string.Join(", ", names.Select(n => $"\"{n}\""))}}], "skeleton": [[1, 99]]}]}""";
            Assert.Equal(skeleton.Keypoints, Read(json).Skeleton.Keypoints);
            Assert.Same(KnownSkeletons.FindByKeypoints(skeleton.Keypoints), Read(json).Skeleton);
            Assert.Same(skeleton, Read(json, new() { Skeleton = skeleton }).Skeleton);
        }
    }

    [Fact]
    public void Limbs_that_do_not_fit_are_left_out() =>
        Assert.Empty(Read("""{"images": [], "annotations": [], "categories": [{"id": 1, "name": "p", "keypoints": ["a", "b"], "skeleton": [[1, 2], [2, 3]]}]}""").Skeleton.Limbs);

    [Fact]
    public void Of_several_categories_the_person_is_taken()
    {
        const string json = """{"images": [], "annotations": [], "categories": [{"id": 1, "name": "dog", "keypoints": ["tail"]}, {"id": 2, "name": "NAME", "keypoints": ["nose"]}]}""";
        Assert.Equal(["nose"], Read(json.Replace("NAME", "Person", StringComparison.Ordinal)).Skeleton.Keypoints);
        Assert.Equal(
            $"2 categories could be persons: dog, cat.\n  where:    {File}, categories\n  expected: one category with keypoints, or one of them called person\n  do:       rename the one that is meant to person",
            Error(json.Replace("NAME", "cat", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_given_skeleton_serves_a_file_without_names()
    {
        var json = OnePerson("[0, 0, 1, 1]", "[" + string.Join(", ", Enumerable.Repeat("1", 51)) + "]").Replace("\"keypoints\": [\"nose\"]", "\"keypoints\": []", StringComparison.Ordinal);
        Assert.Equal(17, Read(json, new() { CheckFiles = false, Skeleton = KnownSkeletons.Coco17 }).Persons[0].LabelledCount);
        Assert.Equal(
            $"No category has keypoint names.\n  where:    {File}, categories\n  expected: a category with the names of its keypoints: {{\"id\": 1, \"name\": \"person\", \"keypoints\": [\"nose\", …]}}\n  do:       add the names in the order of the keypoints, or say which skeleton the file has",
            Error(json));
    }

    [Fact]
    public void Not_json()
    {
        Assert.Equal(
            $"The file is not valid JSON.\n  where:    {File}, line 2, column 13, inside images\n  expected: JSON in UTF-8\n  do:       correct it there, or write or download it again",
            Error("{\n  \"images\": ?}"));
        Assert.Equal(
            $"The file is not valid JSON: it ends too early.\n  where:    {File}, line 1, column 21, inside images[0]\n  expected: whole JSON\n  do:       write or download it again",
            Error("{\"images\": [{\"id\": 1,"));
        Assert.Equal($"The file is empty.\n  where:    {File}\n  expected: JSON\n  do:       write or download it again", Error(""));
        Assert.Equal(
            $"The file is not valid JSON: NaN is not a number in JSON.\n  where:    {File}, line 3, column 85, inside annotations[0]\n  expected: a finite number\n  do:       correct the record, or take it out; Python writes this for a value that is not a number",
            Error(OnePerson("[0, 0, 1, 1]", "[1, NaN, 2]")));
        Assert.Contains(": Infinity is not a number", Error(OnePerson("[0, 0, 1, 1]", "[1, -Infinity, 2]")), StringComparison.Ordinal);
        Assert.Equal(
            $"The file does not exist.\n  where:    {_folder["none.json"]}\n  do:       check the path",
            Assert.Throws<DataException>(() => CocoReader.Read(_folder["none.json"], _folder.Path)).Message);
    }

    [Fact]
    public void Not_text()
    {
        System.IO.File.WriteAllBytes(File, [.. "{\"images\": [{\"id\": 1, \"file_name\": \""u8, 0xE4, .. "\"}]}"u8]);
        Assert.Equal(
            $"The file is not UTF-8 text.\n  where:    {File}\n  expected: JSON in UTF-8\n  do:       convert it to UTF-8",
            Assert.Throws<DataException>(() => CocoReader.Read(File, _folder.Path)).Message);
        Assert.StartsWith("A text cannot be read: ", Error(OnePerson("[0, 0, 1, 1]", "[]").Replace("in/a.jpg", "\\ud800", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_order_mark_is_no_error() => Assert.Single(Read("\uFEFF" + OnePerson("[0, 0, 1, 1]", "[1, 1, 2]")).Persons);

    [Fact]
    public void Not_coco()
    {
        Assert.Equal(
            $"The file is JSON but not COCO: \"annotations\", \"categories\" are missing.\n  where:    {File}\n  expected: \"images\", \"annotations\" and \"categories\" at the top level; found \"images\", \"labels\"\n  do:       give the annotation file, or export it as COCO keypoints",
            Error("""{"images": [], "labels": {}}"""));
        Assert.Equal(
            $"The file is JSON but not COCO: it holds a JSON list.\n  where:    {File}\n  expected: \"images\", \"annotations\" and \"categories\" at the top level\n  do:       give the annotation file; a list of detections is read as boxes",
            Error("[1, 2]"));
        Assert.Equal($"\"images\" holds a JSON object.\n  where:    {File}\n  expected: a list", Error("""{"images": {"1": {}}, "annotations": [], "categories": []}"""));
        Assert.Equal(
            $"The record is the text \"person\".\n  where:    {File}, categories[0]\n  expected: {{\"id\": 1, \"name\": \"person\", \"keypoints\": [\"nose\", …]}}",
            Error("""{"images": [], "annotations": [], "categories": ["person"]}"""));
    }

    [Theory]
    [InlineData("[0, 0, 1, 1]", "[1, 2]", "The keypoints list has 2 numbers.", "keypoints", "3 numbers: x, y, v for each of 1 keypoints", "write every keypoint of the category, 0, 0, 0 for one without a label")]
    [InlineData("[0, 0, 1, 1]", "[1, \"x\", 2]", "\"keypoints\" holds the text \"x\".", "keypoints[1]", "a number", null)]
    [InlineData("[0, 0, 1, 1]", "[1, 1e999, 2]", "\"keypoints\" holds the number 1e999.", "keypoints[1]", "a number", null)]
    [InlineData("[0, 0, 1, 1]", "[[1, 2, 2]]", "\"keypoints\" holds a list.", "keypoints[0]", "a number", null)]
    [InlineData("[0, 0, 1, 1]", "{}", "\"keypoints\" is an object.", "keypoints", "3 numbers: x, y, v for each of 1 keypoints", null)]
    [InlineData("[0, 0, 1, 1]", "[1, 2, 0.7]", "The visibility of nose is 0.7.", "keypoints[2]", "0 (no label), 1 (hidden) or 2 (visible)", "correct it; a confidence is no visibility")]
    [InlineData("[0, 0, 1]", "[1, 2, 2]", "The box has 3 numbers.", "bbox", "4 numbers: left, top, width, height", null)]
    [InlineData("[0, 0, 1, 1, 45]", "[1, 2, 2]", "The box has 5 numbers.", "bbox", "4 numbers: left, top, width, height", "take off the angle of a rotated box, and give the upright box around it")]
    [InlineData("[0, 0, null, 1]", "[1, 2, 2]", "\"bbox\" holds null.", "bbox[2]", "a number", null)]
    [InlineData("[9, 9, -4, 1.5]", "[1, 2, 2]", "The box is -4 wide and 1.5 high.", "bbox", "4 numbers: left, top, width, height, neither size below 0", "write left, top, width, height, not two corners")]
    public void A_bad_annotation_is_named(string box, string keypoints, string problem, string field, string expected, string? fix) =>
        Assert.Equal(
            $"{problem}\n  where:    {File}, annotations[0].{field} (annotation id 5)\n  expected: {expected}" + (fix is null ? "" : $"\n  do:       {fix}"),
            Error(OnePerson(box, keypoints)));

    [Fact]
    public void Bad_references_and_ids()
    {
        var good = OnePerson("[0, 0, 1, 1]", "[1, 2, 2]");
        Assert.Equal(
            $"The annotation belongs to image 8, which is not in the file.\n  where:    {File}, annotations[0].image_id (annotation id 5)\n  expected: the id of one of the 1 images of {File}\n  do:       add the image to \"images\", or take the annotation out",
            Error(good.Replace("\"image_id\": 1", "\"image_id\": 8", StringComparison.Ordinal)));
        Assert.Equal(
            $"The annotation's category 3 is not in the file.\n  where:    {File}, annotations[0].category_id\n  expected: one of 1\n  do:       add the category, or correct category_id",
            Error(good.Replace("\"category_id\": 1", "\"category_id\": 3", StringComparison.Ordinal)));
        Assert.Equal(
            $"\"image_id\" is missing.\n  where:    {File}, annotations[0] (annotation id 5)\n  expected: \"image_id\": a whole number",
            Error(good.Replace("\"image_id\": 1,", "", StringComparison.Ordinal)));
        Assert.Equal(
            $"Image id 1 stands twice.\n  where:    {File}, images[1] (b.jpg)\n  expected: an id of its own; a.jpg has it already\n  do:       number the images anew, and the annotations' image_id with them",
            Error(good.Replace("\"images\": [", "\"images\": [{\"id\": 1, \"file_name\": \"a.jpg\"}, ", StringComparison.Ordinal).Replace("in/a.jpg", "b.jpg", StringComparison.Ordinal)));
        Assert.Equal(
            $"Annotation id 5 stands twice.\n  where:    {File}, annotations[1] (annotation id 5)\n  expected: an id of its own; annotations[0] has it already\n  do:       number the annotations anew",
            Error(good.Replace("\"annotations\": [", "\"annotations\": [{\"id\": 5, \"image_id\": 1, \"bbox\": [0, 0, 1, 1]}, ", StringComparison.Ordinal)));
    }

    [Fact]
    public void All_problems_are_reported_up_to_twenty()
    {
        var annotations = string.Join(", ", Enumerable.Range(0, 23).Select(i => $$"""{"id": {{i}}, "image_id": 1, "category_id": 1, "bbox": [0, 0, 1, 1], "keypoints": [1]}"""));
        var error = Assert.Throws<DataException>(() => Read($$"""{"images": [{"id": 1, "file_name": "a.jpg"}], "annotations": [{{annotations}}], "categories": [{"id": 1, "name": "person", "keypoints": ["nose"]}]}"""));
        Assert.Equal((20, 3), (error.Problems.Count, error.NotListed));
        Assert.StartsWith("23 problems were found.\n1. The keypoints list has 1 numbers.\n  where:    ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("\n… and 3 more.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_pictures_are_found_before_anything_starts()
    {
        var json = OnePerson("[0, 0, 1, 1]", "[1, 2, 2]");
        string Message(string folder) => Error(json, new(), folder);
        var expected = $"every picture that {File} names";
        Assert.Equal(
            $"1 of 1 pictures are missing: in/a.jpg.\n  where:    folder {_folder.Path}\n  expected: {expected}\n  do:       check the path of the image folder, or fetch the pictures",
            Message(_folder.Path));
        Assert.Equal(
            $"The image folder does not exist; 1 of 1 pictures are missing.\n  where:    {_folder["none"]}\n  expected: the pictures of {File}\n  do:       check the path of the image folder",
            Message(_folder["none"]));

        ImageEncoder.SavePng(new RgbImage(8, 6), _folder["pictures", "in", "a.jpg"]);
        Assert.EndsWith($"do:       give {_folder["pictures"]} as the image folder: in/a.jpg is there", Message(_folder.Path), StringComparison.Ordinal);
        Assert.EndsWith("do:       strip the prefix \"in/\" from the file names: a.jpg is in the folder", Message(_folder["pictures", "in"]), StringComparison.Ordinal);

        Write(json);
        Assert.Equal(_folder["pictures", "in", "a.jpg"], CocoReader.Read(File, _folder["pictures", "in"], new() { StripPrefix = "in/" }).Images[0].Path);
        Assert.Single(CocoReader.Read(File, _folder["pictures"], new() { CheckSizes = true }).Persons);
        Assert.Equal(
            $"The picture has 8×6 pixels.\n  where:    {_folder["pictures", "in/a.jpg"]}\n  expected: 6×8, as {File} says (image id 1)\n  do:       use the picture that was annotated, or correct width and height",
            Error(json.Replace("\"width\": 8, \"height\": 6", "\"width\": 6, \"height\": 8", StringComparison.Ordinal), new() { CheckSizes = true }, _folder["pictures"]));
    }

    private string File => _folder["coco.json"];

    private static string OnePerson(string box, string keypoints) => $$"""
        {"images": [{"id": 1, "file_name": "in/a.jpg", "width": 8, "height": 6}],
         "annotations": [
          {"id": 5, "image_id": 1, "category_id": 1, "bbox": {{box}}, "keypoints": {{keypoints}}}],
         "categories": [{"id": 1, "name": "person", "keypoints": ["nose"]}]}
        """;

    private void Write(string json) => System.IO.File.WriteAllText(File, json);

    private PoseDataset Read(string json, CocoReadOptions? options = null)
    {
        Write(json);
        return CocoReader.Read(File, _folder.Path, options ?? new() { CheckFiles = false });
    }

    private string Error(string json, CocoReadOptions? options = null, string? folder = null)
    {
        Write(json);
        return Assert.Throws<DataException>(() => CocoReader.Read(File, folder ?? _folder.Path, options ?? new() { CheckFiles = false })).Message;
    }
}
