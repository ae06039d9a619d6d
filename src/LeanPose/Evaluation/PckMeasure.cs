using System.Collections.Immutable;
using System.Globalization;
using LeanPose.Datasets;
using LeanPose.Skeletons;

namespace LeanPose.Evaluation;

/// <summary>One PCK: the length by which it measures, and the share of it within which a keypoint is right.</summary>
public sealed class PckMeasure
{
    private static readonly ImmutableArray<(string Name, PckReference Reference)> s_references =
    [
        ("torso", PckReference.TorsoDiagonal), ("box", PckReference.BoxLongerSide), ("head", PckReference.HeadSize), ("head-or-95", PckReference.HeadSizeOr95),
    ];

    private readonly Func<PersonInstance, Skeleton, double?> _length;
    private readonly (string A, string B)? _between;

    private PckMeasure(string length, double threshold, Func<PersonInstance, Skeleton, double?> of, (string, string)? between) =>
        (LengthName, Threshold, _length, _between) = (length, threshold, of, between);

    /// <summary>PCK at 0.2 of the torso diagonal.</summary>
    public static PckMeasure Torso { get; } = Of(0.2, PckReference.TorsoDiagonal);

    /// <summary>PCK at 0.1 of the box's longer side.</summary>
    public static PckMeasure Box { get; } = Of(0.1, PckReference.BoxLongerSide);

    /// <summary>What <see cref="Parse"/> understands, for messages.</summary>
    public static string Form => $"THRESHOLD:LENGTH, where LENGTH is {string.Join(", ", s_references.Select(r => r.Name))} or two keypoints as in left_shoulder-right_hip";

    /// <summary>Name of the length: <c>torso</c>, <c>left_hip-left_knee</c>.</summary>
    public string LengthName { get; }

    /// <summary>Share of the length.</summary>
    public double Threshold { get; }

    /// <summary>As reports write it: <c>PCK@0.2-torso</c>.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"PCK@{Threshold}-{LengthName}");

    /// <summary>A PCK by one of the usual lengths.</summary>
    /// <param name="threshold">Share of the length, above 0.</param>
    /// <param name="reference">Which length.</param>
    public static PckMeasure Of(double threshold, PckReference reference) =>
        new(s_references.First(r => r.Reference == reference).Name, threshold, (person, skeleton) => Pck.ReferenceLength(person, skeleton, reference), null);

    /// <summary>A PCK by the distance of two labelled keypoints; persons who lack one are left out.</summary>
    /// <param name="threshold">Share of the length, above 0.</param>
    /// <param name="a">Name of a keypoint.</param>
    /// <param name="b">Name of another.</param>
    public static PckMeasure Of(double threshold, string a, string b) =>
        new($"{a}-{b}", threshold, (person, skeleton) => Pck.Distance(person, skeleton, a, b), (a, b));

    /// <summary>Reads <c>0.2:torso</c>, <c>0.5:head</c>, <c>0.3:left_hip-left_knee</c>.</summary>
    /// <exception cref="FormatException">The text has another form; the message says which is expected.</exception>
    public static PckMeasure Parse(string text)
    {
        if (text.Split(':') is [var number, var length]
            && double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var threshold) && threshold is > 0 and <= 100)
        {
            if (s_references.Any(r => r.Name == length))
                return Of(threshold, s_references.First(r => r.Name == length).Reference);
            if (length.Split('-') is [{ Length: > 0 } a, { Length: > 0 } b] && a != b)
                return Of(threshold, a, b);
        }

        throw new FormatException($"found '{text}', expected {Form}");
    }

    /// <summary>As <see cref="Parse"/> reads it: <c>0.2:torso</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Threshold}:{LengthName}");

    /// <summary>The length of a person in image pixels; null where it has none.</summary>
    /// <param name="person">Annotated person.</param>
    /// <param name="skeleton">Its keypoints' names.</param>
    public double? Length(PersonInstance person, Skeleton skeleton) => _length(person, skeleton);

    /// <exception cref="DataException">The skeleton lacks a keypoint between which the length is measured.</exception>
    internal void Require(PoseDataset truth)
    {
        if (_between is not { } pair)
            return;
        foreach (var name in new[] { pair.A, pair.B })
        {
            if (truth.Skeleton.IndexOf(name) < 0)
                throw new DataException($"There is no keypoint '{name}' to measure {Name} by.", truth.Name, $"two of {string.Join(", ", truth.Skeleton.Keypoints)}");
        }
    }
}
