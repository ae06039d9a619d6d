namespace LeanPose.Cli.Reports;

/// <summary>How reports and tables write numbers; the same everywhere.</summary>
internal static class Numbers
{
    /// <summary>What stands where nothing could be measured.</summary>
    public const string NoInstance = "no instance in this range";

    /// <summary>A fraction as percent with one decimal, without the sign: 0.6149 is <c>61.5</c>.</summary>
    public static string Percent(double? fraction)
        => fraction is { } f && double.IsFinite(f) ? (f * 100).ToString("0.0") : NoInstance;

    /// <summary>Three significant digits; thousands with a k.</summary>
    public static string Short(double v) => Math.Abs(v) switch
    {
        0 => "0",
        >= 1e6 => $"{v / 1e6:0.##}M",
        >= 10000 => $"{v / 1e3:0.#}k",
        >= 100 => v.ToString("0"),
        >= 10 => v.ToString("0.#"),
        >= 1 => v.ToString("0.##"),
        >= 0.001 => v.ToString("0.####"),
        _ => v.ToString("0.#e0"),
    };

    /// <summary>A span of time as a person says it: <c>4.2 s</c>, <c>3 min 20 s</c>, <c>24 min</c>, <c>2 h 05 min</c>.</summary>
    public static string Duration(double seconds) => seconds switch
    {
        < 60 => $"{seconds:0.#} s",
        < 600 => $"{(int)seconds / 60} min {(int)seconds % 60:00} s",
        < 3600 => $"{seconds / 60:0} min",
        _ => $"{(int)seconds / 3600} h {(int)seconds / 60 % 60:00} min",
    };

    /// <summary>Size of a file.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1024 => $"{bytes} B",
        < 1 << 20 => $"{bytes / 1024.0:0.#} KiB",
        _ => $"{bytes / 1048576.0:0.#} MiB",
    };
}
