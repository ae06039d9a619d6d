using CsCheck;
using LeanPose.Geometry;
using LeanPose.Imaging;
using Xunit;

namespace LeanPose.Tests.Geometry;

/// <summary>What UDP is for: cutting, mirroring and scaling fit together without a remainder.</summary>
public sealed class CropRuleTests
{
    private const int Width = 24, Height = 32;

    private static readonly Gen<PersonFrame> Frames =
        Gen.Select(Gen.Double[0, 50], Gen.Double[0, 40], Gen.Double[0.05, 0.4]).Select((x, y, s) => new PersonFrame(new(x, y), s, s / 0.75));

    [Fact]
    public void A_frame_from_the_first_pixel_centre_to_the_last_cuts_the_picture_as_it_is()
    {
        var whole = new PersonFrame(new((Width - 1) / 2.0, (Height - 1) / 2.0), (Width - 1) / 200.0, (Height - 1) / 200.0);
        var map = whole.ToCrop(0, Width, Height, CropRule.Udp);
        foreach (var (e, a) in new[] { (1, map.M11), (0, map.M12), (0, map.M13), (0, map.M21), (1, map.M22), (0, map.M23) })
            Assert.Equal(e, a, 1e-12);
    }

    [Fact]
    public void Mirroring_and_cutting_change_places() =>
        Gen.Select(Frames, Gen.Double[-90, 90], Gen.Double[0, 50], Gen.Double[0, 40]).Sample((frame, rotation, x, y) =>
        {
            var picture = KeypointFlip.Map(51);
            var mirrored = frame with { Center = picture.Apply(frame.Center) };
            Assert.Equal(0, Apart(CropRule.Udp), 1e-9);
            Assert.Equal(1, Apart(CropRule.Standard), 1e-9);

            double Apart(CropRule rule)
            {
                var cutFirst = KeypointFlip.Map(Width).Apply(frame.ToCrop(rotation, Width, Height, rule).Apply(new(x, y)));
                var mirrorFirst = mirrored.ToCrop(-rotation, Width, Height, rule).Apply(picture.Apply(new(x, y)));
                return (cutFirst - mirrorFirst).Length;
            }
        });

    [Fact]
    public void The_crop_of_a_mirrored_picture_is_the_mirrored_crop() =>
        Gen.Select(Frames, Gen.Byte.Array[51 * 41 * 3]).Sample(
            (frame, pixels) =>
            {
                RgbImage picture = new(51, 41), mirrored = new(51, 41);
                pixels.CopyTo(picture.Pixels, 0);
                Mirror(picture.Pixels, mirrored.Pixels, 51);
                byte[] crop = Cut(picture, frame), other = Cut(mirrored, frame with { Center = new(50 - frame.Center.X, frame.Center.Y) }), back = new byte[crop.Length];
                Mirror(other, back, Width);
                // Positions are rounded to a 32nd of a pixel in either direction: 8 levels between black and white.
                for (var i = 0; i < crop.Length; i++)
                    Assert.InRange(crop[i] - back[i], -17, 17);
            },
            iter: 30);

    [Fact]
    public void Heatmap_and_crop_lie_on_one_another_with_their_corners() =>
        Gen.Select(Frames, Gen.Double[-90, 90], Gen.Double[0, 50], Gen.Double[0, 40]).Sample((frame, rotation, x, y) =>
        {
            var crop = frame.ToCrop(rotation, Width, Height, CropRule.Udp).Apply(new(x, y));
            var cell = frame.ToCrop(rotation, Width / 4, Height / 4, CropRule.Udp).Apply(new(x, y));
            Assert.Equal(crop.X * ((Width / 4) - 1) / (Width - 1), cell.X, 1e-9);
            Assert.Equal(crop.Y * ((Height / 4) - 1) / (Height - 1), cell.Y, 1e-9);
        });

    private static byte[] Cut(RgbImage picture, PersonFrame frame)
    {
        var crop = new byte[Width * Height * 3];
        BilinearWarp.Warp(picture, frame.ToCrop(0, Width, Height, CropRule.Udp), Width, Height, crop);
        return crop;
    }

    private static void Mirror(ReadOnlySpan<byte> pixels, Span<byte> mirrored, int width)
    {
        for (var i = 0; i < pixels.Length / 3; i++)
            pixels.Slice(3 * i, 3).CopyTo(mirrored[(3 * ((i / width * width) + width - 1 - (i % width)))..]);
    }
}
