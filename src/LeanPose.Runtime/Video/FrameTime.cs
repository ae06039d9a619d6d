namespace LeanPose.Runtime.Video;

/// <summary>What all that follows a video asks of a frame's time.</summary>
internal static class FrameTime
{
    /// <summary>Times rise from frame to frame.</summary>
    public static void RequireLater(double seconds, double last)
    {
        if (!double.IsFinite(seconds) || seconds <= last)
            throw new ArgumentOutOfRangeException(nameof(seconds), seconds, $"A frame's time must be later than the last frame's, {last} s; call Reset for a new video.");
    }
}
