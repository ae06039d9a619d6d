namespace LeanPose.Learning.Methods;

/// <summary>All methods by the names that recipes use. A new one is one folder and one more line here.</summary>
public static class MethodCatalog
{
    private static readonly Entry[] Entries =
    [
        new(new SupervisedOptions(), false, (options, context) => new Supervised.Supervised(context)),
        new(new PoseConsOptions(), true, (options, context) => new PoseCons.PoseCons((PoseConsOptions)options, context)),
        new(new PoseDualOptions(), true, (options, context) => new PoseDual.PoseDual((PoseDualOptions)options, context)),
        new(new MultiAugsSingleOptions(), true, (options, context) => new PoseCons.PoseCons((MultiAugsSingleOptions)options, context)),
        new(new MultiAugsDualOptions(), true, (options, context) => new PoseDual.PoseDual((MultiAugsDualOptions)options, context)),
        new(new AveragedTeacherOptions(), true, (options, context) => new PoseCons.PoseCons((AveragedTeacherOptions)options, context)),
        new(new SspcmOptions(), true, (options, context) => new Sspcm.Sspcm((SspcmOptions)options, context)),
        new(new DualCorrectOptions(), true, (options, context) => new DualCorrect.DualCorrect((DualCorrectOptions)options, context)),
    ];

    private sealed record Entry(MethodOptions Defaults, bool UsesUnlabelled, Func<MethodOptions, MethodContext, IMethod> Create);

    /// <summary>Every method's options with their defaults.</summary>
    public static IReadOnlyList<MethodOptions> Defaults => [.. Entries.Select(e => e.Defaults)];

    /// <summary>Whether a method needs unlabelled persons.</summary>
    public static bool UsesUnlabelled(MethodOptions options) => Find(options).UsesUnlabelled;

    /// <summary>Sets a method up.</summary>
    /// <exception cref="ArgumentException">The options belong to no method.</exception>
    public static IMethod Create(MethodOptions options, MethodContext context) => Find(options).Create(options, context);

    private static Entry Find(MethodOptions options) => Array.Find(Entries, e => e.Defaults.GetType() == options.GetType())
        ?? throw new ArgumentException($"No method takes options of type {options.GetType().Name}.");
}
