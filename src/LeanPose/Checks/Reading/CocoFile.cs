using System.Text.Json;
using LeanPose.Datasets;
using LeanPose.Skeletons;
using static LeanPose.Checks.CheckCatalog;

namespace LeanPose.Checks.Reading;

/// <summary>A COCO file, read record by record; a record that cannot be used does not keep the others from being looked at.</summary>
internal sealed class CocoFile(CheckSource source, string path, ReadingLog log)
{
    private readonly List<CheckedImage> _images = [];
    private readonly Dictionary<long, CheckedImage> _byId = [];
    private readonly List<(CocoCategory Category, JsonElement Element, int Index)> _categories = [];
    private readonly HashSet<long> _categoryIds = [];

    public CheckedSet? Read()
    {
        if (log.Try(() => new JsonFile(path)) is not { } file)
            return null;
        Walk(file, ["images", "categories"], (section, i, element) =>
        {
            if (section == "images")
                AddImage(element, i);
            else
                AddCategory(element, i);
        });
        if (!HasSections(file))
            return null;
        var (skeleton, category, guessed) = Skeleton(file);
        var persons = new CocoAnnotations(log, _byId, _categoryIds, category?.Category.Id, skeleton);
        Walk(file, ["annotations"], (_, i, element) => persons.Add(element, i));
        return new(source, path, skeleton)
        {
            SkeletonIsGuessed = guessed,
            Category = category is { } c ? (c.Element, c.Index) : null,
            Images = _images,
            Persons = persons.All,
        };
    }

    private void Walk(JsonFile file, string[] sections, Action<string, int, JsonElement> record)
    {
        try
        {
            file.ReadArrays(sections, record);
        }
        catch (DataException e)
        {
            // What stood before the fault has been read.
            log.Add(e);
        }
    }

    private bool HasSections(JsonFile file)
    {
        if (file.TopLevel == JsonTokenType.None)
            return false;
        if (file.TopLevel != JsonTokenType.StartObject)
        {
            log.Add(FileUnreadable, "", $"The file is JSON but not COCO: it holds {JsonFile.Describe(file.TopLevel)}.", "\"images\", \"annotations\" and \"categories\" at the top level", "give the annotation file; a list of detections belongs into --boxes of a recipe's unlabelled persons");
            return false;
        }

        foreach (var section in new[] { "images", "annotations" }.Except(file.Keys))
            log.Add(FileUnreadable, section, $"\"{section}\" is missing.", "\"images\", \"annotations\" and \"categories\" at the top level", "give the annotation file, or export it as COCO keypoints");
        return true;
    }

    private void AddImage(JsonElement element, int index)
    {
        var problems = new ProblemList();
        var record = new JsonRecord(element, $"images[{index}]", problems);
        if (record.IsObject("{\"id\": 1, \"file_name\": \"a.jpg\", \"width\": 640, \"height\": 480}"))
        {
            var (id, name) = (record.Integer("id"), record.Text("file_name"));
            var (width, height) = (Side(record, "width"), Side(record, "height"));
            if (id is { } known && name is not null)
            {
                var image = new CheckedImage(index, known, name, source.Images is { } folder ? ImageFiles.Locate(folder, name, source.StripPrefix) : null, width, height);
                if (!_byId.TryAdd(known, image))
                    log.Add(DuplicateId, $"images[{index}].id", $"Image id {known} stands twice.", $"an id of its own; images[{_byId[known].Index}] ({_byId[known].FileName}) has it already", "number the images anew, and the annotations' image_id with them", image: image);
                _images.Add(image);
            }
        }

        foreach (var problem in problems.Listed)
            log.Add(RecordMalformed, problem.Where, problem.Problem, problem.Expected ?? "a whole record", problem.Fix ?? "correct the record, or take it out", tree => tree.DropImage(index));
    }

    private static int Side(JsonRecord record, string field)
    {
        if (!record.Has(field) || record.Integer(field) is not { } side)
            return 0;
        if (side is >= 0 and <= int.MaxValue)
            return (int)side;
        record.Problems.Add($"The image's {field} is {side}.", record.Where(field), "its number of pixels");
        return 0;
    }

    private void AddCategory(JsonElement element, int index)
    {
        var problems = new ProblemList();
        if (CocoCategory.Parse(new JsonRecord(element, $"categories[{index}]", problems)) is { } category)
        {
            if (!_categoryIds.Add(category.Id))
                log.Add(DuplicateId, $"categories[{index}].id", $"Category id {category.Id} stands twice.", "an id of its own", "number the categories anew, and the annotations' category_id with them");
            _categories.Add((category, element.Clone(), index));
        }

        foreach (var problem in problems.Listed)
            log.Add(RecordMalformed, problem.Where, problem.Problem, problem.Expected ?? "a whole record", problem.Fix ?? "correct the record");
    }

    private (Skeleton Skeleton, (CocoCategory Category, JsonElement Element, int Index)? Category, bool Guessed) Skeleton(JsonFile file)
    {
        CocoCategory? person = null;
        try
        {
            person = CocoCategory.Person([.. _categories.Select(c => c.Category)], path, null);
            return (person.Skeleton(null), _categories.First(c => c.Category.Id == person.Id), false);
        }
        catch (DataException e)
        {
            // Checking goes on with what is likeliest, so that one bad name does not hide all else.
            person ??= _categories.Select(c => c.Category).FirstOrDefault(c => c.Keypoints.Length > 0);
            var entry = _categories.FirstOrDefault(c => c.Category.Id == person?.Id);
            var guess = Guess(file, person);
            log.Add(SkeletonUnusable, person is null ? "categories" : $"categories[{entry.Index}].keypoints", $"{e.Problems[0].Problem} The rest was checked as {guess}.", e.Problems[0].Expected ?? "names of the keypoints", e.Problems[0].Fix ?? "correct the names");
            return (guess, person is null ? null : entry, true);
        }
    }

    private static Skeleton Guess(JsonFile file, CocoCategory? person)
    {
        var count = person?.Keypoints.Length ?? 0;
        if (count == 0)
        {
            var lengths = new Dictionary<int, int>();
            try
            {
                file.ReadArrays(["annotations"], (_, _, e) =>
                {
                    if (e.ValueKind == JsonValueKind.Object && e.TryGetProperty("keypoints", out var list) && list.ValueKind == JsonValueKind.Array)
                        lengths[list.GetArrayLength() / 3] = lengths.GetValueOrDefault(list.GetArrayLength() / 3) + 1;
                });
            }
            catch (DataException)
            {
                // Reported when the annotations themselves are read.
            }

            count = lengths.Count == 0 ? 0 : lengths.MaxBy(l => l.Value).Key;
        }

        return count == KnownSkeletons.Coco17.Count
            ? KnownSkeletons.Coco17
            : new Skeleton($"{count} keypoints without names", Enumerable.Range(0, count).Select(k => $"keypoint {k}"), [], Enumerable.Repeat(KnownSkeletons.SigmaOf(""), count));
    }
}
