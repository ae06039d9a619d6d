using CsCheck;
using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Suspicion;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Tests.Suspicion;

public sealed class LabelCorruptionTests
{
    private static readonly PoseDataset Persons = new(
        "made-up", Poses.Skeleton, [.. Enumerable.Range(1, 60).Select(Picture)], [.. Enumerable.Range(1, 60).Select(i => Person(i, Picture(i)))]);

    private static ImageRecord Picture(int id) => new(id, $"{id}.jpg", $"{id}.jpg", 400, 400);

    private static PersonInstance Person(int id, ImageRecord image) => new()
    {
        Id = 100 + id,
        Image = image,
        RawBox = Poses.Box,
        Box = Poses.Box,
        Area = Poses.Box.Area,
        Keypoints = [.. Poses.StandingLabels.Select((k, j) => (id + j) % 9 == 0 ? default : k with { X = k.X + (((id * 7) + (j * 3)) % 30), Y = k.Y - ((id * 5) % 40) })],
    };

    [Fact]
    public void What_is_listed_is_what_was_changed_and_it_is_as_much_as_was_asked_for() => Gen.Select(Gen.Double[0.02, 0.3], Gen.Long[0, 99]).Sample(
        (share, seed) =>
        {
            var (corrupted, changes) = LabelCorruption.Apply(Persons, share, seed);
            var list = changes.ToDictionary(c => (c.AnnotationId, c.Keypoint));
            foreach (var (before, after) in Persons.Persons.Zip(corrupted.Persons))
            {
                for (var j = 0; j < Poses.Skeleton.Count; j++)
                {
                    if (!list.TryGetValue((before.Id, j), out var change))
                    {
                        Assert.Equal(before.Keypoints[j], after.Keypoints[j]);
                        continue;
                    }

                    Assert.Equal((before.Keypoints[j].X, before.Keypoints[j].Y), (change.From.X, change.From.Y));
                    Assert.Equal(new Keypoint(change.To.X, change.To.Y, before.Keypoints[j].Visibility), after.Keypoints[j]);
                    Assert.Equal((change.To - change.From).Length / Math.Sqrt(Poses.Box.Area), change.Moved, 1e-9);
                }
            }

            var labels = Persons.Persons.Sum(p => p.LabelledCount);
            foreach (var kind in Enum.GetValues<LabelFault>())
            {
                // A person is taken over whole, a pair is swapped together.
                var made = changes.Count(c => c.Fault == kind && c.IsFault);
                Assert.InRange(made, share * labels / 3, (share * labels / 3) + Poses.Skeleton.Count);
            }
        },
        iter: 30);

    [Fact]
    public void The_same_seed_makes_the_same_faults_and_another_one_others()
    {
        Assert.Equal(LabelCorruption.Apply(Persons, 0.1, 3).Changes.ToArray(), LabelCorruption.Apply(Persons, 0.1, 3).Changes.ToArray());
        Assert.NotEqual(LabelCorruption.Apply(Persons, 0.1, 3).Changes.ToArray(), LabelCorruption.Apply(Persons, 0.1, 4).Changes.ToArray());
    }

    [Fact]
    public void Swaps_exchange_partners_and_shifts_stay_within_their_bounds()
    {
        var changes = LabelCorruption.Apply(Persons, 0.2, 1, [LabelFault.Swap, LabelFault.Shift]).Changes;
        Assert.DoesNotContain(changes, c => c.Fault == LabelFault.WrongPerson);
        var swaps = changes.Where(c => c.Fault == LabelFault.Swap).ToDictionary(c => (c.AnnotationId, c.Keypoint));
        Assert.All(swaps, s => Assert.Equal(s.Value.From, swaps[(s.Key.AnnotationId, Poses.Skeleton.FlipIndex[s.Key.Keypoint])].To));
        Assert.All(changes, c => Assert.True(c.IsFault));
        Assert.All(changes.Where(c => c.Fault == LabelFault.Shift), c => Assert.InRange(c.Moved, LabelCorruption.SmallestFault, LabelCorruption.LargestShift + 1e-9));
    }

    [Fact]
    public void A_wrong_person_is_the_other_one_of_the_picture()
    {
        var picture = Picture(1);
        var two = new PoseDataset("two", Poses.Skeleton, [picture], [Person(1, picture), Person(2, picture) with { RawBox = new Box(200, 50, 80, 200), Keypoints = [.. Poses.StandingLabels.Select(k => k with { X = k.X + 100 })] }]);
        var changes = LabelCorruption.Apply(two, 0.3, 1, [LabelFault.WrongPerson]).Changes;
        Assert.NotEmpty(changes);
        Assert.All(changes, c =>
        {
            var donor = two.Persons.Single(p => p.Id != c.AnnotationId).Keypoints[c.Keypoint];
            Assert.Equal(new Point2(donor.X, donor.Y), c.To);
        });
    }

