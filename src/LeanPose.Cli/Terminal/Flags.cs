using System.CommandLine;
using System.Globalization;
using LeanPose.Cli.Recipes;
using LeanPose.Evaluation;
using LeanPose.Heatmaps;
using LeanPose.Learning.Native;
using LeanPose.Learning.Recipes;

namespace LeanPose.Cli.Terminal;

/// <summary>Options that several verbs share, and parsers whose errors say what is expected.</summary>
internal static class Flags
{
    public static Option<string?> Json(string what) => new("--json") { Description = $"Also write {what} to this JSON file.", HelpName = "FILE" };

    public static Option<string> Device() => Parsed("--device", $"Where to compute: {ComputeDevice.Names}.", "NAME", "cpu", text =>
        ComputeDevice.IsName(text) ? text : throw new FormatException($"found '{text}', expected {ComputeDevice.Names}"));

    public static Option<Decoder?> Decoder()
    {
        var names = Enum.GetNames<Decoder>().ToDictionary(RecipeKeys.Camel, Enum.Parse<Decoder>);
        var usual = RecipeKeys.Camel(HeatmapCodec.DefaultDecoder.ToString());
        return Parsed<Decoder?>("--decoder", $"How keypoints are read off the heatmaps: {string.Join(", ", names.Keys)}. By default as evaluation.decoder of the run's recipe says; {usual} for a model file.", "NAME", null, text =>
            names.TryGetValue(text, out var decoder) ? decoder : throw Expected(text, names.Keys));
    }

    public static Option<string> Choice(string name, string description, IReadOnlyCollection<string> choices, string fallback) =>
        Parsed(name, $"{description} One of {string.Join(", ", choices)}.", "NAME", fallback, text => Among(text, choices));

    public static Option<string?> OptionalChoice(string name, string description, IReadOnlyCollection<string> choices) =>
        Parsed<string?>(name, $"{description} One of {string.Join(", ", choices)}.", "NAME", null, text => Among(text, choices));

    public static Option<int> Count(string name, string description, int fallback, int min = 1) =>
        Parsed(name, description, "N", Typed(fallback), text => Whole(text, min));

    public static Option<int?> OptionalCount(string name, string description, int min = 1) =>
        Parsed(name, description, "N", null, text => (int?)Whole(text, min));

