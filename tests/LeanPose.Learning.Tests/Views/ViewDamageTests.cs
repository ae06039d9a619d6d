using LeanPose.Learning.Views;
using Xunit;
using static TorchSharp.torch;

namespace LeanPose.Learning.Tests.Views;

/// <summary>Invariants 1 to 7 and 19 of the MultiAugs specification.</summary>
public sealed class ViewDamageTests
{
    private const int Width = 192;
    private const int Height = 256;
    private static readonly DamageOptions Options = new() { Joints = [0, 1] };

    private static readonly (float X, float Y)[,] Positions = { { (60, 60), (100, 220) }, { (90, 30), (150, 128) }, { (20, 240), (96, 128) } };

    // Channels say which picture, column and row a pixel came from; 0 is blank.
    private static Tensor Coded(int count = 3, int width = Width, int height = Height)
    {
        var picture = arange(count).view(-1, 1, 1, 1).expand(count, 1, height, width);
        var x = arange(width).view(1, 1, 1, -1).expand(count, 1, height, width);
        var y = arange(height).view(1, 1, -1, 1).expand(count, 1, height, width);
        return (cat([picture, x, y], 1) + 1).to_type(ScalarType.Float32);
    }

    private static Tensor Apply(Tensor images, string view, int step = 0, int number = 0, DamageOptions? options = null, string network = "student") =>
        ViewDamage.Apply(images, ViewRecipe.TryParse(view)!, options ?? Options, Positions, new DamageKey(3, step, network, number));

    private static float[] Erased(BlindHoles holes, bool swapped, int width = Width, int height = Height)
    {
        using var scope = NewDisposeScope();
        var map = new PatchMap(holes.Centres.Length, width, height);
        holes.Erase(map, swapped);
        return Close.Values(map.Apply(ones(holes.Centres.Length, 1, height, width)));
    }

    [Theory]
    [InlineData(100, 120, 12, 15, false, 88, 105, 111, 134)]
    [InlineData(5, 250, 10, 10, false, 0, 240, 14, 255)]
    [InlineData(150, 200, 10, 10, false, 140, 190, 159, 209)]
    [InlineData(150, 200, 10, 10, true, 140, 190, 159, 191)]
    public void A_hole_blanks_its_rectangle_and_nothing_else(int x, int y, int halfX, int halfY, bool swapped, int left, int top, int right, int bottom)
    {
        var values = Erased(new([[(x, y)]], [[(halfX, halfY)]]), swapped);
        for (var i = 0; i < values.Length; i++)
            Assert.Equal(i % Width >= left && i % Width <= right && i / Width >= top && i / Width <= bottom ? 0 : 1, values[i]);
    }

    [Theory]
    [InlineData(5, Width, Height, false, false, 0.077, 0.002)]
    [InlineData(2, Width, Height, false, false, 0.032, 0.001)]
    [InlineData(5, Width, Height, true, false, 0.059, 0.002)]
    [InlineData(5, 128, 128, false, true, 0.080, 0.002)]
    [InlineData(5, 128, 128, false, false, 0.206, 0.005)]
    public void Holes_cover_the_share_that_the_specification_names(int holes, int width, int height, bool swapped, bool scaled, double share, double tolerance)
    {
        double covered = 0;
        var options = Options with { SwappedBounds = swapped, HoleScale = scaled ? DamageOptions.ScaleFor(width, height) : 1 };
        for (var step = 0; step < 10; step++)
            covered += 1 - Erased(BlindHoles.Draw(100, holes, width, height, options, 1, "any", step), swapped, width, height).Average();
        Assert.Equal(share, covered / 10, tolerance);
    }

    [Fact]
    public void With_swapped_bounds_a_fifth_of_the_holes_misses_and_low_rows_are_never_reached()
    {
        var options = Options with { SwappedBounds = true };
        var drawn = BlindHoles.Draw(100_000, 1, Width, Height, options, 1, "any", 0);
        var map = new PatchMap(1, Width, Height);
        var missed = 0;
        for (var i = 0; i < 100_000; i++)
        {
            var (x0, y0, x1, y1) = map.Clip(drawn.Centres[i][0], drawn.Halves[i][0], swapped: true);
            missed += x1 <= x0 || y1 <= y0 ? 1 : 0;
            Assert.True(y1 <= Width);
        }

        Assert.Equal(0.193, missed / 100_000.0, 0.004);
    }

