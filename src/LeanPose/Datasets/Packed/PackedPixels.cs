using LeanPose.Geometry;
using LeanPose.Imaging;
using LeanPose.IO;

namespace LeanPose.Datasets.Packed;

/// <summary>The pixels around one person of a packed file.</summary>
public sealed class PackedPixels : IPixelSource
{
    private readonly PackedFile _file;
    private readonly PackIndex.Pixels? _pixels;
    private readonly string _who;

    internal PackedPixels(PackedFile file, PackIndex.Pixels? pixels, string who) => (_file, _pixels, _who) = (file, pixels, who);

    /// <summary>Whether crops can be cut; says so before any picture is read.</summary>
    /// <param name="frame">The person's frame, pixels of the picture.</param>
    /// <param name="reach">What the crops can touch.</param>
    /// <exception cref="DataException">Less of the picture was packed, or coarser.</exception>
    public void Require(PersonFrame frame, CropReach reach)
    {
        var stored = Stored();
        var window = WindowOf(stored);
        var needed = reach.Window(frame, stored.Picture[0], stored.Picture[1], window.Reduction);
        if (window.Contains(needed) && reach.IsFineEnough(frame, window.Reduction))
            return;
        throw new DataException(
            $"Crops of {reach.Width}×{reach.Height} with a scale of {reach.MinScale:0.##} to {reach.MaxScale:0.##} and up to {reach.MaxRotation:0.#}° of rotation need {(window.Contains(needed) ? "a finer picture" : "more of the picture")} than was packed.",
            $"{_file.Path}, {_who}",
            "a file that was packed for such crops",
            "pack the data again with this recipe, or with a larger --size or --margin");
    }

    /// <inheritdoc/>
    public PictureWindow Read(PersonFrame frame, CropReach reach)
    {
        Require(frame, reach);
        return ReadAll();
    }

    /// <inheritdoc/>
    public PictureWindow ReadAll()
    {
        var stored = Stored();
        var where = $"{_file.Path}, {_who} (bytes {stored.Offset}–{stored.Offset + stored.Length - 1})";
        var window = WindowOf(stored);
        return _file.Read(stored.Offset, stored.Length, encoded =>
        {
            if (Crc32C.Of(encoded) != stored.Crc)
                throw new DataException("The packed picture is damaged.", where, "its checksum", "copy the file again, or pack the data again");
            var whole = ImageDecoder.LoadWindow(encoded, where, (width, height) => new PixelWindow(0, 0, width, height, 1));
            if ((whole.Window.Width, whole.Window.Height) == (window.Width, window.Height))
                return whole.MoveTo(window, stored.Picture[0], stored.Picture[1]);
            whole.Dispose();
            throw new DataException($"The packed picture has {whole.Window.Width}×{whole.Window.Height} pixels.", where, $"{window.Width}×{window.Height}, as the index says", "pack the data again");
        });
    }

    /// <summary>None: what is packed needs no other cache.</summary>
    public string? ContentHash() => null;

    internal static PixelWindow WindowOf(PackIndex.Pixels p) => new(p.Window[0], p.Window[1], p.Window[2], p.Window[3], p.Window[4]);

    private PackIndex.Pixels Stored() => _pixels ?? throw new DataException(
        "No picture was packed for this person.", $"{_file.Path}, {_who}", "a person that is no crowd and has a box in the picture", "leave the person out");
}
