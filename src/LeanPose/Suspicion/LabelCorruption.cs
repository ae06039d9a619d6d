using System.Collections.Immutable;
using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Randomness;

namespace LeanPose.Suspicion;

/// <summary>What was done to a label.</summary>
public enum LabelFault
{
    /// <summary>It changed places with its left or right partner.</summary>
    Swap,

    /// <summary>It was moved somewhere else nearby.</summary>
    Shift,

    /// <summary>All labels of the person are another person's.</summary>
    WrongPerson,
}

/// <summary>One label that was changed.</summary>
/// <param name="AnnotationId">Whose.</param>
/// <param name="Keypoint">Index in the skeleton.</param>
/// <param name="Fault">How.</param>
/// <param name="From">Where it was, image pixels.</param>
/// <param name="To">Where it is now, image pixels.</param>
/// <param name="Moved">The distance as a share of √(width·height) of the person's box.</param>
public readonly record struct LabelChange(long AnnotationId, int Keypoint, LabelFault Fault, Point2 From, Point2 To, double Moved)
{
    /// <summary>Another person's label may happen to be right; such a change is none to be found.</summary>
    public bool IsFault => Moved >= LabelCorruption.SmallestFault;
}

/// <summary>Makes labels wrong on purpose, as annotators do, to measure whether a suspicion score finds them.</summary>
public static class LabelCorruption
{
    /// <summary>Changes below this share of √(width·height) of the box are no faults: annotators differ by as much.</summary>
    public const double SmallestFault = 0.1;

    /// <summary>Shifts go no farther than this.</summary>
    public const double LargestShift = 0.4;

    /// <summary>
    /// Corrupts a share of the labels, in equal parts of each kind: pairs of left and right that change places (only where they
    /// lie apart), single keypoints moved by 0.1 to 0.4 of √(width·height) of the box in any direction, and persons who get all
    /// labels of another one: of another person in the picture if there is one, else of any other, moved into the box.
    /// </summary>
    /// <param name="dataset">The labels, taken to be right.</param>
    /// <param name="share">Which part of the labelled keypoints, above 0 to 0.5.</param>
    /// <param name="seed">The same seed makes the same faults.</param>
    /// <param name="kinds">Which kinds; null for all.</param>
    /// <returns>The data set with the faults, and what was changed.</returns>
    /// <exception cref="ArgumentException">The share is not above 0 to 0.5, or no kind is given.</exception>
    public static (PoseDataset Dataset, ImmutableArray<LabelChange> Changes) Apply(PoseDataset dataset, double share, long seed, IReadOnlyCollection<LabelFault>? kinds = null)
    {
        if (!(share > 0 && share <= 0.5))
            throw new ArgumentException($"The share of corrupted labels must lie above 0, up to 0.5; it is {share}.", nameof(share));
        if (kinds is { Count: 0 })
            throw new ArgumentException("There must be at least one kind of fault.", nameof(kinds));
        var draft = new Draft(dataset, seed);
        // Persons first: the others then keep away from them.
        LabelFault[] all = [.. (kinds ?? Enum.GetValues<LabelFault>()).Distinct().OrderByDescending(k => k)];
        var labels = dataset.Persons.Where(p => p.IsTrainable).Sum(p => p.LabelledCount);
        foreach (var kind in all)
            draft.Make(kind, share * labels / all.Length);
        return draft.Result;
    }

    private sealed class Draft(PoseDataset dataset, long seed)
    {
        private readonly PersonInstance[] _persons = [.. dataset.Persons];
        private readonly int[] _usable = [.. Enumerable.Range(0, dataset.Persons.Length).Where(i => dataset.Persons[i].IsTrainable)];
        private readonly ILookup<long, int> _byImage = Enumerable.Range(0, dataset.Persons.Length).Where(i => dataset.Persons[i].IsTrainable).ToLookup(i => dataset.Persons[i].Image.Id);
        private readonly HashSet<(int, int)> _touched = [];
        private readonly List<LabelChange> _changes = [];

        public (PoseDataset, ImmutableArray<LabelChange>) Result =>
            (new PoseDataset(dataset.Name, dataset.Skeleton, dataset.Images, [.. _persons]), [.. _changes]);

