using LeanPose.Geometry;
using LeanPose.Learning.Native;
using LeanPose.Randomness;
using static TorchSharp.torch;

namespace LeanPose.Learning.Views;

/// <summary>How hard views are drawn.</summary>
/// <param name="Scale">Scale factor = clip(1 + this·N(0,1), 1 ± this); above 1 zooms out.</param>
/// <param name="Rotation">Rotation = clip(this·N(0,1), ±2·this), degrees.</param>
/// <param name="RotationProbability">Share of pictures that are rotated at all.</param>
/// <param name="Isotropic">Whether a rotation stays one on crops that are not square (see <see cref="HardView.Theta"/>).</param>
public sealed record HardViewOptions(double Scale = 0.25, double Rotation = 30, double RotationProbability = 0.8, bool Isotropic = false);

/// <summary>
/// The second affine that makes a hard view of an easy one (PoseCons/PoseDual's "A60"): one θ per picture, the same for
/// the picture and for every heatmap, which is how heatmaps of the easy view become targets for the hard one.
/// </summary>
public sealed class HardView
{
    private readonly double[][] _thetas;
    private readonly Dictionary<(long Height, long Width), Tensor> _grids = [];
    private readonly Device _device;
    private readonly bool _cornersAligned;

    /// <summary>Takes the matrices as they are.</summary>
    /// <param name="thetas">Per picture the six numbers of a 2×3 matrix, row by row: in = θ·out in normalised [−1, 1] coordinates.</param>
    /// <param name="device">Where the warps run.</param>
    /// <param name="crop">Where −1 and 1 lie: on the outer edges of a lattice, as published, or with UDP on its outermost centres, so that a heatmap goes where its crop goes.</param>
    public HardView(double[][] thetas, Device device, CropRule crop = CropRule.Standard)
    {
        _thetas = thetas;
        _device = device;
        _cornersAligned = crop == CropRule.Udp;
    }

    /// <summary>Number of pictures (B).</summary>
    public int Count => _thetas.Length;

    /// <summary>Per picture the six numbers of θ.</summary>
    internal IReadOnlyList<double[]> Thetas => _thetas;

    /// <summary>Draws one θ per picture.</summary>
    /// <param name="options">The distribution.</param>
    /// <param name="count">Number of pictures.</param>
    /// <param name="aspect">Crop width over height.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="step">The step, on which the draws depend.</param>
    /// <param name="device">Where the warps run.</param>
    /// <param name="crop">How heatmaps lie on crops.</param>
    public static HardView Draw(HardViewOptions options, int count, double aspect, long seed, long step, Device device, CropRule crop = CropRule.Standard)
    {
        var thetas = new double[count][];
        for (var i = 0; i < count; i++)
        {
            var random = KeyedRandom.For(seed, "hard view", step, i);
            var scale = Math.Clamp(1 + (options.Scale * random.NextNormal()), 1 - options.Scale, 1 + options.Scale);
            var angle = Math.Clamp(options.Rotation * random.NextNormal(), -2 * options.Rotation, 2 * options.Rotation);
            thetas[i] = Theta(random.NextBool(options.RotationProbability) ? angle : 0, scale, options.Isotropic ? aspect : 1);
        }

        return new HardView(thetas, device, crop);
    }

    /// <summary>
    /// θ = [[s cos r, s sin r, 0], [−s sin r, s cos r, 0]], used as it is in normalised coordinates. On a crop that is not
    /// square that shears, as in the published code; with <paramref name="aspect"/> = width/height it is a rotation in pixels.
    /// </summary>
    public static double[] Theta(double degrees, double scale, double aspect = 1)
    {
        var (sin, cos) = Math.SinCos(degrees * Math.PI / 180);
        return [scale * cos, scale * sin / aspect, 0, -scale * sin * aspect, scale * cos, 0];
    }

    /// <summary>Warps pictures or heatmaps (<c>B×C×H×W</c>): bilinear, zeros outside.</summary>
    /// <exception cref="ArgumentException">The batch has another size.</exception>
    public Tensor Warp(Tensor maps)
    {
        if (maps.dim() != 4 || maps.shape[0] != Count)
            throw new ArgumentException($"The hard view holds {Count} pictures; it was given {string.Join('×', maps.shape)}.");
        var key = (maps.shape[2], maps.shape[3]);
        if (!_grids.TryGetValue(key, out var grid))
            _grids[key] = grid = Grid(key.Item1, key.Item2);
        return nn.functional.grid_sample(maps, grid, GridSampleMode.Bilinear, GridSamplePaddingMode.Zeros, align_corners: _cornersAligned);
    }

    /// <summary>Where a point of the easy view lies in the hard one, both in pixels (or cells) of a W×H lattice.</summary>
    public (double X, double Y) Forward(int picture, double x, double y, int width, int height)
    {
        var t = _thetas[picture];
        double u = Normalised(x, width) - t[2], v = Normalised(y, height) - t[5];
        var det = (t[0] * t[4]) - (t[1] * t[3]);
        double ou = ((t[4] * u) - (t[1] * v)) / det, ov = ((t[0] * v) - (t[3] * u)) / det;
        return (Cell(ou, width), Cell(ov, height));
    }

    private double Normalised(double cell, double count) => _cornersAligned ? (2 * cell / (count - 1)) - 1 : (((2 * cell) + 1) / count) - 1;

    private double Cell(double normalised, double count) => _cornersAligned ? (normalised + 1) * (count - 1) / 2 : ((normalised + 1) * count / 2) - 0.5;

    /// <summary>Which points of the easy view are still inside the picture in the hard one.</summary>
    /// <param name="positions"><c>B×J×2</c>: x, y in cells of a W×H lattice.</param>
    /// <param name="width">W.</param>
    /// <param name="height">H.</param>
    /// <returns><c>B×J</c>: 1 inside, 0 outside.</returns>
    public Tensor Inside(Tensor positions, int width, int height)
    {
        using var scope = NewDisposeScope();
        var points = positions.cpu().data<float>().ToArray();
        var inside = new float[points.Length / 2];
        for (var i = 0; i < inside.Length; i++)
        {
            var (x, y) = Forward(i / (inside.Length / Count), points[2 * i], points[(2 * i) + 1], width, height);
            inside[i] = x >= 0 && x <= width - 1 && y >= 0 && y <= height - 1 ? 1 : 0;
        }

        return tensor(inside, [Count, inside.Length / Count]).to(_device).MoveToOuterDisposeScope();
    }

    // By hand in double: affine_grid multiplies matrices, which autocast would do in bf16, moving pixels by whole cells.
    private Tensor Grid(long height, long width)
    {
        var grid = new float[Count * height * width * 2];
        var at = 0;
        foreach (var t in _thetas)
        {
            for (var y = 0; y < height; y++)
            {
                var v = Normalised(y, height);
                for (var x = 0; x < width; x++)
                {
                    var u = Normalised(x, width);
                    grid[at++] = (float)((t[0] * u) + (t[1] * v) + t[2]);
                    grid[at++] = (float)((t[3] * u) + (t[4] * v) + t[5]);
                }
            }
        }

        return ComputeDevice.Send(tensor(grid, [Count, height, width, 2]), _device);
    }
}