    [Theory]
    [InlineData(192, 256, 10, 19)]
    [InlineData(128, 128, 6, 11)]
    [InlineData(288, 384, 15, 29)]
    [InlineData(32, 32, 2, 3)]
    public void Sizes_follow_the_crop(int width, int height, int smallest, int largest)
    {
        var options = Options with { HoleScale = DamageOptions.ScaleFor(width, height) };
        var halves = BlindHoles.Draw(1, 2000, width, height, options, 1, "any", 0).Halves[0].SelectMany(h => new[] { h.X, h.Y }).ToArray();
        Assert.Equal((smallest, largest), (halves.Min(), halves.Max()));
    }

    [Fact]
    public void CutMix_pastes_the_same_place_of_the_partner_as_it_was()
    {
        using var scope = NewDisposeScope();
        var before = Close.Values(Coded(2));
        var map = new PatchMap(2, Width, Height);
        // A swap: both must get the other's original.
        new BlindHoles([[(50, 50)], [(60, 60)]], [[(15, 15)], [(15, 15)]]).CopyFrom(map, [1, 0]);
        var after = Close.Values(map.Apply(Coded(2)));
        var changed = 0;
        for (var i = 0; i < after.Length; i++)
        {
            var (picture, channel) = (i / (3 * Width * Height), i / (Width * Height) % 3);
            if (channel > 0)
                Assert.Equal(before[i], after[i]);
            else if (after[i] != before[i])
            {
                Assert.Equal(2 - picture, after[i]);
                changed++;
            }
        }

        Assert.Equal(2 * 30 * 30, changed);
        var self = new PatchMap(2, Width, Height);
        new BlindHoles([[(50, 50)], [(60, 60)]], [[(15, 15)], [(15, 15)]]).CopyFrom(self, [0, 1]);
        Assert.Equal(before, Close.Values(self.Apply(Coded(2))));
    }

    [Fact]
    public void In_jccm_a_patch_carries_its_owners_holes_unless_the_donor_is_clean()
    {
        using var scope = NewDisposeScope();
        foreach (var clean in new[] { false, true })
        {
            var options = Options with { CleanDonor = clean, CutMixPatches = 8, JointCutoutHoles = 20 };
            var (borrowed, together) = (0, Close.Values(Apply(Coded(), "jc+cm", options: options)));
            var alone = Close.Values(Apply(Coded(), "jc", options: options));
            var mixed = Close.Values(Apply(Coded(), "cm", options: options));
            const int Plane = Width * Height;
            for (var i = 0; i < 3; i++)
            {
                for (var u = 0; u < Plane; u++)
                {
                    var partner = (int)mixed[(i * 3 * Plane) + u] - 1;
                    var expected = partner == i ? alone[(i * 3 * Plane) + u] : clean ? partner + 1 : alone[(partner * 3 * Plane) + u];
                    // Where the picture is its own partner the patch cannot be told from the rest.
                    if (partner != i)
                        Assert.Equal(expected, together[(i * 3 * Plane) + u]);
                    borrowed += partner != i && expected == 0 ? 1 : 0;
                }
            }

            Assert.Equal(!clean, borrowed > 0);
        }
    }

    [Fact]
    public void Cut_occlude_after_another_damage_pastes_what_that_has_left()
    {
        using var scope = NewDisposeScope();
        var own = Close.Values(Coded());
        var pasted = Close.Values(Apply(Coded(), "jo")).Zip(own, (a, b) => a != b ? a : 0).ToArray(); // from another picture
        foreach (var clean in new[] { true, false })
        {
            var inPatches = Close.Values(Apply(Coded(), "co+jo", options: Options with { CleanDonor = clean })).Zip(pasted).Where(p => p.Second > 0).ToArray();
            Assert.All(inPatches, p => Assert.True(p.First == p.Second || (!clean && p.First == 0)));
            Assert.Equal(!clean, inPatches.Any(p => p.First == 0));
        }
    }

    [Fact]
    public void Joco_is_cutout_over_cut_occlude()
    {
        using var scope = NewDisposeScope();
        float[] joco = Close.Values(Apply(Coded(), "joco")), jo = Close.Values(Apply(Coded(), "jo")), co = Close.Values(Apply(Coded(), "co"));
        Assert.Equal(jo.Zip(co, (a, b) => b == 0 ? 0 : a), joco);
        Assert.Equal(joco, Close.Values(Apply(Coded(), "jo+co")));
        Assert.NotEqual(jo, Close.Values(Coded()));
        Assert.Contains(co, v => v == 0);
    }

