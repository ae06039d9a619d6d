using LeanPose.Datasets;
using LeanPose.Drawing;
using LeanPose.Imaging;
using LeanPose.Skeletons;
using Xunit;

namespace LeanPose.Runtime.Tests;

/// <summary>Pictures from everywhere in, drawn pictures out.</summary>
public sealed class PictureSourcesTests(ExportedModel model) : IClassFixture<ExportedModel>
{
    [Fact]
    public void Files_streams_bytes_and_raw_pixels_give_the_same_poses()
    {
        using var estimator = PoseEstimator.Load(model.Onnx);
        var expected = estimator.Estimate(ImageDecoder.Load(model.Picture), ExportedModel.Boxes);
        var bytes = File.ReadAllBytes(model.Picture);
        using var stream = new MemoryStream(bytes);
        var (width, height, rgb) = (model.Image.Width, model.Image.Height, model.Image.Pixels);
        var bgra = new byte[height * ((4 * width) + 8)];
        for (var i = 0; i < width * height; i++)
            (bgra[At(i)], bgra[At(i) + 1], bgra[At(i) + 2]) = (rgb[(3 * i) + 2], rgb[(3 * i) + 1], rgb[3 * i]);
        var frame = new RgbImage(width, height);
        frame.SetPixels(rgb, PixelOrder.Rgb);

        foreach (var picture in new[] { ImageDecoder.Load(stream), ImageDecoder.Load(bytes), RgbImage.FromPixels(width, height, bgra, PixelOrder.Bgra, (4 * width) + 8), frame })
            Assert.Equal(expected.SelectMany(p => p.Keypoints), estimator.Estimate(picture, ExportedModel.Boxes).SelectMany(p => p.Keypoints));

        int At(int i) => (i / width * ((4 * width) + 8)) + (4 * (i % width));
    }

    [Fact]
    public void Poses_are_drawn_and_written_as_png_and_jpeg()
    {
        using var estimator = PoseEstimator.Load(model.Onnx);
        var poses = estimator.Estimate(model.Image, ExportedModel.Boxes[..2]);
        var drawn = new RgbImage(model.Image.Width, model.Image.Height, [.. model.Image.Pixels]);
        estimator.Draw(drawn, poses, new PaintOptions { MinScore = 0 });

        var expected = new RgbImage(model.Image.Width, model.Image.Height, [.. model.Image.Pixels]);
        foreach (var pose in poses)
            SkeletonPainter.Draw(expected, KnownSkeletons.Coco17, pose.Keypoints, new PaintOptions { MinScore = 0 });
        Assert.Equal(expected.Pixels, drawn.Pixels);
        Assert.NotEqual(model.Image.Pixels, drawn.Pixels);

        ImageEncoder.SavePng(drawn, model["drawn.png"]);
        Assert.Equal(drawn.Pixels, ImageDecoder.Load(model["drawn.png"]).Pixels);
        ImageEncoder.SaveJpeg(drawn, model["drawn.jpg"]);
        Assert.True(ImageDecoder.Load(model["drawn.jpg"]).Pixels.Zip(drawn.Pixels, (a, b) => Math.Abs(a - b)).Average() < 20);
    }

    [Fact]
    public void No_picture_is_refused_by_name()
    {
        Assert.Contains("the bytes", Assert.Throws<DataException>(() => ImageDecoder.Load([1, 2, 3])).Message);
        Assert.Contains("the stream", Assert.Throws<DataException>(() => ImageDecoder.Load(new MemoryStream())).Message);
    }
}
