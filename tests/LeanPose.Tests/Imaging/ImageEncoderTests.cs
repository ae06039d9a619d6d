using LeanPose.Imaging;
using Xunit;

namespace LeanPose.Tests.Imaging;

public sealed class ImageEncoderTests
{
    [Fact]
    public void Pictures_go_into_streams_and_come_back()
    {
        var picture = new RgbImage(24, 16);
        for (var i = 0; i < picture.Pixels.Length; i++)
            picture.Pixels[i] = (byte)(i % 3 == 0 ? i / 9 : 90);

        using var png = new MemoryStream();
        ImageEncoder.WritePng(picture, png);
        Assert.Equal(picture.Pixels, ImageDecoder.Load(png.ToArray()).Pixels);

        using var jpeg = new MemoryStream();
        ImageEncoder.WriteJpeg(picture, jpeg);
        jpeg.Position = 0;
        var back = ImageDecoder.Load(jpeg);
        Assert.Equal((24, 16), (back.Width, back.Height));
        Assert.True(back.Pixels.Zip(picture.Pixels, (a, b) => Math.Abs(a - b)).Average() < 6);
        Assert.NotEqual(picture.Pixels, back.Pixels);
    }
}