        public void Make(LabelFault kind, double wanted)
        {
            var random = KeyedRandom.For(seed, "corrupt/" + kind);
            var made = 0;
            if (kind == LabelFault.WrongPerson)
            {
                foreach (var at in random.Permutation(_usable.Length))
                {
                    if (made >= wanted)
                        return;
                    made += TakeOver(_usable[at], ref random);
                }

                return;
            }

            var joints = dataset.Skeleton.Count;
            foreach (var at in random.Permutation(_usable.Length * joints))
            {
                if (made >= wanted)
                    return;
                made += kind == LabelFault.Swap ? Swap(_usable[at / joints], at % joints) : Shift(_usable[at / joints], at % joints, ref random);
            }
        }

        private int TakeOver(int person, ref KeyedRandom random)
        {
            var own = _persons[person];
            var others = _byImage[own.Image.Id].Where(i => i != person).ToArray();
            if (others.Length == 0 && _usable.Length < 2)
                return 0;
            int donor;
            do
                donor = others.Length > 0 ? others[random.NextInt(others.Length)] : _usable[random.NextInt(_usable.Length)];
            while (donor == person);
            var from = dataset.Persons[donor];
            var places = new List<(int Joint, Point2 To)>();
            for (var j = 0; j < own.Keypoints.Length; j++)
            {
                if (!Free(person, j) || !from.Keypoints[j].IsLabelled)
                    continue;
                var p = new Point2(from.Keypoints[j].X, from.Keypoints[j].Y);
                if (others.Length == 0)
                    p = new(Moved(p.X, from.RawBox.X, from.RawBox.Width, own.RawBox.X, own.RawBox.Width), Moved(p.Y, from.RawBox.Y, from.RawBox.Height, own.RawBox.Y, own.RawBox.Height));
                places.Add((j, p));
            }

            // Two persons may stand alike: then nothing would be wrong.
            var differs = places.Any(p => (p.To - new Point2(own.Keypoints[p.Joint].X, own.Keypoints[p.Joint].Y)).Length >= SmallestFault * Size(person));
            return differs ? places.Sum(p => Put(person, p.Joint, LabelFault.WrongPerson, p.To)) : 0;
        }

        private int Swap(int person, int joint)
        {
            var partner = dataset.Skeleton.FlipIndex[joint];
            if (partner <= joint || !Free(person, joint) || !Free(person, partner))
                return 0;
            var k = _persons[person].Keypoints;
            Point2 a = new(k[joint].X, k[joint].Y), b = new(k[partner].X, k[partner].Y);
            return (a - b).Length < SmallestFault * Size(person) ? 0 : Put(person, joint, LabelFault.Swap, b) + Put(person, partner, LabelFault.Swap, a);
        }

        private int Shift(int person, int joint, ref KeyedRandom random)
        {
            var (sin, cos) = Math.SinCos(random.NextDouble() * 2 * Math.PI);
            var length = Size(person) * (SmallestFault + ((LargestShift - SmallestFault) * random.NextDouble()));
            if (!Free(person, joint))
                return 0;
            var (own, image) = (_persons[person].Keypoints[joint], _persons[person].Image);
            var to = new Point2(
                Math.Clamp(own.X + (length * cos), 0, image.Width > 0 ? image.Width - 1 : double.MaxValue),
                Math.Clamp(own.Y + (length * sin), 0, image.Height > 0 ? image.Height - 1 : double.MaxValue));
            return (to - new Point2(own.X, own.Y)).Length < SmallestFault * Size(person) ? 0 : Put(person, joint, LabelFault.Shift, to);
        }

        private int Put(int person, int joint, LabelFault fault, Point2 to)
        {
            var p = _persons[person];
            var k = p.Keypoints[joint];
            _touched.Add((person, joint));
            var change = new LabelChange(p.Id, joint, fault, new(k.X, k.Y), to, (to - new Point2(k.X, k.Y)).Length / Size(person));
            _changes.Add(change);
            _persons[person] = p with { Keypoints = p.Keypoints.SetItem(joint, k with { X = to.X, Y = to.Y }) };
            return change.IsFault ? 1 : 0;
        }

        private bool Free(int person, int joint) => _persons[person].Keypoints[joint].IsLabelled && !_touched.Contains((person, joint));

        private double Size(int person) => PersonSize.Of(_persons[person].RawBox);

        private static double Moved(double v, double from, double length, double to, double newLength) =>
            to + ((v - from) * newLength / Math.Max(length, 1e-9));
    }
}
