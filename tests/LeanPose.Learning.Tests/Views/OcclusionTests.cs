using CsCheck;
using LeanPose.Learning.Views;
using Xunit;
using static TorchSharp.torch;

namespace LeanPose.Learning.Tests.Views;

/// <summary>Joint Cutout and Cut-Occlude: invariants 19 to 22 of the specification.</summary>
public sealed class OcclusionTests
{
    private const int Width = 192;
    private const int Height = 256;

    // Channels say which picture, column and row a pixel came from.
    private static Tensor Coded(int count, int width, int height)
    {
        var picture = arange(count).view(-1, 1, 1, 1).expand(count, 1, height, width);
        var x = arange(width).view(1, 1, 1, -1).expand(count, 1, height, width);
        var y = arange(height).view(1, 1, -1, 1).expand(count, 1, height, width);
        return (cat([picture, x, y], 1) + 1).to_type(ScalarType.Float32);
    }

    private static Tensor Paste((int X, int Y) source, (int X, int Y) half, (int X, int Y) target)
    {
        var patches = new KeypointPatches(new[,] { { target }, { source } }, new[,] { { (10, 10) }, { half } });
        var map = new PatchMap(2, Width, Height);
        CutOcclude.Apply(map, patches, [[0], []], [[0], []], [1, 0]);
        return map.Apply(Coded(2, Width, Height));
    }

    // The pixels of picture 0 that show picture 1: left, top, right, bottom (exclusive) and the shift to their source.
    private static (int X0, int Y0, int X1, int Y1, int ShiftX, int ShiftY) Changed(Tensor result)
    {
        var rows = new List<(int X, int Y, int SourceX, int SourceY)>();
        var v = Close.Values(result[0]);
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
            {
                var at = (y * Width) + x;
                if (v[at] == 2)
                    rows.Add((x, y, (int)v[at + (Width * Height)] - 1, (int)v[at + (2 * Width * Height)] - 1));
            }
        }

