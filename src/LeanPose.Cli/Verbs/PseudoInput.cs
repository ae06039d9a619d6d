using LeanPose.Cli.Recipes;
using LeanPose.Cli.Terminal;
using LeanPose.Datasets;
using LeanPose.Learning.Recipes;
using LeanPose.Learning.Training;
using LeanPose.Suspicion;

namespace LeanPose.Cli.Verbs;

/// <summary>The persons that <c>pseudo</c> is asked for, and the names under which it writes them.</summary>
internal static class PseudoInput
{
    /// <summary>What <c>--of</c> takes.</summary>
    public static readonly IReadOnlyList<string> Parts = ["unlabelled", "labelled", "validation", "all"];

    /// <summary>Opens the persons of a COCO file.</summary>
    /// <exception cref="DataException">The file is wrong, or has nobody.</exception>
    public static IReadOnlyList<(string, PoseDataset)> Given(string annotations, string images)
    {
        var persons = CocoReader.Read(annotations, images).Where(p => !p.IsCrowd && p.Box is { Width: > 0, Height: > 0 });
        return persons.Persons.Length > 0
            ? [("given", persons)]
            : throw new DataException("There is no person to look at.", annotations, "persons with a box in their picture", "check the file");
    }

    /// <summary>Opens parts of a run's own data.</summary>
    /// <exception cref="CommandException">The model is no run folder.</exception>
    /// <exception cref="DataException">The run has no recipe or no such part, or a file is wrong.</exception>
    public static IReadOnlyList<(string, PoseDataset)> OfRun(string model, string part)
    {
        if (File.Exists(model))
            throw new CommandException(ExitCode.Usage, "A model file does not say which persons are meant.", model, "a run folder, or --annotations FILE with --images DIR");
        var run = RunFolder.Open(model);
        if (!File.Exists(run.RecipeFile))
            throw new DataException("The run has no recipe.", run.RecipeFile, "recipe.yaml as 'leanpose train' writes it", "say which persons are meant: --annotations FILE --images DIR");
        var recipe = RecipeReader.Read(run.RecipeFile, []);
        var wanted = part == "all" ? Parts.Where(p => p != "all") : [part];
        var parts = wanted.Select(p => (Name: p, Persons: p switch
        {
            "labelled" => RecipeData.Labelled(recipe),
            "unlabelled" => RecipeData.Unlabelled(recipe),
            _ => RecipeData.Validation(recipe),
        })).Where(p => p.Persons is not null).Select(p => (p.Name, p.Persons!)).ToList();
        return parts.Count > 0
            ? parts
            : throw new DataException($"The recipe has no {part} persons.", run.RecipeFile, $"data.{part}", "choose another part with --of, or give persons with --annotations FILE --images DIR");
    }

    /// <summary>
    /// Names pictures relative to the one folder in which all lie, so that the file can take the place of the annotations it came from, and
    /// gives new ids to those of a later part that an earlier one has already.
    /// </summary>
    /// <returns>The folder, and the persons.</returns>
    public static (string Folder, IReadOnlyList<DoubtedPerson> Persons) Unify(IReadOnlyList<DoubtedPerson> persons)
    {
        var folder = persons.Select(p => Root(p.Person.Image)).Distinct().Aggregate(Common);
        var pictures = new Dictionary<string, ImageRecord>(StringComparer.Ordinal);
        var (pictureIds, personIds) = (new HashSet<long>(), new HashSet<long>());
        var (nextPicture, nextPerson) = (persons.Max(p => p.Person.Image.Id) + 1, persons.Max(p => p.Person.Id) + 1);
        var named = new List<DoubtedPerson>(persons.Count);
        foreach (var p in persons)
        {
            if (!pictures.TryGetValue(p.Person.Image.Path, out var picture))
            {
                var id = pictureIds.Add(p.Person.Image.Id) ? p.Person.Image.Id : nextPicture++;
                picture = p.Person.Image with { Id = id, FileName = Path.GetRelativePath(folder, p.Person.Image.Path).Replace('\\', '/') };
                pictures.Add(picture.Path, picture);
            }

            named.Add(p with { Person = p.Person with { Id = personIds.Add(p.Person.Id) ? p.Person.Id : nextPerson++, Image = picture, Pixels = p.Person.Pixels } });
        }

        return (folder, named);
    }

    // The folder to which the name is relative.
    private static string Root(ImageRecord image)
    {
        var (path, name) = (Path.GetFullPath(image.Path), image.FileName.Replace('\\', '/'));
        return path.Replace('\\', '/').EndsWith("/" + name, StringComparison.Ordinal) ? path[..^(name.Length + 1)] : Path.GetDirectoryName(path)!;
    }

    private static string Common(string a, string b)
    {
        while (!(b + Path.DirectorySeparatorChar).StartsWith(a.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            a = Path.GetDirectoryName(a)!;
        return a;
    }
}
