using CsCheck;
using LeanPose.Geometry;
using LeanPose.Imaging;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Tests.Imaging;

public class BilinearWarpTests
{
    private static readonly Gen<RgbImage> Images = Gen.Select(Gen.Int[1, 24], Gen.Int[1, 24])
        .SelectMany((w, h) => Gen.Byte.Array[w * h * 3].Select(p => new RgbImage(w, h, p)));

    [Fact]
    [Trait("Category", "Golden")]
    public void Agrees_with_OpenCV()
    {
        var g = GoldenTensors.Open("affine.safetensors");
        var (input, matrix, output) = (g["warp_image_hwc"], g["warp_matrix"], g["warp_output_hwc"]);
        var source = new RgbImage(input.Shape[1], input.Shape[0], Bytes(input.Values));
        var (height, width) = (output.Shape[1], output.Shape[2]);
        var size = height * width * 3;
        Assert.NotEqual(0, output.Shape[0]);
        for (var i = 0; i < output.Shape[0]; i++)
        {
            var map = new Affine2(matrix[i, 0, 0], matrix[i, 0, 1], matrix[i, 0, 2], matrix[i, 1, 0], matrix[i, 1, 1], matrix[i, 1, 2]);
            var actual = new byte[size];
            BilinearWarp.Warp(source, map, width, height, actual);
            var expected = Bytes(output.Values[(i * size)..((i + 1) * size)]);
            var differences = actual.Zip(expected, (a, b) => Math.Abs(a - b)).ToArray();

            // The same arithmetic gives the same bytes; only a coordinate on the edge between two 1/32 pixels may round the other way.
            Assert.True(differences.Max() <= 8, $"matrix {i}: largest difference {differences.Max()}");
            Assert.True(differences.Average() < 0.1, $"matrix {i}: mean difference {differences.Average()}");
        }
    }

    [Fact]
    public void The_identity_copies() => Images.Sample(image =>
    {
        var copy = new byte[image.Pixels.Length];
        BilinearWarp.Warp(image, Affine2.Identity, image.Width, image.Height, copy);
        Assert.Equal(image.Pixels, copy);
    });

    [Fact]
    public void A_whole_shift_moves_pixels_and_leaves_black() => Gen.Select(Images, Gen.Int[-30, 30], Gen.Int[-30, 30]).Sample((image, dx, dy) =>
    {
        var moved = new byte[image.Pixels.Length];
        Array.Fill(moved, (byte)77);
        BilinearWarp.Warp(image, new Affine2(1, 0, dx, 0, 1, dy), image.Width, image.Height, moved);
        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < image.Width; x++)
            {
                for (var c = 0; c < 3; c++)
                    Assert.Equal(Pixel(image, x - dx, y - dy, c), moved[(((y * image.Width) + x) * 3) + c]);
            }
        }
    });

    [Fact]
    public void Follows_the_bilinear_formula_within_its_grid() => Gen.Select(Images, Gen.Double[-3, 3], Gen.Double[-3, 3], Gen.Double[-5, 25], Gen.Double[-5, 25]).Sample((image, a, b, tx, ty) =>
    {
        if ((a * a) + (b * b) < 0.05)
            return;
        var map = new Affine2(a, b, tx, -b, a, ty);
        var back = map.Inverse();
        var actual = new byte[12 * 16 * 3];
        BilinearWarp.Warp(image, map, 12, 16, actual);
        for (var i = 0; i < 12 * 16; i++)
        {
            var p = back.Apply(new(i % 12, i / 12));
            for (var c = 0; c < 3; c++)
            {
                // 1/64 + 1/512 pixel of rounding in x and y, each at most 255 levels a pixel, and half a level.
                Assert.Equal(Bilinear(image, p, c), actual[(i * 3) + c], 2 * 255 * (1.0 / 64 + 1.0 / 512) + 0.6);
            }
        }
    });

    [Fact]
    public void The_border_fades_to_black()
    {
        var white = new RgbImage(4, 4);
        Array.Fill(white.Pixels, (byte)255);
        var half = new byte[4 * 4 * 3];
        BilinearWarp.Warp(white, new Affine2(1, 0, 0.5, 0, 1, 0), 4, 4, half);
        Assert.Equal(128, half[0]);
        Assert.Equal(255, half[3]);
    }

    [Fact]
    public void A_map_that_throws_everything_far_away_gives_black()
    {
        var crop = new byte[12];
        Array.Fill(crop, (byte)1);
        BilinearWarp.Warp(new RgbImage(3, 3), new Affine2(1e-12, 0, 1e9, 0, 1e-12, 1e9), 2, 2, crop);
        Assert.All(crop, b => Assert.Equal(0, b));
    }

    [Fact]
    public void A_target_of_the_wrong_length_is_refused() =>
        Assert.Equal(
            "A 2×2 crop needs 12 bytes; 11 were given. (Parameter 'target')",
            Assert.Throws<ArgumentException>(() => BilinearWarp.Warp(new RgbImage(3, 3), Affine2.Identity, 2, 2, new byte[11])).Message);

    private static double Bilinear(RgbImage image, Point2 p, int c)
    {
        int x = (int)Math.Floor(p.X), y = (int)Math.Floor(p.Y);
        double fx = p.X - x, fy = p.Y - y;
        return ((1 - fy) * (((1 - fx) * Pixel(image, x, y, c)) + (fx * Pixel(image, x + 1, y, c))))
            + (fy * (((1 - fx) * Pixel(image, x, y + 1, c)) + (fx * Pixel(image, x + 1, y + 1, c))));
    }

    private static byte Pixel(RgbImage image, int x, int y, int c) =>
        x >= 0 && y >= 0 && x < image.Width && y < image.Height ? image.Pixels[(((y * image.Width) + x) * 3) + c] : (byte)0;

    private static byte[] Bytes(double[] values) => Array.ConvertAll(values, v => (byte)v);
}
