using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LeanPose.Evaluation;

/// <summary>
/// All numbers of one evaluation and the protocol they were measured by; what <c>metrics.json</c> holds. Metrics are fractions
/// 0..1, null where there is no instance to measure on.
/// </summary>
/// <param name="Protocol">What a number means nothing without: boxes, flip, decoder, annotations, persons, keypoints, sigmas, network …</param>
/// <param name="Metrics">By name: COCO's ten, <c>PCK@0.2-torso</c>, <c>PCK@0.1-box</c>.</param>
/// <param name="PerJoint">By keypoint: the PCKs and <c>count</c>, the number of labelled keypoints.</param>
public sealed record EvaluationReport(
    [property: JsonPropertyName("protocol")] IReadOnlyDictionary<string, string> Protocol,
    [property: JsonPropertyName("metrics")] IReadOnlyDictionary<string, double?> Metrics,
    [property: JsonPropertyName("perJoint")] IReadOnlyDictionary<string, IReadOnlyDictionary<string, double?>> PerJoint)
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The PCKs and the number of keypoints by visibility and size (<see cref="PckBreakdown"/>); null where there are none.</summary>
    [JsonPropertyName("breakdown")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, double?>>? Breakdown { get; init; }

    /// <summary>Bootstrap 95 % intervals by metric; null where none were asked for.</summary>
    [JsonPropertyName("intervals")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, ConfidenceInterval>? Intervals { get; init; }

    /// <summary>As indented JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, s_json);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="JsonException">The text is no such report.</exception>
    public static EvaluationReport FromJson(string json)
    {
        var report = JsonSerializer.Deserialize<EvaluationReport>(json, s_json);
        return report is { Protocol: not null, Metrics: not null, PerJoint: not null }
            ? report
            : throw new JsonException("An evaluation report needs \"protocol\", \"metrics\" and \"perJoint\".");
    }

    /// <summary>For a terminal: percentages with one digit, and the protocol below.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        var width = Metrics.Keys.Concat(PerJoint.Keys).Concat(Protocol.Keys).Select(k => k.Length).DefaultIfEmpty(0).Max() + 2;
        foreach (var (name, value) in Metrics)
        {
            text.Append(name.PadRight(width)).Append(value is { } v ? Percent(v) : "no instance in this range");
            if (Intervals is not null && Intervals.TryGetValue(name, out var interval))
                text.Append($"  [{Percent(interval.Low).Trim()}, {Percent(interval.High).Trim()}]");
            text.Append('\n');
        }

        if (PerJoint.Count > 0)
        {
            var columns = PerJoint.Values.First().Keys.ToArray();
            text.Append('\n').Append("keypoint".PadRight(width)).AppendJoin("  ", columns).Append('\n');
            foreach (var (joint, values) in PerJoint)
                text.Append(joint.PadRight(width)).AppendJoin("  ", columns.Select(c => Cell(c, values.GetValueOrDefault(c)).PadLeft(c.Length))).Append('\n');
        }

        text.Append('\n');
        foreach (var (name, value) in Protocol)
            text.Append(name.PadRight(width)).Append(value).Append('\n');
        return text.ToString();
    }

    private static string Cell(string column, double? value) =>
        value is not { } v ? "-" : column == PoseEvaluation.Count ? v.ToString("0", CultureInfo.InvariantCulture) : Percent(v);

    private static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture).PadLeft(5);
}
