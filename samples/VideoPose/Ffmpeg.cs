using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using LeanPose.Datasets;

namespace VideoPose;

/// <summary>ffmpeg as a process: it knows all videos and cameras, and its messages go to the terminal.</summary>
internal static class Ffmpeg
{
    /// <summary>Starts reading; frames come on standard output (<see cref="FrameReader"/>).</summary>
    /// <param name="input">A file, an address, or a camera.</param>
    /// <param name="format">For a camera: <c>v4l2</c> (Linux), <c>avfoundation</c> (macOS), <c>dshow</c> (Windows); null for files.</param>
    /// <param name="framesPerSecond">Frames are repeated or left out to give so many.</param>
    /// <param name="program">ffmpeg.</param>
    /// <exception cref="DataException">ffmpeg is not there.</exception>
    public static Process Read(string input, string? format, double framesPerSecond, string program = "ffmpeg") => Start(
        program,
        [.. format is null ? Array.Empty<string>() : ["-f", format], "-i", input, "-an", "-vf", $"fps={Text(framesPerSecond)}", "-f", "image2pipe", "-c:v", "ppm", "-pix_fmt", "rgb24", "-"],
        s => s.RedirectStandardOutput = true);

    /// <summary>Starts writing; raw RGB frames go to standard input.</summary>
    /// <param name="output">A video file, or pictures: <c>drawn/%05d.png</c>.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="framesPerSecond">So many frames are a second.</param>
    /// <param name="program">ffmpeg.</param>
    /// <exception cref="DataException">ffmpeg is not there.</exception>
    public static Process Write(string output, int width, int height, double framesPerSecond, string program = "ffmpeg") => Start(
        program,
        // Most players want even sides and yuv420p; for pictures ffmpeg takes what they can hold instead.
        ["-y", "-f", "rawvideo", "-pixel_format", "rgb24", "-video_size", $"{width}x{height}", "-framerate", Text(framesPerSecond), "-i", "-", "-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-pix_fmt", "yuv420p", output],
        s => s.RedirectStandardInput = true);

    private static Process Start(string program, IEnumerable<string> arguments, Action<ProcessStartInfo> pipe)
    {
        var start = new ProcessStartInfo(program, ["-hide_banner", "-loglevel", "error", .. arguments]);
        pipe(start);
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new DataException($"ffmpeg does not start: {e.Message}", program, "ffmpeg in one of the folders of PATH", "install it: apt install ffmpeg, brew install ffmpeg, or winget install ffmpeg", e);
        }
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
