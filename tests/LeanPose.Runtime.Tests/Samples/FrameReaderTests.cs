using System.Text;
using LeanPose.Datasets;
using LeanPose.Imaging;
using LeanPose.Testing;
using VideoPose;
using Xunit;

namespace LeanPose.Runtime.Tests.Samples;

/// <summary>What samples/VideoPose makes of ffmpeg's pipe, without ffmpeg.</summary>
public sealed class FrameReaderTests
{
    [Fact]
    public void Frames_come_one_after_the_other_and_share_a_picture()
    {
        var random = new Random(5);
        var frames = new[] { (3, 2), (3, 2), (400, 300), (1, 1) }.Select(size => new RgbImage(size.Item1, size.Item2)).ToArray();
        using var pipe = new MemoryStream();
        foreach (var frame in frames)
        {
            random.NextBytes(frame.Pixels);
            pipe.Write(Encoding.ASCII.GetBytes($"P6\n{frame.Width} {frame.Height}\n255\n"));
            pipe.Write(frame.Pixels);
        }

        var reader = new FrameReader(new Drops(pipe.ToArray()));
        RgbImage? last = null;
        for (var i = 0; i < frames.Length; i++)
        {
            var read = reader.Read(last)!;
            Assert.Equal((frames[i].Width, frames[i].Height), (read.Width, read.Height));
            Assert.Equal(frames[i].Pixels, read.Pixels);
            Assert.Equal(i == 1, ReferenceEquals(read, last));
            last = read;
        }

        Assert.Null(reader.Read(last));
    }

    [Theory]
    [InlineData("")]
    [InlineData("P")]
    [InlineData("P6\n3")]
    [InlineData("P6\n3 2\n255\nonly a part")]
    public void A_stream_that_ends_early_is_at_its_end(string text) => Assert.Null(new FrameReader(Stream(text)).Read());

    [Theory]
    [InlineData("P5\n3 2\n255\n", "begins with 'P5'")]
    [InlineData("RIFF....AVI LIST", "begins with 'RIFF....…'")]
    [InlineData("P6\n3 x\n255\n", "says 3×x, values up to 255")]
    [InlineData("P6\n3 2\n65535\n", "says 3×2, values up to 65535")]
    [InlineData("P6\n3 99999\n255\n", "says 3×99999")]
    public void Something_else_is_refused(string text, string says) => Assert.Contains(says, Assert.Throws<DataException>(() => new FrameReader(Stream(text)).Read()).Message);

    [Fact]
    public void Without_ffmpeg_the_message_says_what_to_install()
    {
        var e = Assert.Throws<DataException>(() => Ffmpeg.Read("a.mp4", null, 30, "no-such-ffmpeg"));
        Assert.StartsWith("ffmpeg does not start: ", e.Message, StringComparison.Ordinal);
        Assert.Contains("apt install ffmpeg", e.Problems[0].Fix);
    }

    [Fact]
    public void The_command_line_is_understood_or_refused()
    {
        var parsed = Arguments.Parse(["m.onnx", "0", "out.mp4", "--fps", "12.5", "--format", "avfoundation", "--detector", "d.onnx"])!;
        Assert.Equal(("m.onnx", "0", "out.mp4", 12.5, "avfoundation", "d.onnx"), (parsed.Model, parsed.Input, parsed.Output, parsed.FramesPerSecond, parsed.Format, parsed.Detector));
        Assert.All(new[] { "m.onnx in", "--fps 30 m.onnx in out", "m in out --fps", "m in out --fps 0", "m in out --speed 3" }, line => Assert.Null(Arguments.Parse(line.Split(' '))));
    }

    [Fact]
    public void The_small_sample_stays_small() =>
        Assert.InRange(File.ReadAllLines(Path.Combine(TestMaterial.RepositoryRoot, "samples", "EstimatePose", "Program.cs")).Length, 5, 20);

    private static MemoryStream Stream(string text) => new(Encoding.ASCII.GetBytes(text));

    /// <summary>A pipe gives what is there, not what was asked for.</summary>
    private sealed class Drops(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 1000));

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 1000)]);
    }
}
