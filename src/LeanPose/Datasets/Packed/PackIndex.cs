using System.Text.Json;
using System.Text.Json.Serialization;

namespace LeanPose.Datasets.Packed;

/// <summary>The index of a packed file as JSON; docs/packed-data.md describes the fields.</summary>
internal sealed record PackIndex(PackIndex.Part[] Parts)
{
    public static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public sealed record Part(string Name, string Source, bool Selected, Names Skeleton, Cut Cut, Image[] Images, Person[] Persons);

    public sealed record Names(string Name, string[] Keypoints, int[][] Limbs, double[] Sigmas, int[][] FlipPairs);

    public sealed record Cut(int Width, int Height, double MinScale, double MaxScale, double MaxRotation, bool MayReduce);

    public sealed record Image(long Id, string FileName, int Width, int Height);

    public sealed record Person(long Id, int Image, double[] RawBox, double[] Box, double[] Keypoints, double Area, bool IsCrowd, double Score, Pixels? Pixels = null);

    /// <param name="Offset">From the start of the file, bytes.</param>
    /// <param name="Length">Bytes.</param>
    /// <param name="Crc">CRC-32C of the bytes.</param>
    /// <param name="Window">Left, top, width, height, reduction.</param>
    /// <param name="Picture">Width and height of the whole picture.</param>
    public sealed record Pixels(long Offset, int Length, uint Crc, int[] Window, int[] Picture);
}