        var shift = Assert.Single(rows.Select(r => (r.SourceX - r.X, r.SourceY - r.Y)).Distinct());
        var (x0, y0, x1, y1) = (rows.Min(r => r.X), rows.Min(r => r.Y), rows.Max(r => r.X) + 1, rows.Max(r => r.Y) + 1);
        Assert.Equal((x1 - x0) * (y1 - y0), rows.Count);
        return (x0, y0, x1, y1, shift.Item1, shift.Item2);
    }

    [Fact]
    public void Paste_keeps_centre_on_centre_at_the_low_border()
    {
        using var scope = NewDisposeScope();
        Assert.Equal((0, 35, 17, 65, 95, 70), Changed(Paste((100, 120), (12, 15), (5, 50))));
    }

    [Fact]
    public void Paste_keeps_centre_on_centre_at_the_high_border()
    {
        using var scope = NewDisposeScope();
        Assert.Equal((173, 35, 191, 65, 88 - 173, 70), Changed(Paste((100, 120), (12, 15), (185, 50))));
    }

    private sealed record Case((int X, int Y)[] Centres, (int X, int Y)[] Halves, int[] Targets, int[] Sources, int[] Pictures);

    private const int Count = 3, Joints = 4, PerPicture = 2, W = 40, H = 56;

    private static readonly Gen<Case> Cases = Gen.Select(
        Gen.Select(Gen.Int[-25, W + 25], Gen.Int[-25, H + 25]).Array[Count * Joints],
        Gen.Select(Gen.Int[10, 19], Gen.Int[10, 19]).Array[Count * Joints],
        Gen.Int[0, Joints - 1].Array[Count * PerPicture],
        Gen.Int[0, Joints - 1].Array[Count * PerPicture],
        Gen.Int[0, Count - 1].Array[Count],
        (c, h, t, s, p) => new Case(c, h, t, s, p));

    [Fact]
    public void Cut_occlude_is_the_specified_loop() => Cases.Sample(
        c =>
        {
            using var scope = NewDisposeScope();
            var images = Coded(Count, W, H);
            var before = images.clone();
            var map = new PatchMap(Count, W, H);
            CutOcclude.Apply(map, Patches(c), [.. c.Targets.Chunk(PerPicture)], [.. c.Sources.Chunk(PerPicture)], c.Pictures);
            var result = map.Apply(images);
            Assert.True(images.equal(before).all().item<bool>(), "the caller's batch was changed");
            Assert.Equal(Naive(c, Close.Values(before)), Close.Values(result));
        },
        iter: 150, threads: 1);

    private static KeypointPatches Patches(Case c)
    {
        var (centres, halves) = (new (int, int)[Count, Joints], new (int, int)[Count, Joints]);
        for (var k = 0; k < Count * Joints; k++)
            (centres[k / Joints, k % Joints], halves[k / Joints, k % Joints]) = (c.Centres[k], c.Halves[k]);
        return new(centres, halves);
    }

    // Specification 2.8, step 3, pixel by pixel.
    private static float[] Naive(Case c, float[] before)
    {
        var after = (float[])before.Clone();
        static int Cl(int v, int size) => Math.Min(Math.Max(v, 0), size - 1);
        for (var i = 0; i < Count; i++)
        {
            var m = c.Pictures[i];
            for (var k = 0; k < PerPicture; k++)
            {
                var b = (m * Joints) + c.Sources[(i * PerPicture) + k];
                var (cs, half, cd) = (c.Centres[b], c.Halves[b], c.Centres[(i * Joints) + c.Targets[(i * PerPicture) + k]]);
                int x0 = Cl(cs.X - half.X, W), x1 = Cl(cs.X + half.X, W), y0 = Cl(cs.Y - half.Y, H), y1 = Cl(cs.Y + half.Y, H);
                int dx0 = Cl(cd.X - Math.Abs(x0 - cs.X), W), dx1 = Cl(cd.X + Math.Abs(x1 - cs.X), W);
                int dy0 = Cl(cd.Y - Math.Abs(y0 - cs.Y), H), dy1 = Cl(cd.Y + Math.Abs(y1 - cs.Y), H);
                int moreX = (x1 - x0) - (dx1 - dx0), moreY = (y1 - y0) - (dy1 - dy0);
                if (moreX > 0 && dx0 == 0)
                    x0 += moreX;
                else if (moreX > 0 && dx1 == W - 1)
                    x1 -= moreX;
                if (moreY > 0 && dy0 == 0)
                    y0 += moreY;
                else if (moreY > 0 && dy1 == H - 1)
                    y1 -= moreY;
                if (dx1 <= dx0 || dy1 <= dy0)
                    continue;
                var fits = x1 - x0 == dx1 - dx0 && y1 - y0 == dy1 - dy0;
                for (var channel = 0; channel < 3; channel++)
                {
                    for (var y = 0; y < dy1 - dy0; y++)
                    {
                        for (var x = 0; x < dx1 - dx0; x++)
                            after[At(i, channel, dx0 + x, dy0 + y)] = fits ? before[At(m, channel, x0 + x, y0 + y)] : 0;
                    }
                }
            }
        }

        return after;
    }

    private static int At(int picture, int channel, int x, int y) => (((((picture * 3) + channel) * H) + y) * W) + x;

    [Fact]
    public void Nothing_to_paste_or_pasting_onto_itself_changes_nothing()
    {
        using var scope = NewDisposeScope();
        var images = Coded(2, Width, Height);
        var patches = KeypointPatches.Draw(new[,] { { (50f, 60f), (100f, 200f) }, { (5f, 5f), (180f, 250f) } }, 1, "test", 0);
        PatchMap none = new(2, Width, Height), self = new(2, Width, Height);
        CutOcclude.Apply(none, patches, [[], []], [[], []], [1, 0]);
        CutOcclude.Apply(self, patches, [[0, 1], [1, 1]], [[0, 1], [1, 1]], [0, 1]);
        Assert.True(none.Apply(images).equal(images).all().item<bool>());
        Assert.True(self.Apply(images).equal(images).all().item<bool>());
    }

    [Fact]
    public void Cutout_blanks_the_rectangles_and_nothing_else()
    {
        const int Pictures = 6;
        using var scope = NewDisposeScope();
        var positions = new (float, float)[Pictures, 3];
        for (var i = 0; i < Pictures; i++)
            (positions[i, 0], positions[i, 1], positions[i, 2]) = ((95, 240), (2, 100), (190, 20));
        var patches = KeypointPatches.Draw(positions, 4, "cutout", 2);
        var joints = KeypointPatches.DrawJoints([0, 1, 2], Pictures, 5, 4, "cutout", 2);
        var map = new PatchMap(Pictures, Width, Height);
        JointCutout.Apply(map, patches, joints);
        var values = Close.Values(map.Apply(ones(Pictures, 1, Height, Width)));
        var lowest = 0;
        for (var i = 0; i < Pictures; i++)
        {
            Assert.Equal(5, joints[i].Length);
            for (var y = 0; y < Height; y++)
            {
                for (var x = 0; x < Width; x++)
                {
                    var blank = joints[i].Any(j => Inside(patches.Centres[i, j].X, patches.Halves[i, j].X, x) && Inside(patches.Centres[i, j].Y, patches.Halves[i, j].Y, y));
                    Assert.Equal(blank ? 0 : 1, values[(((i * Height) + y) * Width) + x]);
                    lowest = blank ? Math.Max(lowest, y) : lowest;
                }
            }
        }

        Assert.True(lowest >= 192, "rows below the width were never reached");

        static bool Inside(int centre, int half, int at) => at >= centre - half && at < centre + half;
    }

    [Fact]
    public void Patches_have_their_distribution()
    {
        var positions = new (float X, float Y)[200, 50];
        for (var i = 0; i < 200; i++)
        {
            for (var j = 0; j < 50; j++)
                positions[i, j] = (500, 700);
        }

        var patches = KeypointPatches.Draw(positions, 1, "any", 0);
        double[] x = [.. patches.Centres.Cast<(int X, int Y)>().Select(c => c.X - 500.0)], y = [.. patches.Centres.Cast<(int X, int Y)>().Select(c => c.Y - 700.0)];
        foreach (var jitter in new[] { x, y })
        {
            Assert.Equal(0, jitter.Average(), 0.5 + 0.5); // truncation moves the mean by half a pixel
            Assert.Equal(KeypointPatches.Jitter, Math.Sqrt(jitter.Average(v => v * v)), 0.4);
        }

        var halves = patches.Halves.Cast<(int X, int Y)>().SelectMany(h => new[] { h.X, h.Y }).GroupBy(h => h).ToDictionary(g => g.Key, g => g.Count() / 20_000.0);
        Assert.Equal(Enumerable.Range(10, 10), halves.Keys.Order());
        Assert.All(halves.Values, share => Assert.Equal(0.1, share, 0.015));
    }

    [Fact]
    public void Joints_come_from_the_pool()
    {
        int[] pool = [3, 5, 21];
        var drawn = KeypointPatches.DrawJoints(pool, 500, 2, 1, "any", 0).SelectMany(j => j).ToArray();
        Assert.Equal(1000, drawn.Length);
        Assert.All(pool, j => Assert.Equal(1.0 / 3, drawn.Count(d => d == j) / 1000.0, 0.06));
    }

    [Fact]
    public void Another_batch_is_refused()
    {
        using var scope = NewDisposeScope();
        var problem = Assert.Throws<ArgumentException>(() => new PatchMap(2, 4, 6).Apply(zeros(2, 3, 4, 6)));
        Assert.Equal("The occlusions were made for 2 pictures of 4×6; the batch is 2×3×4×6.", problem.Message);
    }
}
