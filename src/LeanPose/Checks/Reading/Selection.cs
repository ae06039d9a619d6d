using LeanPose.Datasets;

namespace LeanPose.Checks.Reading;

/// <summary>The persons that a source's split, exclude, keypoints and first leave.</summary>
internal static class Selection
{
    public static CheckedSet Apply(CheckedSet set, ReadingLog log)
    {
        var source = set.Source;
        if (source is { Split: null, Exclude: null, RequireKeypoints: false, First: null })
            return set;
        IEnumerable<CheckedPerson> persons = set.Persons;
        IEnumerable<CheckedImage> images = set.Images;
        if (source.Split is { } split && log.Try(() => Split.Read(split)) is { } wanted)
            (persons, images) = (persons.Where(Named(set, wanted)), images.Where(NamedImage(set, wanted)));
        if (source.Exclude is { } exclude && log.Try(() => Split.Read(exclude)) is { } unwanted)
        {
            var (person, image) = (Named(set, unwanted), NamedImage(set, unwanted));
            (persons, images) = (persons.Where(p => !person(p)), images.Where(i => !image(i)));
        }

        if (source.RequireKeypoints)
            persons = persons.Where(HasLabels);
        if (source.First is { } first)
            persons = persons.Where(p => HasLabels(p) || (!p.IsCrowd && source.Role == SourceRole.Unlabelled)).Take(first);

        var kept = persons.ToArray();
        // A folder has pictures and no persons; anywhere else only pictures with a person are used.
        var shown = kept.Select(p => p.Image).ToHashSet();
        return new(source, set.File, set.Skeleton)
        {
            SkeletonIsGuessed = set.SkeletonIsGuessed,
            Category = set.Category,
            Images = set.Persons.Count == 0 ? [.. images.Take(source.First ?? int.MaxValue)] : [.. set.Images.Where(shown.Contains)],
            Persons = kept,
        };

        static bool HasLabels(CheckedPerson person) => !person.IsCrowd && person.LabelledCount > 0;
    }

    private static Func<CheckedPerson, bool> Named(CheckedSet set, Split split)
    {
        if (split.AnnotationIds.Length == 0)
        {
            var image = NamedImage(set, split);
            return p => image(p.Image);
        }

        var ids = split.AnnotationIds.ToHashSet();
        return p => p.Id is { } id && ids.Contains(id);
    }

    private static Func<CheckedImage, bool> NamedImage(CheckedSet set, Split split)
    {
        if (split.AnnotationIds.Length > 0)
        {
            var person = Named(set, split);
            var shown = set.Persons.Where(person).Select(p => p.Image).ToHashSet();
            return shown.Contains;
        }

        if (split.ImageIds.Length > 0)
        {
            var ids = split.ImageIds.ToHashSet();
            return i => ids.Contains(i.Id);
        }

        var names = split.FileNames.ToHashSet(StringComparer.Ordinal);
        return i => names.Contains(i.FileName);
    }
}
