using LeanPose.Drawing;
using LeanPose.Imaging;
using Xunit;

namespace LeanPose.Tests.Drawing;

public class PictureGridTests
{
    [Fact]
    public void The_grid_has_room_for_every_cell()
    {
        var bare = PictureGrid.Draw([[Red(40, 30), Red(20, 10)], [Red(10, 60)]]);

        // Two columns of the widest, two rows of the highest, ten pixels around each.
        Assert.Equal((10 + (2 * (40 + 10)), 10 + (2 * (60 + 10))), (bare.Width, bare.Height));
        Assert.Equal(40 * 30 + 20 * 10 + 10 * 60, Count(bare, (255, 0, 0)));
    }

    [Fact]
    public void Titles_and_captions_take_room_of_their_own()
    {
        var cells = new PictureCell[][] { [Red(60, 40) with { Caption = "a" }, Red(60, 40)] };
        var titled = PictureGrid.Draw(cells, ["Label", "SSPCM"], ["person"]);
        var bare = PictureGrid.Draw([[Red(60, 40), Red(60, 40)]]);

        Assert.True(titled.Width > bare.Width && titled.Height > bare.Height);
        Assert.Equal(Count(bare, (255, 0, 0)), Count(titled, (255, 0, 0)));
    }

    [Fact]
    public void A_long_caption_never_reaches_the_neighbour()
    {
        var caption = new string('W', 200) + ".jpg";
        var alone = PictureGrid.Draw([[Red(60, 40), Red(60, 40) with { Caption = "." }]]);
        var long1 = PictureGrid.Draw([[Red(60, 40) with { Caption = caption }, Red(60, 40) with { Caption = "." }]]);

        Assert.Equal((alone.Width, alone.Height), (long1.Width, long1.Height));
        for (var y = 0; y < alone.Height; y++)
        {
            var right = ((y * alone.Width) + 76) * 3;
            var end = (y + 1) * alone.Width * 3;
            Assert.True(alone.Pixels.AsSpan(right..end).SequenceEqual(long1.Pixels.AsSpan(right..end)), $"Row {y} differs in the second column.");
        }
    }

    [Fact]
    public void A_grid_without_pictures_is_refused()
        => Assert.Throws<ArgumentException>(() => PictureGrid.Draw([[new PictureCell(null)]]));

    private static PictureCell Red(int width, int height)
    {
        var image = new RgbImage(width, height);
        for (var i = 0; i < image.Pixels.Length; i += 3)
            image.Pixels[i] = 255;
        return new PictureCell(image);
    }

    private static int Count(RgbImage image, (byte R, byte G, byte B) colour)
    {
        var n = 0;
        for (var i = 0; i < image.Pixels.Length; i += 3)
            n += (image.Pixels[i], image.Pixels[i + 1], image.Pixels[i + 2]) == colour ? 1 : 0;
        return n;
    }
}
