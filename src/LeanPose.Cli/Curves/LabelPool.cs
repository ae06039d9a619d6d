using System.Collections.Immutable;
using LeanPose.Cli.Terminal;
using LeanPose.Datasets;
using LeanPose.Learning.Recipes;
using LeanPose.Randomness;

namespace LeanPose.Cli.Curves;

/// <summary>Who is drawn first.</summary>
internal enum LabelOrder
{
    /// <summary>Drawn by the seed: every seed has persons of its own.</summary>
    Seed,

    /// <summary>File order, the same for every seed: the literature's "first N persons".</summary>
    First,
}

/// <summary>The persons whose labels a curve may use, and the subsets drawn from them. Of one seed, a smaller subset lies in every larger one.</summary>
/// <param name="Persons">Annotation ids in file order.</param>
/// <param name="Order">Who is drawn first.</param>
internal sealed record LabelPool(ImmutableArray<long> Persons, LabelOrder Order)
{
    /// <summary>
    /// All persons of <c>data.labelled</c> that training can use, whatever its split and first say, but none that is measured on;
    /// with <paramref name="only"/>, those that this split file names.
    /// </summary>
    /// <exception cref="DataException">The data cannot be read, or nobody is left.</exception>
    public static LabelPool Of(Recipe recipe, LabelOrder order, string? only)
    {
        var data = recipe.Data;
        var source = data.Labelled with { Split = only is null ? null : Path.GetFullPath(only), First = null };
        var persons = RecipeData.Labelled(recipe with { Data = data with { Labelled = source } });
        if (data.Validation is { Annotations: { } file } && InRoot(data, file) == InRoot(data, source.Annotations!))
        {
            var measured = RecipeData.Validation(recipe, checkFiles: false)!.Persons.Select(p => p.Id).ToHashSet();
            persons = persons.Where(p => !measured.Contains(p.Id));
        }

        return persons.Persons.Length > 0
            ? new LabelPool([.. persons.Persons.Select(p => p.Id)], order)
            : throw new DataException("There is nobody whose labels could be used.", persons.Name, "persons that are not measured on", "give data.labelled and data.validation other persons");
    }

    /// <summary>The subset of a size, in drawing order.</summary>
    public ImmutableArray<long> Subset(int labels, int seed) => Order == LabelOrder.First
        ? Persons[..labels]
        : [.. KeyedRandom.For(seed, "label subset").Permutation(Persons.Length).Take(labels).Select(i => Persons[i])];

    /// <summary>
    /// The recipe with a subset as its labelled persons. Where its unlabelled persons were all but the labelled ones, they are now all but the subset.
    /// </summary>
    /// <exception cref="CommandException">The recipe's data is packed, or its exclude is another one.</exception>
    public static Recipe With(Recipe recipe, string subsetFile)
    {
        var data = recipe.Data;
        if (data.Labelled.Packed is not null)
            throw new CommandException(ExitCode.Usage, "A curve draws its own subsets, and those of packed labels are fixed.", $"recipe {recipe.Name}: data.labelled.packed", "pictures and annotations");
        var unlabelled = data.Unlabelled;
        if (unlabelled is { Exclude: { } exclude } && IsSameFile(data))
        {
            if (exclude != data.Labelled.Split)
                throw new CommandException(ExitCode.Usage, "The unlabelled persons are all but some that are not the labelled ones; which ones they are in a curve is not clear.", $"recipe {recipe.Name}: data.unlabelled.exclude", "the same file as data.labelled.split", "take those persons out of the annotation file, or give data.unlabelled.split");
            unlabelled = unlabelled with { Exclude = subsetFile };
        }

        return recipe with { Data = data with { Labelled = data.Labelled with { Split = subsetFile, First = null }, Unlabelled = unlabelled } };
    }

    /// <summary>The recipe without its own subset, which need not be there.</summary>
    /// <exception cref="CommandException">As <see cref="With"/>.</exception>
    public static Recipe Without(Recipe recipe)
    {
        var data = With(recipe, "").Data;
        return recipe with
        {
            Data = data with
            {
                Labelled = data.Labelled with { Split = null },
                Unlabelled = data.Unlabelled is { Exclude: "" } u ? u with { Exclude = null } : data.Unlabelled,
            },
        };
    }

    private static bool IsSameFile(DataRecipe data) =>
        data.Unlabelled?.Annotations is { } file && InRoot(data, file) == InRoot(data, data.Labelled.Annotations!);

    private static string InRoot(DataRecipe data, string file) => Path.GetFullPath(Path.Combine(data.Root, file));
}
