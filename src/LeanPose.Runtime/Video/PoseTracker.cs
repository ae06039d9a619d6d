using LeanPose.Evaluation;
using LeanPose.Skeletons;

namespace LeanPose.Runtime.Video;

/// <summary>
/// Tells who is who from frame to frame: the poses that are most alike are the same person (greedy matching by the mean of
/// the sure keypoints' OKS and the boxes' overlap; by the overlap alone where no keypoint is sure). Made for smoothing: a person who was hidden for long gets a new number.
/// Used by one thread at a time; a video has one of its own.
/// </summary>
/// <param name="skeleton">The keypoints of the poses.</param>
public sealed class PoseTracker(Skeleton skeleton)
{
    // Below this keypoints do not tell where a person is; the same bound as for a pose's score.
    private const double MinScore = 0.2;

    private readonly Dictionary<int, (EstimatedPose Pose, double Seen)> _tracks = [];
    private double _seconds = double.NegativeInfinity;
    private int _next;

    /// <summary>Poses less alike than this (mean of OKS and of the boxes' intersection over union, from 0 to 1) are of two persons. Default: 0.3.</summary>
    public double MinSimilarity { get; init; } = 0.3;

    /// <summary>A person not seen for longer is forgotten. Seconds; default: 0.5.</summary>
    public double MaxGap { get; init; } = 0.5;

    /// <summary>Finds the persons of the last frames in this one.</summary>
    /// <param name="poses">Poses of one frame, image pixels.</param>
    /// <param name="seconds">The frame's time, later than the last frame's.</param>
    /// <returns>For each pose the number of its person; a new person has a number that none had before.</returns>
    /// <exception cref="ArgumentException">A pose has not as many keypoints as the skeleton.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The time is not later than the last frame's.</exception>
    public IReadOnlyList<int> Follow(IReadOnlyList<EstimatedPose> poses, double seconds)
    {
        ArgumentNullException.ThrowIfNull(poses);
        if (poses.FirstOrDefault(p => p.Keypoints.Length != skeleton.Count) is { } other)
            throw new ArgumentException($"A pose has {other.Keypoints.Length} keypoints; {skeleton} was expected.", nameof(poses));
        FrameTime.RequireLater(seconds, _seconds);
        _seconds = seconds;
        foreach (var (track, (_, seen)) in _tracks)
        {
            if (seconds - seen > MaxGap)
                _tracks.Remove(track);
        }

        var found = new int?[poses.Count];
        var free = _tracks.Keys.ToHashSet();
        var pairs = from track in _tracks from i in Enumerable.Range(0, poses.Count) select (track.Key, i, Similarity: Similarity(track.Value.Pose, poses[i]));
        foreach (var (track, i, _) in pairs.Where(p => p.Similarity >= MinSimilarity).OrderByDescending(p => p.Similarity))
        {
            if (found[i] is null && free.Remove(track))
                found[i] = track;
        }

        var numbers = new int[poses.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = found[i] ?? _next++;
            _tracks[numbers[i]] = (poses[i], seconds);
        }

        return numbers;
    }

    /// <summary>Forgets everyone, for a new video or after a cut. Numbers go on.</summary>
    public void Reset()
    {
        _tracks.Clear();
        _seconds = double.NegativeInfinity;
    }

    private double Similarity(EstimatedPose a, EstimatedPose b)
    {
        double Area(EstimatedPose pose) => OksOptions.PersonShareOfBox * pose.Box.Area;
        var oks = Oks.Between(a.Keypoints.AsSpan(), Area(a), b.Keypoints.AsSpan(), Area(b), skeleton.Sigmas.AsSpan(), MinScore);
        var overlap = a.Box.OverlapWith(b.Box);
        return b.Keypoints.Any(k => k.Score > MinScore) && !double.IsNaN(oks) ? (oks + overlap) / 2 : overlap;
    }
}
