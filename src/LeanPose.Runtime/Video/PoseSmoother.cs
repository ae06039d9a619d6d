using System.Runtime.InteropServices;
using LeanPose.Datasets;

namespace LeanPose.Runtime.Video;

/// <summary>
/// Smooths the keypoints of persons over the frames of a video, each person and keypoint for itself (<see cref="OneEuroFilter"/>).
/// Used by one thread at a time; a video has one of its own.
/// </summary>
public sealed class PoseSmoother
{
    private readonly SmoothingOptions _options;
    private readonly Dictionary<int, Track> _tracks = [];
    private double _seconds = double.NegativeInfinity;

    /// <summary>A smoother that has seen nothing.</summary>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public PoseSmoother(SmoothingOptions? options = null)
    {
        _options = options ?? new SmoothingOptions();
        ArgumentOutOfRangeException.ThrowIfNegative(_options.HoldSeconds, nameof(options) + "." + nameof(_options.HoldSeconds));
        NewFilter();
    }

    /// <summary>
    /// Smooths the poses of one frame. A keypoint whose score is too low, or that is no finite number, is given where it last was;
    /// after <see cref="SmoothingOptions.HoldSeconds"/> it is given as it comes, and starts anew when it is believed again. Boxes
    /// and scores stay as they are.
    /// </summary>
    /// <param name="poses">Poses of one frame, image pixels, with boxes of some extent.</param>
    /// <param name="tracks">Who they are: for each pose a number of its person, the same in every frame (<see cref="PoseTracker"/> gives them).</param>
    /// <param name="seconds">The frame's time, later than the last frame's.</param>
    /// <returns>One pose each, in their order.</returns>
    /// <exception cref="ArgumentException">There are not as many tracks as poses, two poses have the same, or a person has another number of keypoints than before.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The time is not later than the last frame's.</exception>
    public IReadOnlyList<EstimatedPose> Smooth(IReadOnlyList<EstimatedPose> poses, IReadOnlyList<int> tracks, double seconds)
    {
        ArgumentNullException.ThrowIfNull(poses);
        ArgumentNullException.ThrowIfNull(tracks);
        FrameTime.RequireLater(seconds, _seconds);
        if (poses.Count != tracks.Count)
            throw new ArgumentException($"{poses.Count} poses need {poses.Count} tracks; {tracks.Count} were given.", nameof(tracks));
        if (tracks.Distinct().Count() != tracks.Count)
            throw new ArgumentException($"Two poses of a frame have the same track: {string.Join(", ", tracks)}.", nameof(tracks));
        for (var i = 0; i < poses.Count; i++)
        {
            if (_tracks.TryGetValue(tracks[i], out var known) && known.X.Length != poses[i].Keypoints.Length)
                throw new ArgumentException($"Track {tracks[i]} had {known.X.Length} keypoints; now it has {poses[i].Keypoints.Length}.", nameof(poses));
        }

        _seconds = seconds;
        var smoothed = new EstimatedPose[poses.Count];
        for (var i = 0; i < smoothed.Length; i++)
        {
            if (!_tracks.TryGetValue(tracks[i], out var track))
                _tracks[tracks[i]] = track = new Track(poses[i].Keypoints.Length, NewFilter);
            smoothed[i] = Smooth(poses[i], track);
        }

        foreach (var (id, track) in _tracks)
        {
            if (seconds - track.Seen > _options.HoldSeconds)
                _tracks.Remove(id);
        }

        return smoothed;
    }

    /// <summary>Forgets everything, for a new video or after a cut.</summary>
    public void Reset()
    {
        _tracks.Clear();
        _seconds = double.NegativeInfinity;
    }

    private EstimatedPose Smooth(EstimatedPose pose, Track track)
    {
        // Boxes without extent come from nowhere but a mistake; a unit of one pixel keeps the filter defined.
        var size = Math.Max(Math.Sqrt(pose.Box.Area), 1);
        var keypoints = new ScoredPoint[pose.Keypoints.Length];
        for (var k = 0; k < keypoints.Length; k++)
        {
            var point = pose.Keypoints[k];
            if (_seconds - track.Believed[k] > _options.HoldSeconds)
                track.Forget(k);
            if (point.Score >= _options.MinScore && double.IsFinite(point.X) && double.IsFinite(point.Y))
            {
                track.Believed[k] = _seconds;
                point = point with { X = track.X[k].Next(point.X, _seconds, size), Y = track.Y[k].Next(point.Y, _seconds, size) };
            }
            else if (track.X[k].Value is { } x && track.Y[k].Value is { } y)
            {
                point = point with { X = x, Y = y };
            }

            keypoints[k] = point;
        }

        track.Seen = _seconds;
        return pose with { Keypoints = ImmutableCollectionsMarshal.AsImmutableArray(keypoints) };
    }

    private OneEuroFilter NewFilter() => new(_options.MinCutoff, _options.Beta, _options.DerivativeCutoff);

    private sealed class Track(int keypoints, Func<OneEuroFilter> filter)
    {
        public OneEuroFilter[] X { get; } = [.. Enumerable.Range(0, keypoints).Select(_ => filter())];

        public OneEuroFilter[] Y { get; } = [.. Enumerable.Range(0, keypoints).Select(_ => filter())];

        /// <summary>When each keypoint was last believed, seconds.</summary>
        public double[] Believed { get; } = [.. Enumerable.Repeat(double.NegativeInfinity, keypoints)];

        /// <summary>When the person was last seen, seconds.</summary>
        public double Seen { get; set; }

        public void Forget(int keypoint)
        {
            X[keypoint].Reset();
            Y[keypoint].Reset();
        }
    }
}
