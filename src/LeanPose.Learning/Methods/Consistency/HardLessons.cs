using System.Collections.Immutable;
using LeanPose.Learning.Losses;
using LeanPose.Learning.Views;
using static TorchSharp.torch;

namespace LeanPose.Learning.Methods.Consistency;

/// <summary>What one network is to learn from the unlabelled crops of a step.</summary>
/// <param name="Learner">The network and its name.</param>
/// <param name="Target">Pseudo label in the easy view, <c>B×J×h×w</c>; joint-aware damages aim at its maxima.</param>
/// <param name="Weight"><c>B×J</c> or <c>1×J</c>.</param>
/// <param name="Views">The hard views that it sees, one after the other.</param>
internal sealed record Lesson(NamedNetwork Learner, Tensor Target, Tensor Weight, ImmutableArray<ViewRecipe> Views)
{
    /// <summary>Whether the learner sees the labelled crops in the lesson, before the hard views, rather than earlier in the step.</summary>
    public bool BeginsWithLabels { get; init; }

    /// <summary>How many passes it takes.</summary>
    public int Passes => Views.Length + (BeginsWithLabels ? 1 : 0);
}

/// <summary>A lesson that was given.</summary>
/// <param name="Lesson">Who was to learn what.</param>
/// <param name="Target">The pseudo label as the hard views show it, <c>B×J×h×w</c>.</param>
/// <param name="Weight">With which it counted, <c>B×J</c> or <c>1×J</c>.</param>
/// <param name="Learned">The loss, and what the learner saw.</param>
/// <param name="OnLabels">The loss on the labels, and what the learner saw there, where the lesson began with them.</param>
internal sealed record Taught(Lesson Lesson, Tensor Target, Tensor Weight, Learned Learned, Learned? OnLabels);

/// <summary>
/// The easy → hard consistency that the whole family shares: every network's copies of the easy view are damaged, each
/// copy by its own draws, one θ per picture turns all copies and pseudo labels alike, and each network is asked to see on
/// its hard views what the pseudo label says. Gradients reach the learners alone.
/// </summary>
internal sealed class HardLessons(ConsistencyOptions options, MethodContext context)
{
    private readonly DamageOptions _damages = options.Damages(context);

    /// <summary>A fixed θ in place of a drawn one, for tests against recorded numbers.</summary>
    public HardView? ViewOverride { get; set; }

    /// <summary>Ablation of SSPCM: zero one random cell of the last feature map per picture.</summary>
    public bool FeatureMasking { get; init; }

    /// <summary>Gives the lessons, side by side, the longest first.</summary>
    /// <param name="input">The step, on whose number all draws depend.</param>
    /// <param name="images">The easy view, <c>B×3×H×W</c>.</param>
    /// <param name="lessons">Who learns what.</param>
    public Taught[] Give(StepInput input, Tensor images, IReadOnlyList<Lesson> lessons)
    {
        var (views, targets, weights) = Prepare(input.Step, images, lessons);
        int[] order = [.. Enumerable.Range(0, lessons.Count).OrderByDescending(l => lessons[l].Passes)];
        var learned = Learned.Run(input, order.Select(l => (IReadOnlyList<Func<Looked>>)(lessons[l].BeginsWithLabels
            ? [() => StepTotal.OnLabels(input, lessons[l].Learner), () => Hard(l)]
            : [() => Hard(l)])));
        Array.Sort(order, learned);
        return [.. lessons.Select((lesson, l) => new Taught(lesson, targets[l], weights[l], learned[l][^1], lesson.BeginsWithLabels ? learned[l][0] : null))];

        Looked Hard(int l)
        {
            // One pass a view, so that each is normalised by its own batch's statistics.
            var predictions = views[l].Select((view, k) => Pass(lessons[l].Learner, view, input.Step, k)).ToArray();
            Tensor Loss(Func<Tensor, Tensor, Tensor, Tensor> of) => Reduce(predictions, p => of(p, targets[l], weights[l]));
            return new(Loss(HeatmapLoss.Compute), predictions[0], () => Loss(HeatmapLoss.PerKeypoint));
        }
    }

    /// <summary>By lesson: damaged and turned pictures, view by view; the turned pseudo label and its weight.</summary>
    private (Tensor[][] Views, Tensor[] Targets, Tensor[] Weights) Prepare(int step, Tensor images, IReadOnlyList<Lesson> lessons)
    {
        using var noGradient = no_grad();
        if (options.RenderedTargets)
            lessons = [.. lessons.Select(Render)];
        var hard = ViewOverride ?? HardView.Draw(options.HardView, (int)images.shape[0], (double)context.Width / context.Height, context.Seed, step, context.Device, context.Crop);
        var damaged = new List<Tensor>();
        foreach (var lesson in lessons)
        {
            // Reading positions waits for the device, so it is done once, and only where a view aims.
            var positions = lesson.Views.Any(v => v.IsJointAware) ? HeatmapPositions.InCrop(lesson.Target) : new (float, float)[0, 0];
            damaged.AddRange(lesson.Views.Select((v, k) => ViewDamage.Apply(images, v, _damages, positions, new DamageKey(context.Seed, step, lesson.Learner.Name, k))));
        }

        var turned = hard.Warp(cat(damaged, 1)).chunk(damaged.Count, 1);
        var views = lessons.Select((l, i) => turned[lessons.Take(i).Sum(before => before.Views.Length)..][..l.Views.Length]).ToArray();
        var targets = hard.Warp(cat([.. lessons.Select(l => l.Target)], 1)).chunk(lessons.Count, 1);
        return (views, targets, [.. lessons.Zip(targets, (l, t) => Weight(hard, l, t))]);
    }

    private Lesson Render(Lesson lesson)
    {
        var (targets, confidence) = RenderedTargets.Of(lesson.Target, context.Sigma);
        return lesson with { Target = targets, Weight = lesson.Weight * confidence };
    }

    private Tensor Weight(HardView hard, Lesson lesson, Tensor warped)
    {
        var weight = lesson.Weight;
        // As published, a keypoint that θ moves out of the picture keeps its weight, with an empty target.
        if (options.DropWarpedOutside)
            weight = weight * hard.Inside(HeatmapPositions.Of(lesson.Target), (int)warped.shape[3], (int)warped.shape[2]);
        if (options.ConfidenceMask is { } threshold)
            weight = weight * HeatmapPositions.Maxima(warped).gt(threshold);
        return weight;
    }

    private Tensor Reduce(Tensor[] predictions, Func<Tensor, Tensor> loss)
    {
        if (options.HeatFusion)
            return loss(predictions.Aggregate((a, b) => a + b) / predictions.Length);
        var sum = predictions.Select(loss).Aggregate((a, b) => a + b);
        return options.ViewReduction == ViewReduction.Mean && predictions.Length > 1 ? sum / predictions.Length : sum;
    }

    private Tensor Pass(NamedNetwork learner, Tensor images, int step, int view)
    {
        if (options.HardViewStatistics)
            return Look(learner, images, step, view);
        using var kept = new KeptStatistics(learner.Network);
        return Look(learner, images, step, view);
    }

    private Tensor Look(NamedNetwork learner, Tensor images, int step, int view)
    {
        var network = learner.Network;
        if (!FeatureMasking)
            return network.call(images);
        network.FeatureHook = features => FeatureMask.Random(features, context.Seed, view == 0 ? learner.Name : $"{learner.Name}/{view}", step);
        try
        {
            return network.call(images);
        }
        finally
        {
            network.FeatureHook = null;
        }
    }
}