    [Fact]
    public void A_list_is_read_back_as_it_was_written_and_mistakes_in_it_are_located()
    {
        using var folder = new TempFolder();
        var changes = LabelCorruption.Apply(Persons, 0.1, 1).Changes;
        LabelChangeFile.Write(folder["a.changes.json"], changes, Poses.Skeleton);
        Assert.Equal(folder["a.changes.json"], LabelChangeFile.Beside(folder["a.json"]));
        var read = LabelChangeFile.Read(folder["a.changes.json"], Poses.Skeleton);
        Assert.Equal(changes.Select(c => (c.AnnotationId, c.Keypoint, c.Fault, c.IsFault)), read.Select(c => (c.AnnotationId, c.Keypoint, c.Fault, c.IsFault)));
        Assert.All(changes.Zip(read), p => Assert.Equal(p.First.To.X, p.Second.To.X, 1e-4));

        File.WriteAllText(folder["b.json"], """{"changes": [{"annotation_id": 1, "keypoint": "tail", "fault": "lost", "from": [1, 2], "to": [3, 4], "moved": 1}]}""");
        var error = Assert.Throws<DataException>(() => LabelChangeFile.Read(folder["b.json"], Poses.Skeleton));
        Assert.Equal(["There is no keypoint 'tail'.", "There is no fault 'lost'."], error.Problems.Select(p => p.Problem));
        File.WriteAllText(folder["c.json"], "{}");
        Assert.Throws<DataException>(() => LabelChangeFile.Read(folder["c.json"], Poses.Skeleton));
    }

    [Fact]
    public void A_list_fits_only_the_labels_that_were_corrupted()
    {
        var (corrupted, changes) = LabelCorruption.Apply(Persons, 0.1, 1);
        string? Problem(PoseDataset labels) => Record.Exception(() => LabelChangeFile.RequireFitting("a.changes.json", changes, Poses.Skeleton, labels)) is { } e ? Assert.IsType<DataException>(e).Problems[0].Problem : null;
        PoseDataset With(Func<Keypoint, Keypoint> change) => new("x", Poses.Skeleton, corrupted.Images, [.. corrupted.Persons.Select(p => p with { Keypoints = [.. p.Keypoints.Select(change)] })]);

        Assert.Null(Problem(corrupted));
        Assert.Null(Problem(With(k => k with { X = Math.Round(k.X), Y = Math.Round(k.Y) })));
        Assert.StartsWith($"These are not the labels that were made wrong: {changes.Length} of {changes.Length} labels", Problem(With(k => k with { X = k.X + 2 })));
        Assert.StartsWith("These are not the labels that were made wrong:", Problem(Persons));
        Assert.StartsWith("These are not the labels that were made wrong:", Problem(LabelCorruption.Apply(Persons, 0.1, 2).Dataset));
        Assert.StartsWith("The changes are of other persons:", Problem(corrupted.Where(p => p.Id != changes[0].AnnotationId)));
    }

    [Fact]
    public void A_perfect_ensemble_finds_what_was_corrupted_and_heatmap_maxima_do_not()
    {
        var (corrupted, changes) = LabelCorruption.Apply(Persons, 0.05, 1);
        var doubted = corrupted.Persons.Zip(Persons.Persons, (wrong, right) =>
        {
            var pose = Poses.Seen(0.8, [.. right.Keypoints.Select(k => new Point2(k.X, k.Y))]);
            var consensus = PoseConsensus.Of(pose, Poses.Skeleton, wrong.RawBox);
            return new DoubtedPerson(wrong, "given", wrong.Keypoints, consensus, LabelDoubt.Of(pose, consensus, Poses.Skeleton, wrong.Keypoints)) { Seen = pose };
        });
        var rows = CorruptionTrial.Measure(doubted, changes, 0.05);
        Assert.Equal(["all", "swap", "shift", "wrong-person"], rows.Select(r => r.Fault));
        Assert.Equal(rows[0].Wrong, rows.Skip(1).Sum(r => r.Wrong));
        Assert.All(rows, r => Assert.True(r.Scores["suspicion"].Auc > 0.99));
        Assert.True(rows[0].Scores["suspicion"].Precision > 0.9);
        Assert.Equal(0.5, rows[0].Scores["heatmap maximum"].Auc!.Value, 1e-9);
    }
}
