using System.Globalization;

namespace VideoPose;

/// <summary>What the command line asks for.</summary>
/// <param name="Model">The exported model.</param>
/// <param name="Input">A video file, or a camera's name.</param>
/// <param name="Output">A video file, or pictures: <c>drawn/%05d.png</c>.</param>
internal sealed record Arguments(string Model, string Input, string Output)
{
    public const string Usage = """
        Usage: VideoPose MODEL.onnx INPUT OUTPUT [--detector FILE.onnx] [--format NAME] [--fps 30]
          INPUT   a video, or a camera with --format: /dev/video0 v4l2 (Linux), 0 avfoundation (macOS), "video=NAME" dshow (Windows); Ctrl-C ends it
          OUTPUT  a video, or pictures: drawn/%05d.png
        Without a detector the whole frame is taken for one person.
        """;

    public string? Detector { get; private init; }

    public string? Format { get; private init; }

    public double FramesPerSecond { get; private init; } = 30;

    /// <summary>Reads the command line; null where it cannot be understood.</summary>
    public static Arguments? Parse(string[] args)
    {
        if (args.Length < 3 || args.Length % 2 == 0 || args.Take(3).Any(a => a.StartsWith("--", StringComparison.Ordinal)))
            return null;
        var parsed = new Arguments(args[0], args[1], args[2]);
        foreach (var option in args.Skip(3).Chunk(2))
        {
            switch (option[0])
            {
                case "--detector":
                    parsed = parsed with { Detector = option[1] };
                    break;
                case "--format":
                    parsed = parsed with { Format = option[1] };
                    break;
                case "--fps" when double.TryParse(option[1], CultureInfo.InvariantCulture, out var fps) && fps is > 0 and <= 1000:
                    parsed = parsed with { FramesPerSecond = fps };
                    break;
                default:
                    return null;
            }
        }

        return parsed;
    }
}
