namespace LeanPose.Formats.Matlab;

/// <summary>A value of a MATLAB file. MATLAB counts columns first: of a 3 × 14 array the third value stands in row 3 of column 1.</summary>
internal abstract record MatValue(IReadOnlyList<int> Dimensions)
{
    /// <summary>For messages, e.g. <c>3 × 14 × 2000</c>.</summary>
    public string Shape => string.Join(" × ", Dimensions);

    /// <summary>The number that an array of one element holds, or null.</summary>
    public virtual double? Number => null;

    /// <summary>The text, or null.</summary>
    public virtual string? Text => null;
}

/// <summary>Numbers and truth values, all widened to double.</summary>
internal sealed record MatNumbers(IReadOnlyList<int> Dimensions, double[] Values) : MatValue(Dimensions)
{
    public override double? Number => Values.Length == 1 ? Values[0] : null;
}

internal sealed record MatText(IReadOnlyList<int> Dimensions, string Value) : MatValue(Dimensions)
{
    /// <summary>MPII writes some of its flags as the texts 0 and 1.</summary>
    public override double? Number => Value is "0" or "1" ? Value[0] - '0' : null;

    public override string? Text => Value;
}

internal sealed record MatCells(IReadOnlyList<int> Dimensions, MatValue[] Values) : MatValue(Dimensions);

/// <summary>An array of structures with the same fields.</summary>
internal sealed record MatStruct(IReadOnlyList<int> Dimensions, int Count, IReadOnlyDictionary<string, MatValue[]> Fields) : MatValue(Dimensions)
{
    /// <summary>A field of one structure, or null where there is no such field.</summary>
    public MatValue? Get(int index, string field) => Fields.TryGetValue(field, out var values) ? values[index] : null;
}

/// <summary>What LeanPose has no use for: functions, sparse arrays, objects.</summary>
internal sealed record MatOther(string Kind) : MatValue([]);
