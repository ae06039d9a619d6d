using System.Text.Json;

namespace LeanPose.Datasets;

/// <summary>One record of a JSON file: gives its fields as what they should be, and reports those that are not.</summary>
/// <param name="Element">The record.</param>
/// <param name="Place">File and path in it, e.g. <c>train.json, annotations[12]</c>.</param>
/// <param name="Problems">Where problems go.</param>
internal readonly record struct JsonRecord(JsonElement Element, string Place, ProblemList Problems)
{
    /// <summary>What stands behind the place, e.g. <c>annotation id 345</c>.</summary>
    public string? Name { get; init; }

    /// <summary>Reports and gives false where the record is no object.</summary>
    public bool IsObject(string expected)
    {
        if (Element.ValueKind == JsonValueKind.Object)
            return true;
        Problems.Add($"The record is {Describe(Element)}.", Where(), expected);
        return false;
    }

    /// <summary>Where a field of the record stands.</summary>
    public string Where(string? field = null) => Place + (field is null ? "" : "." + field) + (Name is null ? "" : $" ({Name})");

    public bool Has(string field) => Element.TryGetProperty(field, out var e) && e.ValueKind != JsonValueKind.Null;

    /// <summary>A whole number that must be there.</summary>
    public long? Integer(string field)
    {
        if (Find(field, "a whole number") is not { } e)
            return null;
        if (e.ValueKind == JsonValueKind.Number)
        {
            if (e.TryGetInt64(out var i))
                return i;
            // Tools that keep tables of floats write ids as 12.0.
            if (e.TryGetDouble(out var d) && d == Math.Floor(d) && Math.Abs(d) < 1L << 53)
                return (long)d;
        }

        Problems.Add($"\"{field}\" is {Describe(e)}.", Where(field), "a whole number");
        return null;
    }

    /// <summary>A finite number that must be there.</summary>
    public double? Number(string field)
    {
        if (Find(field, "a number") is not { } e)
            return null;
        if (Finite(e) is { } d)
            return d;
        Problems.Add($"\"{field}\" is {Describe(e)}.", Where(field), "a number");
        return null;
    }

    /// <summary>A text that must be there.</summary>
    public string? Text(string field)
    {
        if (Find(field, "a text") is not { } e)
            return null;
        if (e.ValueKind == JsonValueKind.String)
            return e.GetString();
        Problems.Add($"\"{field}\" is {Describe(e)}.", Where(field), "a text");
        return null;
    }

    /// <summary>A list of finite numbers that must be there.</summary>
    public double[]? Numbers(string field, string expected)
    {
        if (Find(field, expected) is not { } list)
            return null;
        if (list.ValueKind != JsonValueKind.Array)
        {
            Problems.Add($"\"{field}\" is {Describe(list)}.", Where(field), expected);
            return null;
        }

        var numbers = new double[list.GetArrayLength()];
        var i = 0;
        foreach (var e in list.EnumerateArray())
        {
            if (Finite(e) is not { } number)
            {
                Problems.Add($"\"{field}\" holds {Describe(e)}.", Where($"{field}[{i}]"), "a number");
                return null;
            }

            numbers[i++] = number;
        }

        return numbers;
    }

    /// <summary>COCO's box, [left, top, width, height] in image pixels.</summary>
    public Geometry.Box? Box(string field)
    {
        const string expected = "4 numbers: left, top, width, height";
        if (Numbers(field, expected) is not { } b)
            return null;
        if (b.Length != 4)
        {
            Problems.Add($"The box has {b.Length} numbers.", Where(field), expected, b.Length == 5 ? "take off the angle of a rotated box, and give the upright box around it" : null);
            return null;
        }

        if (b[2] < 0 || b[3] < 0)
        {
            Problems.Add(FormattableString.Invariant($"The box is {b[2]} wide and {b[3]} high."), Where(field), expected + ", neither size below 0", "write left, top, width, height, not two corners");
            return null;
        }

        return new(b[0], b[1], b[2], b[3]);
    }

    /// <summary>What a value is, in words.</summary>
    public static string Describe(JsonElement e) => e.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => $"the text \"{Short(e.GetString()!)}\"",
        JsonValueKind.Number => $"the number {e.GetRawText()}",
        JsonValueKind.Null => "null",
        _ => e.GetRawText(),
    };

    private static double? Finite(JsonElement e) =>
        e.ValueKind == JsonValueKind.Number && e.TryGetDouble(out var d) && double.IsFinite(d) ? d : null;

    private static string Short(string text) => text.Length <= 40 ? text : text[..40] + "…";

    private JsonElement? Find(string field, string expected)
    {
        if (Element.TryGetProperty(field, out var e))
            return e;
        Problems.Add($"\"{field}\" is missing.", Where(), $"\"{field}\": {expected}");
        return null;
    }
}
