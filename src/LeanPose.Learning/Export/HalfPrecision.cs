namespace LeanPose.Learning.Export;

/// <summary>Float32 to the two formats of 16 bits, rounded to the nearest, ties to even.</summary>
internal static class HalfPrecision
{
    /// <summary>IEEE's half precision. What is too large for it becomes infinite, which the comparison with the network then finds.</summary>
    public static Half[] Round(ReadOnlySpan<float> values)
    {
        var rounded = new Half[values.Length];
        for (var i = 0; i < values.Length; i++)
            rounded[i] = (Half)values[i];
        return rounded;
    }

    /// <summary>The upper half of a float32.</summary>
    public static ushort[] RoundToBFloat16(ReadOnlySpan<float> values)
    {
        var rounded = new ushort[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var bits = BitConverter.SingleToUInt32Bits(values[i]);
            rounded[i] = float.IsNaN(values[i]) ? (ushort)0x7FC0 : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
        }

        return rounded;
    }
}
