// Finds and draws the poses in a video or a camera's picture: frames come from one ffmpeg and go to another.
using System.Diagnostics;
using LeanPose.Datasets;
using LeanPose.Imaging;
using LeanPose.Runtime;
using LeanPose.Runtime.Video;
using VideoPose;

if (Arguments.Parse(args) is not { } asked)
{
    Console.Error.WriteLine(Arguments.Usage);
    return 2;
}

try
{
    // Ctrl-C reaches ffmpeg too, which ends the input; the output is then finished as at any end.
    Console.CancelKeyPress += (_, key) => key.Cancel = true;
    var frames = Follow(asked);
    Console.WriteLine($"{frames} frames in {asked.Output}");
    return 0;
}
catch (Exception e) when (e is DataException or NotSupportedException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

static int Follow(Arguments asked)
{
    using var estimator = PoseEstimator.Load(asked.Model);
    using var detector = asked.Detector is { } file ? PersonDetector.Load(file, new() { MinScore = 0.3 }) : null;
    var (tracker, smoother) = (new PoseTracker(estimator.Skeleton), new PoseSmoother());

    using var input = Ffmpeg.Read(asked.Input, asked.Format, asked.FramesPerSecond);
    var reader = new FrameReader(input.StandardOutput.BaseStream);
    Process? output = null;
    var frames = 0;
    for (var frame = reader.Read(); frame is not null; frame = reader.Read(frame), frames++)
    {
        var boxes = detector?.Detect(frame).Select(p => p.Box).ToArray() ?? [frame.Bounds];
        var (poses, seconds) = (estimator.Estimate(frame, boxes), frames / asked.FramesPerSecond);
        estimator.Draw(frame, smoother.Smooth(poses, tracker.Follow(poses, seconds), seconds));
        output ??= Ffmpeg.Write(asked.Output, frame.Width, frame.Height, asked.FramesPerSecond);
        Write(output, frame, asked.Output);
    }

    input.WaitForExit();
    if (output is null)
        throw new DataException("No frame could be read; ffmpeg's own message stands above.", asked.Input, "a video or a camera that ffmpeg can read");
    using (output)
        Finish(output, asked.Output);
    return frames;
}

static void Write(Process ffmpeg, RgbImage frame, string path)
{
    try
    {
        ffmpeg.StandardInput.BaseStream.Write(frame.Pixels);
    }
    catch (IOException e)
    {
        throw new DataException("The output cannot be written; ffmpeg's own message stands above.", path, "a file that ffmpeg can write", inner: e);
    }
}

static void Finish(Process ffmpeg, string path)
{
    ffmpeg.StandardInput.Close();
    ffmpeg.WaitForExit();
    if (ffmpeg.ExitCode != 0)
        throw new DataException("The output is not complete; ffmpeg's own message stands above.", path, "a file that ffmpeg can write");
}
