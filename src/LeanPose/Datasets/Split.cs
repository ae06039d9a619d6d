using System.Collections.Immutable;
using System.Text.Json;
using LeanPose.IO;

namespace LeanPose.Datasets;

/// <summary>
/// Which part of a data set is meant, as a JSON file: <c>{"image_ids": […], "file_names": […]}</c> (either, or both in the same order)
/// names pictures, <c>{"annotation_ids": […]}</c> names persons. Other entries of the file are left alone.
/// </summary>
public sealed record Split
{
    /// <summary>The file it was read from, for messages.</summary>
    public string Name { get; init; } = "the split";

    /// <summary>Ids of pictures.</summary>
    public ImmutableArray<long> ImageIds { get; init; } = [];

    /// <summary>File names of pictures; with <see cref="ImageIds"/> they are only compared.</summary>
    public ImmutableArray<string> FileNames { get; init; } = [];

    /// <summary>Ids of annotations.</summary>
    public ImmutableArray<long> AnnotationIds { get; init; } = [];

    /// <summary>The split that names these pictures.</summary>
    public static Split OfImages(IEnumerable<ImageRecord> images)
    {
        ImmutableArray<ImageRecord> all = [.. images];
        return new() { ImageIds = [.. all.Select(i => i.Id)], FileNames = [.. all.Select(i => i.FileName)] };
    }

    /// <summary>The split that names these persons.</summary>
    public static Split OfPersons(IEnumerable<PersonInstance> persons) => new() { AnnotationIds = [.. persons.Select(p => p.Id)] };

    /// <summary>Reads a split.</summary>
    /// <exception cref="DataException">The file is missing or holds no split.</exception>
    public static Split Read(string path)
    {
        var file = new JsonFile(path);
        var problems = new ProblemList();
        List<long> images = [], annotations = [];
        List<string> names = [];
        file.ReadArrays(["image_ids", "file_names", "annotation_ids"], (section, i, e) =>
        {
            if (section == "file_names" && e.ValueKind == JsonValueKind.String)
                names.Add(e.GetString()!);
            else if (section != "file_names" && e.ValueKind == JsonValueKind.Number && e.TryGetInt64(out var id))
                (section == "image_ids" ? images : annotations).Add(id);
            else
                problems.Add($"\"{section}\" holds {JsonRecord.Describe(e)}.", $"{path}, {section}[{i}]", section == "file_names" ? "a text" : "a whole number");
        });
        problems.ThrowIfAny();
        var ofImages = file.Keys.Contains("image_ids") || file.Keys.Contains("file_names");
        if (ofImages == file.Keys.Contains("annotation_ids"))
            throw new DataException(ofImages ? "The split names both pictures and annotations." : "The file is no split.", path, "{\"image_ids\": […], \"file_names\": […]} or {\"annotation_ids\": […]}");
        if (file.Keys.Contains("image_ids") && file.Keys.Contains("file_names") && images.Count != names.Count)
            throw new DataException($"The split has {images.Count} image_ids and {names.Count} file_names.", path, "one file name for each id, or only one of the lists");
        return new() { Name = path, ImageIds = [.. images], FileNames = [.. names], AnnotationIds = [.. annotations] };
    }

    /// <summary>Writes the split.</summary>
    /// <exception cref="DataException">The place cannot be written to.</exception>
    public void Write(string path) => AtomicFile.Write(path, stream =>
    {
        using var json = new Utf8JsonWriter(stream);
        json.WriteStartObject();
        if (AnnotationIds.Length > 0 || (ImageIds.Length == 0 && FileNames.Length == 0))
            WriteIds(json, "annotation_ids", AnnotationIds);
        if (ImageIds.Length > 0)
            WriteIds(json, "image_ids", ImageIds);
        if (FileNames.Length > 0)
        {
            json.WriteStartArray("file_names");
            foreach (var name in FileNames)
                json.WriteStringValue(name);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    });

    /// <summary>What of the data set is meant. See <see cref="PoseDataset.Select"/>.</summary>
    internal PoseDataset Of(PoseDataset dataset)
    {
        if (AnnotationIds.Length > 0)
        {
            RefuseAbsent(dataset, "annotation ids", AnnotationIds, dataset.Persons.Select(p => p.Id));
            var persons = AnnotationIds.ToHashSet();
            return dataset.Where(p => persons.Contains(p.Id));
        }

        if (ImageIds.Length > 0)
        {
            RefuseAbsent(dataset, "image ids", ImageIds, dataset.Images.Select(i => i.Id));
            RefuseOtherNames(dataset);
            var ids = ImageIds.ToHashSet();
            return dataset.OfImages(i => ids.Contains(i.Id));
        }

        RefuseAbsent(dataset, "file names", FileNames, dataset.Images.Select(i => i.FileName));
        var names = FileNames.ToHashSet(StringComparer.Ordinal);
        return dataset.OfImages(i => names.Contains(i.FileName));
    }

    private static void WriteIds(Utf8JsonWriter json, string name, ImmutableArray<long> ids)
    {
        json.WriteStartArray(name);
        foreach (var id in ids)
            json.WriteNumberValue(id);
        json.WriteEndArray();
    }

    private void RefuseAbsent<T>(PoseDataset dataset, string what, ImmutableArray<T> wanted, IEnumerable<T> present)
    {
        var known = present.ToHashSet();
        var absent = wanted.Where(w => !known.Contains(w)).ToArray();
        if (absent.Length == 0)
            return;
        var listed = string.Join(", ", absent.Take(3)) + (absent.Length > 3 ? $" and {absent.Length - 3} more" : "");
        throw new DataException($"{absent.Length} of the split's {wanted.Length} {what} are not in the data set: {listed}.", Name, $"{what} of {dataset.Name}", "use the split with the annotation file it was made for");
    }

    private void RefuseOtherNames(PoseDataset dataset)
    {
        if (FileNames.Length == 0)
            return;
        var names = dataset.Images.ToDictionary(i => i.Id, i => i.FileName);
        for (var i = 0; i < ImageIds.Length; i++)
        {
            if (names[ImageIds[i]] != FileNames[i])
                throw new DataException($"The split calls image {ImageIds[i]} {FileNames[i]}; the data set calls it {names[ImageIds[i]]}.", Name, $"ids and names of {dataset.Name}", "use the split with the annotation file it was made for");
        }
    }
}