    /// <summary>An option that is a part of a whole, above 0.</summary>
    public static Option<double> Share(string name, string description, double fallback, double max = 1) =>
        Parsed(name, description, "SHARE", Typed(fallback), text =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value > 0 && value <= max
                ? value
                : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"found '{text}', expected a number above 0, up to {max}")));

    public static Option<bool> Mean() => new("--mean") { Description = "Average the heatmaps of all networks that the run trained, where its method trains several: as many times the work." };

    public static Option<string[]> With() => new("--with")
    {
        Description = "Average in the heatmaps of another run or model file of the same crop and keypoints; may be given several times.",
        HelpName = "MODEL",
        DefaultValueFactory = _ => [],
    };

    public static Option<bool> Force() => new("--force") { Description = "Replace the file if it exists." };

    public static Option<string> Annotations() => new("--annotations") { Description = "COCO keypoints file.", HelpName = "FILE", Required = true };

    public static Option<string?> Split() => new("--split") { Description = "Split file: only what it names.", HelpName = "FILE" };

    /// <summary>An option with a number from <paramref name="min"/> to <paramref name="max"/>.</summary>
    public static Option<double?> OptionalNumber(string name, string description, double min, double max) =>
        Parsed<double?>(name, description, "NUMBER", null, text =>
            double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
                ? value
                : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"found '{text}', expected a number from {min} to {max}")));

    /// <summary>An option that names a value of an enumeration, in camel case.</summary>
    public static Option<T> Value<T>(string name, string description, T fallback)
        where T : struct, Enum
    {
        var names = Enum.GetNames<T>().ToDictionary(RecipeKeys.Camel, Enum.Parse<T>);
        return Parsed(name, $"{description} One of {string.Join(", ", names.Keys)}.", "NAME", RecipeKeys.Camel(fallback.ToString()), text => names.TryGetValue(text, out var value) ? value : throw Expected(text, names.Keys));
    }

    /// <summary>The option for what PCK measures by.</summary>
    public static Option<IReadOnlyList<PckMeasure>> Pcks() => Parsed<IReadOnlyList<PckMeasure>>(
        "--pck", $"PCKs to measure, {PckMeasure.Form}; several with commas.", "0.2:torso,…", $"{PckMeasure.Torso},{PckMeasure.Box}", text => Several(text, PckMeasure.Parse));

    /// <summary>An option <c>NAME,NAME</c> of known names.</summary>
    public static Option<IReadOnlyList<string>> Names(string name, string description, IReadOnlyCollection<string> choices, IReadOnlyList<string> fallback) =>
        Parsed(name, $"{description} From {string.Join(", ", choices)}; several with commas.", "NAMES", string.Join(',', fallback), text =>
            Several(text, one => Among(one, choices)));

    /// <summary>An option <c>N,N</c> of whole numbers.</summary>
    public static Option<IReadOnlyList<int>> Counts(string name, string description, int fallback, int min = 1) =>
        Parsed<IReadOnlyList<int>>(name, $"{description} Several with commas.", "N,N", Typed(fallback), text => Several(text, one => Whole(one, min)));

    /// <summary>An option <c>WxH,WxH</c> of crop sizes.</summary>
    public static Option<IReadOnlyList<(int Width, int Height)>> CropSizes(string name, string description, (int Width, int Height) fallback) =>
        Parsed<IReadOnlyList<(int, int)>>(name, $"{description} Several with commas.", "WxH,WxH", $"{fallback.Width}x{fallback.Height}", text => Several(text, one =>
            one.Split('x') is [var w, var h] && Natural(w, out var width) && Natural(h, out var height) && width % 32 == 0 && height % 32 == 0
                ? (width, height)
                : throw new FormatException($"found '{one}', expected WxH in multiples of 32, for example {fallback.Width}x{fallback.Height}")));

    /// <summary>An option <c>A-B</c> or <c>AxB</c>.</summary>
    public static Option<(int First, int Second)> Pair(string name, string description, string form, char separator, (int First, int Second) fallback) =>
        Parsed(name, description, form, $"{fallback.First}{separator}{fallback.Second}", text => text.Split(separator) switch
        {
            [var a, var b] when Natural(a, out var first) && Natural(b, out var second) => (first, second),
            [var a] when separator == '-' && Natural(a, out var only) => (only, only),
            _ => throw new FormatException($"found '{text}', expected {form}, for example {fallback.First}{separator}{fallback.Second}"),
        });

    // The default as it would be typed; null for none.
    private static Option<T> Parsed<T>(string name, string description, string helpName, string? fallback, Func<string, T> parse)
    {
        var option = fallback is null ? new Option<T>(name) : new TypedOption<T>(name, fallback, parse);
        option.Description = description;
        option.HelpName = helpName;
        option.CustomParser = result =>
        {
            try
            {
                return parse(result.Tokens[0].Value);
            }
            catch (FormatException e)
            {
                result.AddError($"{name}: {e.Message}");
                return default;
            }
        };
        return option;
    }

    private static string Typed(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);

    private static IReadOnlyList<T> Several<T>(string text, Func<string, T> parse) => [.. text.Split(',').Select(parse).Distinct()];

    private static string Among(string text, IReadOnlyCollection<string> choices) => choices.Contains(text) ? text : throw Expected(text, choices);

    private static int Whole(string text, int min) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min
            ? value
            : throw new FormatException($"found '{text}', expected a whole number of {min} or more");

    private static bool Natural(string text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value > 0;

    private static FormatException Expected(string text, IReadOnlyCollection<string> choices) =>
        new($"found '{text}', expected one of {string.Join(", ", choices)}" + (NearestName.Of(text, choices) is { } n ? $" (did you mean '{n}'?)" : ""));
}
