// Finds and draws the poses in a video or a camera's picture: frames come from one ffmpeg and go to another.
using System.Diagnostics;
using LeanPose.Datasets;
using LeanPose.Runtime;
using LeanPose.Runtime.Video;
using VideoPose;

if (Arguments.Parse(args) is not { } asked)
{
    Console.Error.WriteLine(Arguments.Usage);
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = true;
    stop.Cancel();
};
try
{
    var frames = Follow(asked, stop.Token);
    Console.WriteLine($"{frames} frames in {asked.Output}");
    return 0;
}
catch (Exception e) when (e is DataException or NotSupportedException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

static int Follow(Arguments asked, CancellationToken stop)
{
    using var estimator = PoseEstimator.Load(asked.Model);
    using var detector = asked.Detector is { } file ? PersonDetector.Load(file, new() { MinScore = 0.3 }) : null;
    var (tracker, smoother) = (new PoseTracker(estimator.Skeleton), new PoseSmoother());

    using var input = Ffmpeg.Read(asked.Input, asked.Format, asked.FramesPerSecond);
    Process? output = null;
    var frames = 0;
    try
    {
        var reader = new FrameReader(input.StandardOutput.BaseStream);
        for (var frame = reader.Read(); frame is not null && !stop.IsCancellationRequested; frame = reader.Read(frame), frames++)
        {
            var boxes = detector?.Detect(frame).Select(p => p.Box).ToArray() ?? [frame.Bounds];
            var (poses, seconds) = (estimator.Estimate(frame, boxes), frames / asked.FramesPerSecond);
            estimator.Draw(frame, smoother.Smooth(poses, tracker.Follow(poses, seconds), seconds));
            output ??= Ffmpeg.Write(asked.Output, frame.Width, frame.Height, asked.FramesPerSecond);
            output.StandardInput.BaseStream.Write(frame.Pixels);
        }
    }
    catch (IOException) when (output is not null)
    {
        // The writing ffmpeg is gone. Its exit code says why: Ctrl-C reaches it, too, and it finishes the output by itself.
    }
    finally
    {
        input.Kill();
        output?.StandardInput.BaseStream.Close();
        output?.WaitForExit();
    }

    if (output is null)
        throw new DataException("No frame could be read; ffmpeg's own message stands above.", asked.Input, "a video or a camera that ffmpeg can read");
    using (output)
    {
        return output.ExitCode == 0 || stop.IsCancellationRequested
            ? frames
            : throw new DataException("The output is not complete; ffmpeg's own message stands above.", asked.Output, "a file that ffmpeg can write");
    }
}
