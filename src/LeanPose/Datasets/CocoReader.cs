using System.Text.Json;

namespace LeanPose.Datasets;

/// <summary>
/// Reads keypoint annotations in COCO's format. Everything is checked before anything is returned, and problems are reported together.
/// <para>
/// Pictures keep the file's order; persons come picture by picture, and within a picture in the file's order. Persons are the
/// annotations of the category that has keypoint names (of the one called "person" if several have). Crowds and persons without
/// keypoints stay in; <see cref="PoseDataset.Trainable"/> leaves them out. A person's <see cref="PersonInstance.Box"/> is the annotated
/// one clipped to the picture as SimpleBaseline does it.
/// </para>
/// </summary>
public static class CocoReader
{
    private static readonly string[] Sections = ["images", "annotations", "categories"];

    /// <summary>Reads an annotation file.</summary>
    /// <param name="annotationFile">The JSON file.</param>
    /// <param name="imageFolder">The folder to which the file's <c>file_name</c>s are relative.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="DataException">
    /// The file is missing, no JSON or not COCO; a record is not usable; or pictures are missing. Holds up to 20 problems.
    /// </exception>
    public static PoseDataset Read(string annotationFile, string imageFolder, CocoReadOptions? options = null)
    {
        options ??= new CocoReadOptions();
        var file = new JsonFile(annotationFile);
        var problems = new ProblemList();

        // Categories usually come last, but annotations cannot be understood without them: hence two passes over the bytes.
        var images = new CocoImages(file.Path, imageFolder, options.StripPrefix, problems);
        var categories = new List<CocoCategory>();
        file.ReadArrays(["images", "categories"], (section, i, element) =>
        {
            var record = new JsonRecord(element, $"{file.Path}, {section}[{i}]", problems);
            if (section == "images")
                images.Add(record, i);
            else if (CocoCategory.Parse(record) is { } category)
                categories.Add(category);
        });
        CheckSections(file);
        problems.ThrowIfAny();
        var person = CocoCategory.Person(categories, file.Path, options.Skeleton);
        var skeleton = person.Skeleton(options.Skeleton);

        var persons = new CocoPersons(file.Path, images, [.. categories.Select(c => c.Id)], person.Id, skeleton, options, problems);
        file.ReadArrays(["annotations"], (section, i, element) => persons.Add(new JsonRecord(element, $"{file.Path}, {section}[{i}]", problems), i));

        var used = persons.Images.ToArray();
        if (options.CheckFiles)
            ImageFiles.CheckExist(used, imageFolder, file.Path, problems);
        if (options.CheckSizes)
            ImageFiles.CheckSizes(used, file.Path, problems);
        problems.ThrowIfAny();
        return new PoseDataset(file.Path, skeleton, images.All, persons.All);
    }

    private static void CheckSections(JsonFile file)
    {
        const string expected = "\"images\", \"annotations\" and \"categories\" at the top level";
        if (file.TopLevel != JsonTokenType.StartObject)
            throw new DataException($"The file is JSON but not COCO: it holds {JsonFile.Describe(file.TopLevel)}.", file.Path, expected, "give the annotation file; a list of detections is read as boxes");
        var missing = Sections.Except(file.Keys).ToArray();
        if (missing.Length > 0)
            throw new DataException($"The file is JSON but not COCO: {Quoted(missing)} {(missing.Length == 1 ? "is" : "are")} missing.", file.Path, $"{expected}; found {(file.Keys.Count == 0 ? "nothing" : Quoted(file.Keys))}", "give the annotation file, or export it as COCO keypoints");
    }

    private static string Quoted(IEnumerable<string> names) => string.Join(", ", names.Select(n => $"\"{n}\""));
}
