using LeanPose.Imaging;
using LeanPose.Synthetic;
using LeanPose.Testing;
using LeanPose.Testing.Fuzzing;
using SkiaSharp;
using Xunit;

namespace LeanPose.Tests.Fuzzing;

/// <summary>2000 damaged pictures; <c>LEANPOSE_FUZZ</c> multiplies them.</summary>
public sealed class DamagedPicturesTests : IDisposable
{
    private const int Count = 500;
    private readonly TempFolder _folder = new();
    private readonly RgbImage _picture = SceneMaker.Make(new SyntheticOptions { Domain = "studio", Count = 1, Width = 96, Height = 72, Seed = 3 }, 0).Image;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void Broken_bits_and_cut_off_ends(SKEncodedImageFormat format)
    {
        var original = Encode(format);
        Assert.Equal((_picture.Width, _picture.Height), (ImageDecoder.Load(original, "whole").Width, ImageDecoder.Load(original, "whole").Height));
        var refused = 0;
        for (var i = 0; i < Count * Mutation.Factor; i++)
        {
            var damaged = Mutation.Of(original, i);
            if (!Endurance.Reads($"{format}, damage {i}", "the picture", () => ImageDecoder.Load(damaged, "the picture")))
                refused++;
            Endurance.Reads($"{format} reduced, damage {i}", "the picture", () => ImageDecoder.LoadWindow(damaged, "the picture", (w, h) => new PixelWindow(0, 0, PixelWindow.Reduced(w, 2), PixelWindow.Reduced(h, 2), 2)).Dispose());
        }

        Assert.InRange(refused, 1, Count * Mutation.Factor);
    }

    [Fact]
    public void Every_header_is_read_or_refused()
    {
        var originals = new[] { SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Png, SKEncodedImageFormat.Webp }.Select(Encode).ToArray();
        var path = _folder["picture"];
        for (var i = 0; i < Count * Mutation.Factor; i++)
        {
            // The first bytes hold the header.
            var original = originals[i % 3];
            File.WriteAllBytes(path, [.. Mutation.Of(original[..64], i), .. original[64..]]);
            Endurance.Reads($"header {i}", path, () => ImageDecoder.ReadSize(path));
            Endurance.Reads($"file {i}", path, () => ImageDecoder.Load(path));
        }
    }

    [Fact]
    public void A_size_that_the_file_cannot_hold_is_refused_before_memory_is_taken()
    {
        var bytes = Encode(SKEncodedImageFormat.Png);
        // Width and height stand at 16 and 20, the checksum of the header behind them.
        bytes[16] = bytes[17] = bytes[20] = bytes[21] = 0;
        (bytes[18], bytes[22]) = (0x9C, 0x9C);
        var checksum = Crc32(bytes.AsSpan(12, 17));
        for (var i = 0; i < 4; i++)
            bytes[29 + i] = (byte)(checksum >> (24 - (8 * i)));
        Assert.False(Endurance.Reads("a large claim", "the picture", () => ImageDecoder.Load(bytes, "the picture")));
        var error = Assert.Throws<LeanPose.Datasets.DataException>(() => ImageDecoder.Load(bytes, "the picture"));
        Assert.StartsWith("The picture's header says 40032×40008 pixels, but the file has only ", error.Message, StringComparison.Ordinal);
    }

    private byte[] Encode(SKEncodedImageFormat format)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(_picture.Width, _picture.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        for (var i = 0; i < _picture.Width * _picture.Height; i++)
            bitmap.SetPixel(i % _picture.Width, i / _picture.Width, new SKColor(_picture.Pixels[3 * i], _picture.Pixels[(3 * i) + 1], _picture.Pixels[(3 * i) + 2]));
        using var data = bitmap.Encode(format, 80);
        return data.ToArray();
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var k = 0; k < 8; k++)
                crc = (crc >> 1) ^ (0xEDB88320 & (uint)-(int)(crc & 1));
        }

        return ~crc;
    }
}