    [Fact]
    public void Mixed_pictures_are_mostly_themselves()
    {
        using var scope = NewDisposeScope();
        var images = cat([zeros(1, 1, 4, 4), ones(1, 1, 4, 4)]);
        foreach (var share in new[] { 1, 0.875, 0.75 })
            Assert.Equal([0, 1], Close.Values(MixUp.Apply(images, share, [0, 1])[.., 0, 0, 0]));
        Assert.Equal([0.125f, 0.875f], Close.Values(MixUp.Apply(images, 0.875, [1, 0])[.., 0, 0, 0]));

        var shares = Enumerable.Range(0, 40_000).Select(step => MixUp.DrawShare(1, "any", step)).ToArray();
        Assert.All(shares, s => Assert.InRange(s, 0.75, 1));
        Assert.Equal(0.875, shares.Average(), 0.002);
        Assert.Equal(0.106, Math.Sqrt(shares.Average(s => (s - 0.875) * (s - 0.875))), 0.002);
        Assert.Equal(0.28, shares.Count(s => s > 0.99) / 40_000.0, 0.01);
        Assert.Equal(0.28, shares.Count(s => s < 0.76) / 40_000.0, 0.01);
    }

    public static TheoryData<string> Views => ["none", "jc", "jo", "co", "cm", "mu", "ra", "joco", "jccm", "jo+co+cm", "ra+jc", "mu+jo"];

    [Theory]
    [MemberData(nameof(Views))]
    public void Every_view_leaves_its_pictures_alone_and_follows_its_key(string view)
    {
        using var scope = NewDisposeScope();
        var images = randn(3, 3, Height, Width);
        var before = images.clone();
        var made = Close.Values(Apply(images, view));
        Assert.True(images.equal(before).all().item<bool>(), "the easy view was changed");
        Assert.Equal(made, Close.Values(Apply(images, view)));
        Assert.All(made, v => Assert.True(float.IsFinite(v)));
        if (view == "none")
        {
            Assert.Equal(Close.Values(images), made);
            return;
        }

        Assert.NotEqual(Close.Values(images), made);
        Assert.NotEqual(made, Close.Values(Apply(images, view, step: 1)));
        Assert.NotEqual(made, Close.Values(Apply(images, view, number: 1)));
        Assert.NotEqual(made, Close.Values(Apply(images, view, network: "teacher")));
    }

    [Theory]
    [InlineData("jx")]
    [InlineData("")]
    [InlineData("jo+jo")]
    [InlineData("joco+jo")]
    [InlineData("JC")]
    public void What_is_no_view_is_refused(string text)
    {
        Assert.Null(ViewRecipe.TryParse(text));
        Assert.Equal($"'{text}' is no view; views are made of none, jc, jo, co, cm, mu, ra, joco, jccm, joined by '+', none of them twice.",
            Assert.Throws<ArgumentException>(() => ViewRecipe.Parse(["jc", text])).Message);
    }

    [Fact]
    public void Without_grey_bars_the_part_that_both_places_hold_is_pasted()
    {
        using var scope = NewDisposeScope();
        PatchMap Paste(int sourceX, bool greyBars)
        {
            var patches = new KeypointPatches(new[,] { { (185, 50) }, { (sourceX, 120) } }, new[,] { { (10, 10) }, { (12, 15) } });
            var map = new PatchMap(2, Width, Height);
            CutOcclude.Apply(map, patches, [[0], []], [[0], []], [1, 0], greyBars: greyBars);
            return map;
        }

        // A source centre outside its picture: nothing there to paste.
        Assert.Contains(Close.Values(Paste(-15, greyBars: true).Apply(Coded(2))), v => v == 0);
        Assert.True(Paste(-15, greyBars: false).IsIdentity);

        // Source cut at the left, target at the right: offsets -5 … 6 are inside in both.
        var pasted = Close.Values(Paste(5, greyBars: false).Apply(Coded(2))[0]);
        for (var u = 0; u < Width * Height; u++)
        {
            var (x, y) = (u % Width, u / Width);
            var inside = x >= 180 && x < 192 && y >= 35 && y < 65;
            Assert.Equal(inside ? 2 : 1, pasted[u]);
            Assert.Equal(inside ? x - 180 + 1 : x + 1, pasted[u + (Width * Height)]);
        }
    }
}
