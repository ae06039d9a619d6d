using System.CommandLine;
using LeanPose.Runtime;

namespace LeanPose.Cli.Terminal;

/// <summary>The options that say where boxes of persons come from, other than from annotations.</summary>
internal sealed class BoxFlags
{
    private readonly Option<string?> _detector = new("--detector") { Description = "Find the persons with this ONNX detector (YOLO, RT-DETR and their like; docs/detectors.md).", HelpName = "FILE" };
    private readonly Option<double?> _score;
    private readonly Option<DetectorLayout> _layout = Flags.Value("--detector-layout", "What the detector gives out, where it cannot be told from the file.", DetectorLayout.Auto);
    private readonly Option<int> _size = Flags.Count("--detector-size", "Width and height of the detector's input, pixels, where the file leaves them open.", 640, min: 32);
    private readonly Option<int?> _class = Flags.OptionalCount("--person-class", "Number of the class that is a person; by default the one that the file calls person, else 0.", min: 0);
    private readonly double _usualScore;

    /// <param name="boxes">What <c>--boxes</c> takes.</param>
    /// <param name="usualScore">Boxes of a detector with a lower score are left out by default.</param>
    public BoxFlags(string boxes, double usualScore)
    {
        Boxes = new("--boxes") { Description = boxes, HelpName = "FILE" };
        _usualScore = usualScore;
        _score = Flags.OptionalNumber("--box-score", FormattableString.Invariant($"Leave out detected boxes with a lower score; by default {usualScore} for --detector, 0 for --boxes."), 0, 1);
    }

    /// <summary>A file of boxes.</summary>
    public Option<string?> Boxes { get; }

    private Option[] All => [Boxes, _detector, _score, _layout, _size, _class];

    /// <summary>Adds the options to a verb.</summary>
    public Verb AddTo(Verb verb)
    {
        foreach (var option in All)
            verb.Options.Add(option);
        return verb;
    }

    /// <summary>Name of an option of these that was given; null where none was.</summary>
    public string? Given(ParseResult parse) =>
        All.FirstOrDefault(o => parse.GetResult(o) is { Implicit: false })?.Name;

    /// <summary>Least score of boxes in a file.</summary>
    public double FileScore(ParseResult parse) => parse.GetValue(_score) ?? 0;

    /// <summary>The detector's file, or null where none is named.</summary>
    public string? DetectorFile(ParseResult parse) => parse.GetValue(_detector);

    /// <summary>The detector that was named; null where none was.</summary>
    /// <exception cref="CommandException">Boxes come from two places.</exception>
    /// <exception cref="Datasets.DataException">The file is no detector.</exception>
    public PersonDetector? Open(ParseResult parse)
    {
        if (parse.GetValue(_detector) is not { } file)
            return null;
        if (parse.GetValue(Boxes) is { } boxes)
            throw new CommandException(ExitCode.Usage, "--detector and --boxes do not go together.", boxes, "boxes from one place", "leave one of them out");
        return PersonDetector.Load(file, new PersonDetectorOptions
        {
            MinScore = parse.GetValue(_score) ?? _usualScore,
            Layout = parse.GetValue(_layout),
            InputSide = parse.GetValue(_size),
            PersonClass = parse.GetValue(_class),
        });
    }
}
