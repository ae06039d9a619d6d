using System.Text.Json;
using LeanPose.Datasets;
using LeanPose.Geometry;

namespace LeanPose.Formats.Reading;

/// <summary>Fields that several formats have and COCO has not.</summary>
internal static class JsonFields
{
    /// <summary>An object inside a record.</summary>
    public static JsonRecord? Child(this JsonRecord record, string field)
    {
        if (!record.Has(field))
        {
            record.Problems.Add($"\"{field}\" is missing.", record.Where(), $"\"{field}\": {{…}}");
            return null;
        }

        var child = record with { Element = record.Element.GetProperty(field), Place = $"{record.Place}.{field}" };
        return child.IsObject("an object") ? child : null;
    }

    /// <summary>The records of a list inside a record; none, and no problem, where the field is missing or null.</summary>
    public static IEnumerable<JsonRecord> Items(this JsonRecord record, string field)
    {
        if (!record.Has(field))
            yield break;
        var list = record.Element.GetProperty(field);
        if (list.ValueKind != JsonValueKind.Array)
        {
            record.Problems.Add($"\"{field}\" is {JsonRecord.Describe(list)}.", record.Where(field), "a list");
            yield break;
        }

        var i = 0;
        foreach (var e in list.EnumerateArray())
            yield return record with { Element = e, Place = $"{record.Place}.{field}[{i++}]" };
    }

    /// <summary>A box as two corners, [left, top, right, bottom].</summary>
    public static Box? Corners(this JsonRecord record, string field)
    {
        const string expected = "4 numbers: left, top, right, bottom";
        if (record.Numbers(field, expected) is not { } b)
            return null;
        if (b.Length == 4 && b[2] >= b[0] && b[3] >= b[1])
            return new(b[0], b[1], b[2] - b[0], b[3] - b[1]);
        record.Problems.Add(FormattableString.Invariant($"The box is [{string.Join(", ", b.Take(5))}]."), record.Where(field), expected + ", neither size below 0");
        return null;
    }

    /// <summary>A text if it is there and is one.</summary>
    public static string? OptionalText(this JsonRecord record, string field) =>
        record.Element.ValueKind == JsonValueKind.Object && record.Element.TryGetProperty(field, out var e) && e.ValueKind == JsonValueKind.String ? e.GetString() : null;
}
