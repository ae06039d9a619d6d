using System.Text.Json;
using LeanPose.IO;

namespace LeanPose.Datasets;

/// <summary>Writes a data set as a COCO keypoint file, which <see cref="CocoReader"/> reads back the same.</summary>
public static class CocoWriter
{
    /// <summary>
    /// Writes images (with crowd index), persons (box, area, head box and track as annotated) and the skeleton. A person without labels gets no <c>keypoints</c>. Scores of
    /// boxes have no place in the format and are left out.
    /// </summary>
    /// <param name="dataset">What to write.</param>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <exception cref="DataException">The place cannot be written to.</exception>
    public static void Write(PoseDataset dataset, string path) => AtomicFile.Write(path, stream =>
    {
        using var json = new Utf8JsonWriter(stream);
        json.WriteStartObject();
        json.WriteStartObject("info"); // pycocotools copies it, and stops where there is none
        json.WriteEndObject();
        json.WriteStartArray("images");
        foreach (var image in dataset.Images)
            CocoJson.WriteImage(json, image);
        json.WriteEndArray();
        json.WriteStartArray("annotations");
        foreach (var person in dataset.Persons)
            Write(json, person);
        json.WriteEndArray();
        json.WriteStartArray("categories");
        CocoJson.WriteCategory(json, dataset.Skeleton);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, PersonInstance person)
    {
        json.WriteStartObject();
        json.WriteNumber("id", person.Id);
        json.WriteNumber("image_id", person.Image.Id);
        json.WriteNumber("category_id", CocoJson.PersonCategory);
        CocoJson.WriteBox(json, person.RawBox);
        json.WriteNumber("area", person.Area);
        json.WriteNumber("iscrowd", person.IsCrowd ? 1 : 0);
        if (person.HeadBox is { } head)
            CocoJson.WriteBox(json, head, "bbox_head");
        if (person.TrackId is { } track)
            json.WriteNumber("track_id", track);
        if (!person.Keypoints.IsEmpty)
        {
            json.WriteNumber("num_keypoints", person.LabelledCount);
            json.WriteStartArray("keypoints");
            foreach (var k in person.Keypoints)
            {
                json.WriteNumberValue(k.X);
                json.WriteNumberValue(k.Y);
                json.WriteNumberValue((int)k.Visibility);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
        CocoJson.FlushWhenLarge(json);
    }
}

/// <summary>What the writers of COCO's files share.</summary>
internal static class CocoJson
{
    /// <summary>The id of the one category that is written.</summary>
    public const long PersonCategory = 1;

    public static void WriteImage(Utf8JsonWriter json, ImageRecord image)
    {
        json.WriteStartObject();
        json.WriteNumber("id", image.Id);
        json.WriteString("file_name", image.FileName);
        if (image is { Width: > 0, Height: > 0 })
        {
            json.WriteNumber("width", image.Width);
            json.WriteNumber("height", image.Height);
        }

        if (image.CrowdIndex is { } crowding)
            json.WriteNumber("crowdIndex", crowding);

        json.WriteEndObject();
        FlushWhenLarge(json);
    }

    public static void WriteCategory(Utf8JsonWriter json, Skeletons.Skeleton skeleton)
    {
        json.WriteStartObject();
        json.WriteNumber("id", PersonCategory);
        json.WriteString("name", "person");
        json.WriteStartArray("keypoints");
        foreach (var name in skeleton.Keypoints)
            json.WriteStringValue(name);
        json.WriteEndArray();
        json.WriteStartArray("skeleton");
        foreach (var (a, b) in skeleton.Limbs)
        {
            json.WriteStartArray();
            json.WriteNumberValue(a + 1);
            json.WriteNumberValue(b + 1);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>A list of numbers, to a ten-thousandth.</summary>
    public static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<double> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
            json.WriteNumberValue(Math.Round(number, 4));
        json.WriteEndArray();
    }

    public static void WriteBox(Utf8JsonWriter json, Geometry.Box box, string name = "bbox")
    {
        json.WriteStartArray(name);
        json.WriteNumberValue(box.X);
        json.WriteNumberValue(box.Y);
        json.WriteNumberValue(box.Width);
        json.WriteNumberValue(box.Height);
        json.WriteEndArray();
    }

    /// <summary>The writer keeps everything in memory until it is told to hand it on.</summary>
    public static void FlushWhenLarge(Utf8JsonWriter json)
    {
        if (json.BytesPending > 1 << 16)
            json.Flush();
    }
}
