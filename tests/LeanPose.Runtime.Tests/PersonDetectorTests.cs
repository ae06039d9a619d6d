using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Imaging;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Runtime.Tests;

public sealed class PersonDetectorTests : IDisposable
{
    private const int Cells = DetectorFile.Cells;

    // 64×48 lies in 32×32 at half size with 4 rows of grey above and below.
    private static readonly RgbImage s_picture = new(64, 48);
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Onnx => _folder["detector.onnx"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Yolo_without_objectness(bool rowsFirst)
    {
        // Class 1 is a cat; the second box repeats the first; the third is weak.
        Write(6, rowsFirst, [16, 16, 8, 16, 0.9f, 0.1f], [16, 17, 8, 16, 0.8f, 0], [8, 8, 4, 4, 0.01f, 0], [4, 12, 4, 4, 0.1f, 0.9f], [24, 12, 6, 8, 0.5f, 0]);
        var found = Detect(DetectorLayout.Yolo);
        Near(new Box(24, 8, 16, 32), 0.9, found[0]);
        Near(new Box(42, 8, 12, 16), 0.5, found[1]);
        Near(new Box(4, 12, 8, 8), 0.1, found[2]);
        Assert.Equal(3, found.Count);
        Assert.Equal(4, Detect(DetectorLayout.Yolo, new PersonDetectorOptions { MaxOverlap = 1 }).Count);
        Assert.Single(Detect(DetectorLayout.Yolo, new PersonDetectorOptions { MinScore = 0.6 }));
        Assert.Equal(2, Detect(DetectorLayout.Yolo, new PersonDetectorOptions { MaxPersons = 2 }).Count);
        Near(new Box(4, 12, 8, 8), 0.9, Detect(DetectorLayout.Yolo, new PersonDetectorOptions { PersonClass = 1 })[0]);
    }

    [Fact]
    public void Objectness_is_told_from_three_rows_a_cell_or_from_the_classes()
    {
        float[][] rows = [[16, 16, 8, 16, 0.5f, 0.8f, 0.1f]];
        DetectorFile.Single(Onnx, 3 * Cells, 7, Fill(rows, 3 * Cells, 7));
        Near(new Box(24, 8, 16, 32), 0.4, Assert.Single(Detect(DetectorLayout.YoloObjectness)));
        DetectorFile.Single(Onnx, Cells, 7, Fill(rows, Cells, 7), ("names", "{0: 'person', 1: 'cat'}"));
        Near(new Box(24, 8, 16, 32), 0.4, Assert.Single(Detect(DetectorLayout.YoloObjectness)));
        DetectorFile.Single(Onnx, Cells, 7, Fill(rows, Cells, 7));
        Near(new Box(24, 8, 16, 32), 0.5, Assert.Single(Detect(DetectorLayout.Yolo)));
        Near(new Box(24, 8, 16, 32), 0.4, Assert.Single(Detect(DetectorLayout.YoloObjectness, new PersonDetectorOptions { Layout = DetectorLayout.YoloObjectness })));
    }

    [Fact]
    public void The_person_is_the_class_that_the_file_calls_so()
    {
        DetectorFile.Single(Onnx, Cells, 6, Fill([[16, 16, 8, 16, 0.2f, 0.7f]], Cells, 6), ("names", "{0: 'dog', 1: 'Person'}"));
        Near(new Box(24, 8, 16, 32), 0.7, Assert.Single(Detect(DetectorLayout.Yolo)));
    }

    [Fact]
    public void Boxes_that_are_finished_are_taken_as_they_are()
    {
        DetectorFile.Single(Onnx, 4, 6, [12, 8, 20, 24, 0.6f, 0, 12, 8, 20, 24, 0.9f, 0, 4, 8, 8, 12, 0.9f, 5, 0, 0, 0, 0, 0, 0]);
        var found = Detect(DetectorLayout.EndToEnd);
        Assert.Equal(2, found.Count);
        Near(new Box(24, 8, 16, 32), 0.9, found[0]);
        Near(new Box(24, 8, 16, 32), 0.6, found[1]);
    }

    [Fact]
    public void Detr_stretches_the_picture()
    {
        DetectorFile.Single(Onnx, 10, 7, Fill([[0.5f, 0.5f, 0.25f, 0.5f, 0.9f, 0, 0]], 10, 7));
        Near(new Box(24, 12, 16, 24), 0.9, Assert.Single(Detect(DetectorLayout.DetrScores)));

        DetectorFile.Logits(Onnx, [[0.5f, 0.5f, 0.25f, 0.5f], [0.1f, 0.1f, 0.1f, 0.1f]], [[2, -9, -9], [-9, 3, -9]]);
        Near(new Box(24, 12, 16, 24), 1 / (1 + Math.Exp(-2)), Assert.Single(Detect(DetectorLayout.DetrLogits)));

        DetectorFile.Logits(Onnx, [[0.5f, 0.5f, 0.25f, 0.5f]], [[-9, 2, .. Enumerable.Repeat(-9f, 89)]]);
        Near(new Box(24, 12, 16, 24), 1 / (1 + Math.Exp(-2)), Assert.Single(Detect(DetectorLayout.DetrLogits)));
    }

    [Fact]
    public void A_graph_that_is_told_the_size_gives_picture_pixels()
    {
        DetectorFile.Pixels(Onnx, [[0.25f, 0.5f, 0.5f, 1], [0, 0, 0.5f, 0.5f], [0, 0, 1, 1]], [0, 2, 0], [0.3f, 0.9f, 0.7f]);
        var found = Detect(DetectorLayout.DetrPixels);
        Assert.Equal(2, found.Count);
        Near(new Box(0, 0, 64, 48), 0.7, found[0]);
        Near(new Box(16, 24, 16, 24), 0.3, found[1]);
    }

    [Fact]
    public void The_detector_sees_the_picture_in_the_middle_of_grey()
    {
        DetectorFile.Bright(Onnx);
        var picture = new RgbImage(64, 48);
        for (var y = 8; y < 24; y++)
            picture.Pixels.AsSpan(((y * 64) + 32) * 3, 16 * 3).Fill(255);
        using var detector = PersonDetector.Load(Onnx, new PersonDetectorOptions { MinScore = 0.9 });
        var person = Assert.Single(detector.Detect(picture));
        Near(new Box(32, 8, 16, 16), person.Score, person);

        // Without the picture only the grey is left: half of the cells above and below.
        using var faint = PersonDetector.Load(Onnx, new PersonDetectorOptions { MinScore = 0.01 });
        Assert.All(faint.Detect(s_picture), p => Assert.Equal(114 / 255.0 / 2, p.Score, 1e-3));
    }

    [Fact]
    public void Threads_share_a_detector_and_a_call_allocates_little()
    {
        DetectorFile.Bright(Onnx);
        using var detector = PersonDetector.Load(Onnx, new PersonDetectorOptions { MinScore = 0.2, Threads = 1 });
        // Each has its bright place, each another size.
        var pictures = Enumerable.Range(0, 8).Select(i =>
        {
            var picture = new RgbImage(64, 64 - i);
            for (var y = 8; y < 24; y++)
                picture.Pixels.AsSpan(((y * 64) + (6 * i)) * 3, 16 * 3).Fill(255);
            return picture;
        }).ToArray();
        var expected = pictures.Select(detector.Detect).ToArray();
        Assert.Equal(pictures.Length, expected.Select(e => string.Join(' ', e)).Distinct().Count());
        var found = new IReadOnlyList<DetectedPerson>[160];
        Parallel.For(0, found.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => found[i] = detector.Detect(pictures[i % pictures.Length]));
        for (var i = 0; i < found.Length; i++)
            Assert.Equal(expected[i % pictures.Length], found[i]);

        var before = GC.GetAllocatedBytesForCurrentThread();
        detector.Detect(pictures[0]);
        // The input alone is 12288 bytes.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 6000);
    }

    [Fact]
    public void Colours_can_be_normalised_as_imagenet_has_them()
    {
        DetectorFile.Bright(Onnx);
        using var detector = PersonDetector.Load(Onnx, new PersonDetectorOptions { MinScore = 0.9, ImageNetColours = true });
        var white = new RgbImage(32, 32);
        Array.Fill(white.Pixels, (byte)255);
        // (1 − mean)/deviation of red, green and blue, 2.25, 2.43 and 2.64, is above 1, to which scores are cut.
        Assert.All(detector.Detect(white), p => Assert.Equal(1, p.Score));
        using var exact = PersonDetector.Load(Onnx, new PersonDetectorOptions { MinScore = 0.001, ImageNetColours = true });
        var grey = new RgbImage(32, 32);
        Array.Fill(grey.Pixels, (byte)128);
        var mean = new[] { (0.485, 0.229), (0.456, 0.224), (0.406, 0.225) }.Average(c => ((128 / 255.0) - c.Item1) / c.Item2);
        Assert.All(exact.Detect(grey), p => Assert.Equal(mean, p.Score, 1e-5));
        Assert.NotEmpty(exact.Detect(grey));
    }

    [Fact]
    public void A_detector_that_was_disposed_of_says_so()
    {
        DetectorFile.Bright(Onnx);
        var detector = PersonDetector.Load(Onnx);
        detector.Detect(s_picture);
        detector.Dispose();
        detector.Dispose();
        Assert.Throws<ObjectDisposedException>(() => detector.Detect(s_picture));
    }

    [Fact]
    public void Boxes_end_at_the_picture()
    {
        DetectorFile.Single(Onnx, 3, 6, [-10, -10, 50, 50, 0.9f, 0, -20, 0, -4, 10, 0.9f, 0, float.NaN, 0, 10, 10, 0.9f, 0]);
        Near(new Box(0, 0, 64, 48), 0.9, Assert.Single(Detect(DetectorLayout.EndToEnd)));
    }

    [Fact]
    public void Files_that_are_no_detectors_are_refused()
    {
        Assert.StartsWith("The detector's file does not exist.", Refused(), StringComparison.Ordinal);
        File.WriteAllText(Onnx, "nothing");
        Assert.StartsWith("The detector cannot be used: ", Refused(), StringComparison.Ordinal);
        DetectorFile.Single(Onnx, 2, 3, new float[6]);
        Assert.Contains("output0 1×2×3", Refused());
        DetectorFile.Single(Onnx, Cells, 6, new float[Cells * 6]);
        Assert.Contains("not the layout DetrLogits", Refused(new PersonDetectorOptions { Layout = DetectorLayout.DetrLogits }));
        Assert.Contains("The detector has 2 classes; class 7 is none of them.", Refused(new PersonDetectorOptions { PersonClass = 7 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => PersonDetector.Load(Onnx, new PersonDetectorOptions { MaxPersons = 0 }));
    }

    private string Refused(PersonDetectorOptions? options = null) => Assert.Throws<DataException>(() => PersonDetector.Load(Onnx, options)).Message;

    private IReadOnlyList<DetectedPerson> Detect(DetectorLayout layout, PersonDetectorOptions? options = null)
    {
        using var detector = PersonDetector.Load(Onnx, options);
        Assert.Equal((layout, 32, 32), (detector.Layout, detector.InputWidth, detector.InputHeight));
        return detector.Detect(s_picture);
    }

    private void Write(int columns, bool rowsFirst, params float[][] rows)
    {
        var values = Fill(rows, Cells, columns);
        if (rowsFirst)
            DetectorFile.Single(Onnx, Cells, columns, values);
        else
            DetectorFile.Single(Onnx, columns, Cells, [.. Enumerable.Range(0, columns * Cells).Select(i => values[(i % Cells * columns) + (i / Cells)])]);
    }

    private static float[] Fill(float[][] rows, int count, int columns)
    {
        var values = new float[count * columns];
        for (var i = 0; i < rows.Length; i++)
            rows[i].CopyTo(values, i * columns);
        return values;
    }

    private static void Near(Box box, double score, DetectedPerson found)
    {
        Assert.Equal(score, found.Score, 1e-6);
        foreach (var (e, a) in new[] { (box.X, found.Box.X), (box.Y, found.Box.Y), (box.Width, found.Box.Width), (box.Height, found.Box.Height) })
            Assert.Equal(e, a, 1e-4);
    }
}
