using LeanPose.Datasets;
using LeanPose.Heatmaps;
using LeanPose.Learning.Loading;
using LeanPose.Learning.Recipes;
using LeanPose.Skeletons;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Learning.Tests.Loading;

/// <summary>The mixed loader: invariants 23 and 24 of the specification.</summary>
public sealed class TrainingBatchesTests : IDisposable
{
    private const int Size = 64;
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static TrainingBatches Batches(PoseDataset labelled, PoseDataset? unlabelled, long seed = 1, int batch = 3, int unlabelledBatch = 4) =>
        new(labelled, unlabelled, new CropMaker(Size, Size, new AugmentationRecipe(), new ImageCache()), new HeatmapCodec(Size, Size, Size / 4, Size / 4, 2), KnownSkeletons.Union24, seed, batch, unlabelledBatch);

    [Fact]
    public void Any_number_of_threads_and_any_start_gives_the_same_batches()
    {
        var (labelled, unlabelled) = (MadeUpPeople.Make(_folder, "labelled", 5), MadeUpPeople.Make(_folder, "unlabelled", 7).WithoutLabels());
        List<HostBatch> Load(int first, int threads)
        {
            var batches = Batches(labelled, unlabelled);
            using var loader = new Prefetcher<HostBatch>(step => batches.Make(step, unlabelled: true), first, 8, threads);
            return [.. Enumerable.Range(first, 8 - first).Select(_ => loader.Next())];
        }

        var one = Load(0, 1);
        AssertEqual(one, Load(0, 4));
        AssertEqual(one[5..], Load(5, 3));
        Assert.NotEqual(one[0].Labelled, one[1].Labelled);
        Assert.NotEqual(one[0].Labelled, Batches(labelled, unlabelled, seed: 2).Make(0, unlabelled: true).Labelled);
    }

    private static void AssertEqual(IReadOnlyList<HostBatch> expected, IReadOnlyList<HostBatch> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        foreach (var (e, a) in expected.Zip(actual))
        {
            Assert.Equal(e.Labelled, a.Labelled);
            Assert.Equal(e.Target, a.Target);
            Assert.Equal(e.Weight, a.Weight);
            Assert.Equal(e.Unlabelled, a.Unlabelled);
        }
    }

    [Fact]
    public void Batches_in_used_memory_are_as_new_and_need_next_to_none()
    {
        var (labelled, unlabelled) = (MadeUpPeople.Make(_folder, "labelled", 5), MadeUpPeople.Make(_folder, "unlabelled", 7).WithoutLabels());
        var (reused, fresh) = (Batches(labelled, unlabelled), Batches(labelled, unlabelled));
        for (var step = 0; step < 20; step++)
        {
            var batch = reused.Make(step, unlabelled: true);
            AssertEqual([fresh.Make(step, unlabelled: true)], [batch]);
            reused.Reuse(batch);
        }

        // All persons are in memory now, and one batch goes round. Step 20 is not the first of a pass over the unlabelled ones.
        var before = GC.GetAllocatedBytesForCurrentThread();
        var last = reused.Make(20, unlabelled: true);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        AssertEqual([fresh.Make(20, unlabelled: true)], [last]);
        Assert.InRange(allocated, 0, 2048);
    }

    [Fact]
    public void A_step_on_labels_alone_gets_no_others_and_changes_no_other_step()
    {
        var (labelled, unlabelled) = (MadeUpPeople.Make(_folder, "labelled", 5), MadeUpPeople.Make(_folder, "unlabelled", 7).WithoutLabels());
        var (batches, all) = (Batches(labelled, unlabelled), Batches(labelled, unlabelled));
        foreach (var (step, uses) in new[] { (0, false), (1, true), (2, true), (3, false), (4, true) })
        {
            var (batch, whole) = (batches.Make(step, uses), all.Make(step, unlabelled: true));
            AssertEqual([uses ? whole : whole with { Unlabelled = [] }], [batch]);
            batches.Reuse(batch);
        }

        Assert.Throws<ArgumentException>(() => Batches(labelled, null).Make(0, unlabelled: true));
    }

    [Fact]
    public void Every_pass_shows_every_unlabelled_person_once_in_another_order()
    {
        const int Persons = 10, PerStep = 4;
        var people = MadeUpPeople.Coloured(_folder, "people", Persons);
        var batches = Batches(people, people.WithoutLabels(), unlabelledBatch: PerStep);
        var order = Enumerable.Range(0, 15).SelectMany(step => Seen(batches.Make(step, unlabelled: true).Unlabelled)).ToArray();
        var passes = order.Chunk(Persons).ToArray();
        Assert.All(passes, pass => Assert.Equal(Enumerable.Range(0, Persons), pass.Order()));
        Assert.Equal(passes.Length, passes.Select(p => string.Join(' ', p)).Distinct().Count());
    }

    [Fact]
    public void Labelled_persons_are_drawn_with_replacement()
    {
        const int Persons = 6, Draws = 600;
        var batches = Batches(MadeUpPeople.Coloured(_folder, "people", Persons), null, batch: 10);
        var drawn = Enumerable.Range(0, Draws / 10).SelectMany(step => Seen(batches.Make(step, unlabelled: false).Labelled)).ToArray();
        for (var person = 0; person < Persons; person++)
            Assert.Equal(1.0 / Persons, drawn.Count(d => d == person) / (double)Draws, 0.06);
    }

    // The middle of a crop is the middle of the person's box, which is of the person's own colour.
    private static IEnumerable<int> Seen(byte[] crops) =>
        crops.Chunk(Size * Size * 3).Select(c => (c[3 * ((Size * Size / 2) + (Size / 2))] - MadeUpPeople.Red(0)) / (MadeUpPeople.Red(1) - MadeUpPeople.Red(0)));

    [Fact]
    public void Keypoints_meet_the_output_channels_by_name()
    {
        var people = MadeUpPeople.Make(_folder, "people", 4, KnownSkeletons.Mpii16);
        var batches = Batches(people, null, batch: 40);
        var batch = batches.Make(0, unlabelled: false);
        var cells = Size * Size / 16;
        for (var j = 0; j < KnownSkeletons.Union24.Count; j++)
        {
            var known = people.Skeleton.IndexOf(KnownSkeletons.Union24.Keypoints[j]) >= 0;
            var weights = Enumerable.Range(0, 40).Select(i => batch.Weight[(i * 24) + j]).ToArray();
            var maxima = Enumerable.Range(0, 40).Select(i => batch.Target.AsSpan(((i * 24) + j) * cells, cells).ToArray().Max()).ToArray();
            Assert.Equal(known, weights.Any(w => w == 1));
            Assert.All(weights.Zip(maxima), p => Assert.True(p.First is 0 or 1 && (p.First == 1 || p.Second == 0)));
        }
    }

    [Theory]
    [InlineData("coco17", 17)]
    [InlineData("mpii16", 16)]
    [InlineData("aic14", 14)]
    [InlineData("wepdtof14", 14)]
    public void Data_sets_train_their_channels_of_the_union(string skeleton, int channels)
    {
        var map = KnownSkeletons.Find(skeleton)!.MapTo(KnownSkeletons.Union24);
        Assert.Equal(channels, map.Where(c => c >= 0).Distinct().Count());
    }
}
