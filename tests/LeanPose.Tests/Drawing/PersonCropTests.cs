using CsCheck;
using LeanPose.Drawing;
using LeanPose.Geometry;
using LeanPose.Imaging;
using Xunit;

namespace LeanPose.Tests.Drawing;

public class PersonCropTests
{
    [Fact]
    public void The_map_says_where_an_image_pixel_lies_in_the_crop()
        => Gen.Select(Gen.Int[20, 79], Gen.Int[20, 79], Gen.Double[20, 40], Gen.Int[60, 200]).Sample((x, y, side, size) =>
        {
            var image = new RgbImage(100, 100);
            for (var dy = -1; dy <= 1; dy++)
                image.Pixels.AsSpan((((y + dy) * 100) + x - 1) * 3, 9).Fill(255);

            var crop = PersonCrop.Cut(image, new Box(x - 10, y - 10, side, side), size, size);
            var at = crop.FromImage.Apply(new Point2(x, y));

            var i = (((int)Math.Round(at.Y) * size) + (int)Math.Round(at.X)) * 3;
            return crop.Picture.Pixels[i] > 200;
        }, iter: 100);

    [Fact]
    public void The_whole_box_and_its_margin_lie_in_the_crop()
        => Gen.Select(Gen.Double[0, 500], Gen.Double[0, 500], Gen.Double[0, 300], Gen.Double[0, 300]).Sample((x, y, w, h) =>
        {
            var map = PersonCrop.Cut(new RgbImage(4, 4), new Box(x, y, w, h), 96, 128).FromImage;
            var upperLeft = map.Apply(new Point2(x, y));
            var lowerRight = map.Apply(new Point2(x + w, y + h));
            return upperLeft.X > 0 && upperLeft.Y > 0 && lowerRight.X < 96 && lowerRight.Y < 128;
        }, iter: 100);
}
