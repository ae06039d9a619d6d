using System.Collections.Immutable;
using System.Numerics;
using LeanPose.Datasets;
using LeanPose.Imaging;
using LeanPose.Synthetic;
using LeanPose.Synthetic.Cameras;
using LeanPose.Synthetic.Figures;
using SkiaSharp;
using Xunit;

namespace LeanPose.Tests.Synthetic;

public class SceneMakerTests
{
    public static TheoryData<string> Domains => [.. SyntheticDomain.All.Select(d => d.Name)];

    [Theory]
    [MemberData(nameof(Domains))]
    public void The_same_numbers_make_the_same_picture(string domain)
    {
        var options = new SyntheticOptions { Domain = domain, Seed = 5 };
        var (a, b) = (SceneMaker.Make(options, 3), SceneMaker.Make(options, 3));
        Assert.Equal(a.Image.Pixels, b.Image.Pixels);
        Assert.Equal(a.Persons.Select(Text), b.Persons.Select(Text));
        Assert.NotEqual(a.Image.Pixels, SceneMaker.Make(options, 4).Image.Pixels);
        Assert.NotEqual(a.Image.Pixels, SceneMaker.Make(options with { Seed = 6 }, 3).Image.Pixels);
    }

    [Theory]
    [MemberData(nameof(Domains))]
    public void Labels_agree_with_the_picture(string domain)
    {
        var options = new SyntheticOptions { Domain = domain, Seed = 1, Width = 200, Height = 160 };
        for (var i = 0; i < 40; i++)
        {
            var scene = SceneMaker.Make(options, i);
            Assert.Equal((200, 160), (scene.Image.Width, scene.Image.Height));
            Assert.InRange(scene.JpegQuality, 1, 100);
            foreach (var p in scene.Persons)
            {
                Assert.Equal(17, p.Keypoints.Length);
                Assert.True(p.Box is { X: >= 0, Y: >= 0, Right: <= 200, Bottom: <= 160, Width: > 0, Height: > 0 }, p.Box.ToString());
                Assert.InRange(p.Area, 24, p.Box.Area);
                foreach (var k in p.Keypoints)
                {
                    if (!k.IsLabelled)
                        Assert.Equal((0, 0), (k.X, k.Y));
                    else
                        Assert.True(k.X >= p.Box.X && k.X <= p.Box.Right && k.Y >= p.Box.Y && k.Y <= p.Box.Bottom, $"{domain} {i}: {k} outside {p.Box}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Domains))]
    public void Enough_is_seen_and_enough_is_hidden(string domain)
    {
        var options = new SyntheticOptions { Domain = domain, Seed = 2 };
        var keypoints = Enumerable.Range(0, 120).SelectMany(i => SceneMaker.Make(options, i).Persons).SelectMany(p => p.Keypoints).ToArray();
        double Share(Visibility v) => keypoints.Count(k => k.Visibility == v) / (double)keypoints.Length;
        Assert.InRange(Share(Visibility.Visible), 0.45, 0.9);
        Assert.InRange(Share(Visibility.Hidden), 0.08, 0.45);
        Assert.InRange(Share(Visibility.Unlabelled), 0.005, 0.25);
    }

    [Fact]
    public void Number_of_persons_follows_the_options()
    {
        for (var i = 0; i < 20; i++)
        {
            Assert.Empty(SceneMaker.Make(new() { Domain = "street", PersonsMin = 0, PersonsMax = 0 }, i).Persons);
            Assert.InRange(SceneMaker.Make(new() { Domain = "street", PersonsMin = 1, PersonsMax = 1 }, i).Persons.Length, 0, 1);
        }

        Assert.InRange(SceneMaker.Make(new() { Domain = "overhead-fisheye", PersonsMin = 6, PersonsMax = 6 }, 0).Persons.Length, 2, 6);
    }

    // The silhouette comes from a second layer; here it is found again from the pixels of the picture itself.
    [Fact]
    public void Box_and_area_are_those_of_the_pixels_that_change_when_the_person_steps_in()
    {
        for (var i = 0; i < 24; i++)
        {
            var rng = Rng.For(11, i, "pixels");
            var figure = new Figure(BodyShape.Draw(rng.Fork("body")), PoseFamilies.Draw((PoseFamily)(i % 12), rng.Fork("pose")), new(0, 0, -4), i);
            var shot = Bare(new Actor(figure, Outfit.Draw(rng.Fork("outfit"))));
            var with = SceneMaker.Develop(shot, 256, 192, rng.Fork("a"));
            var without = SceneMaker.Develop(shot with { Actors = [] }, 256, 192, rng.Fork("a"));
            var person = Assert.Single(with.Persons);
            var (left, top, right, bottom, area) = Difference(with.Image, without.Image);
            Assert.InRange(left - person.Box.X, -2, 1.01);
            Assert.InRange(top - person.Box.Y, -2, 1.01);
            Assert.InRange(right - person.Box.Right, -1.01, 2);
            Assert.InRange(bottom - person.Box.Bottom, -1.01, 2);
            Assert.InRange(area / person.Area, 0.95, 1.25);
        }
    }

    [Fact]
    public void Face_is_seen_from_the_front_and_not_from_behind()
    {
        var rng = Rng.For(0, 0, "face");
        for (var i = 0; i < 20; i++)
        {
            var shape = BodyShape.Draw(Rng.For(0, i, "body"));
            var outfit = Outfit.Draw(Rng.For(0, i, "outfit"));
            var front = Labelled(shape, new Pose(), outfit, 0);
            var back = Labelled(shape, new Pose(), outfit, MathF.PI);
            Assert.All(front.Take(3), k => Assert.Equal(Visibility.Visible, k.Visibility));
            Assert.All(back.Take(3), k => Assert.Equal(Visibility.Hidden, k.Visibility));
            Assert.All((int[])[5, 6, 7, 8, 15, 16], k => Assert.Equal(Visibility.Visible, front[k].Visibility));
            // Facing right, the left arm and leg are the far ones.
            var profile = Labelled(shape, new Pose { LeftArm = new(0, 0, 0, 5), RightArm = new(0, 0, 0, 5) }, outfit, MathF.PI / 2);
            Assert.Equal(Visibility.Visible, profile[6].Visibility);
            Assert.Equal(Visibility.Hidden, profile[5].Visibility);
            Assert.Equal(Visibility.Hidden, profile[11].Visibility);
        }
    }

    [Fact]
    public void What_stands_before_a_joint_hides_it()
    {
        var figure = new Figure(BodyShape.Draw(Rng.For(1, 1, "body")), new Pose(), new(0, 0, -4), 0);
        var shot = Bare(new Actor(figure, Outfit.Draw(Rng.For(1, 1, "outfit"))));
        var wall = new Prop(new(0, 0.3f, -3), b => LeanPose.Synthetic.Backdrops.Scenery.Block(b, new(0, 0, -3), new(3, 0.65f, 0.1f), 0, new(SKColors.Gray)));
        var open = Assert.Single(SceneMaker.Develop(shot, 256, 192, Rng.For(0, 0, "")).Persons);
        var hidden = Assert.Single(SceneMaker.Develop(shot with { Props = [wall] }, 256, 192, Rng.For(0, 0, "")).Persons);
        Assert.Equal(Visibility.Visible, open.Keypoints[15].Visibility);
        Assert.Equal(Visibility.Hidden, hidden.Keypoints[15].Visibility);
        Assert.Equal(Visibility.Visible, hidden.Keypoints[5].Visibility);
        Assert.Equal(open.Box, hidden.Box);
        Assert.Equal(open.Area, hidden.Area);
    }

    [Fact]
    public void Options_out_of_range_are_all_named_at_once()
    {
        var e = Assert.Throws<ArgumentException>(() => SceneMaker.Make(new() { Domain = "moon", Width = 3, PersonsMin = 5, PersonsMax = 2 }, 0));
        foreach (var part in (string[])["'moon'", "studio", "Width is 3", "PersonsMax is 2"])
            Assert.Contains(part, e.Message, StringComparison.Ordinal);
        Assert.Contains("overhead-fisheye", Assert.Throws<ArgumentException>(() => SyntheticDomain.Get("moon")).Message, StringComparison.Ordinal);
    }

    private static string Text(SyntheticPerson p) => $"{p.Box} {p.Area} {string.Join(' ', p.Keypoints)}";

    private static Shot Bare(Actor actor) => new()
    {
        Camera = new PinholeCamera(new(0, 1.2f, 0), 300, new(128, 96), 0.05f, 0),
        Light = new(Vector3.Normalize(new(0.5f, 1, 0.5f)), 0.6f),
        Actors = [actor],
        // No cloth or skin is of this colour.
        Backdrop = b => b.Canvas.Clear(new SKColor(1, 255, 3)),
        Lens = new Lens(),
    };

    private static ImmutableArray<Keypoint> Labelled(BodyShape shape, Pose pose, Outfit outfit, float yaw) =>
        Assert.Single(SceneMaker.Develop(Bare(new Actor(new Figure(shape, pose, new(0, 0, -4), yaw), outfit)), 256, 192, Rng.For(0, 0, "")).Persons).Keypoints;

    private static (int Left, int Top, int Right, int Bottom, int Area) Difference(RgbImage a, RgbImage b)
    {
        int left = int.MaxValue, top = int.MaxValue, right = -1, bottom = -1, area = 0;
        for (var i = 0; i < a.Width * a.Height; i++)
        {
            if (a.Pixels.AsSpan(3 * i, 3).SequenceEqual(b.Pixels.AsSpan(3 * i, 3)))
                continue;
            var (x, y) = (i % a.Width, i / a.Width);
            (left, right, top, bottom) = (Math.Min(left, x), Math.Max(right, x + 1), Math.Min(top, y), Math.Max(bottom, y + 1));
            area++;
        }

        return (left, top, right, bottom, area);
    }
}
