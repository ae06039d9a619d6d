using LeanPose.Datasets;
using SkiaSharp;
using static LeanPose.Checks.CheckCatalog;

namespace LeanPose.Checks.Validators;

/// <summary>Whether every picture is there, can be decoded, and is the one that the file describes.</summary>
internal sealed class ImageValidator : IValidator
{
    public void Look(CheckedData data, FindingList findings)
    {
        foreach (var set in data.Own)
        {
            var withPersons = set.Persons.Select(p => p.Image).ToHashSet();
            var folder = set.Persons.Count == 0 && set.Source.Annotations is null;
            Missing(set, image => folder || withPersons.Contains(image), findings);
            foreach (var image in set.Images)
            {
                if (image.Probe is { Problem: { } problem, IsMissing: false })
                    findings.Add(set.OfImage(ImageBroken, FindingSeverity.Error, image, problem.Problem, problem.Expected ?? "a picture that can be read", problem.Fix ?? "fetch the file again, or take it out", tree => tree.DropImage(image.Index)));
                else if (image.Probe is { Problem: null } probe && !Turned(set, image, probe, findings))
                    Size(set, image, probe, findings);
            }
        }
    }

    private static void Missing(CheckedSet set, Func<CheckedImage, bool> isUsed, FindingList findings)
    {
        var missing = set.Images.Where(i => i.Probe is { IsMissing: true }).ToArray();
        // A wrong folder is one mistake and not as many as there are pictures.
        if (missing.Length > 3 && missing.Length == set.Images.Count && set.Source.Images is { } folder)
        {
            findings.Add(set.OfSet(ImageMissing, FindingSeverity.Error, "images", $"None of the {missing.Length} pictures is in {folder}; the first is {missing[0].FileName}.", "the pictures that the file names", Directory.Exists(folder) ? ImageFiles.Suggest(missing[0].FileName, folder) : "check the path of the image folder"));
            return;
        }

        foreach (var image in missing)
            findings.Add(set.OfImage(ImageMissing, isUsed(image) ? FindingSeverity.Error : FindingSeverity.Hint, image, $"{image.FileName} is not in {set.Source.Images}.", "every picture that the file names", isUsed(image) ? ImageFiles.Suggest(image.FileName, set.Source.Images ?? ".") : "nothing has to be done: nobody is annotated on it", tree => tree.DropImage(image.Index)));
    }

    /// <summary>Whether how the picture is stored explains whatever is odd about its size.</summary>
    private static bool Turned(CheckedSet set, CheckedImage image, PictureProbe probe, FindingList findings)
    {
        if (probe.Origin <= SKEncodedOrigin.TopLeft)
            return false;
        var swaps = probe.Origin >= SKEncodedOrigin.LeftTop;
        var (stated, upright) = ((image.StatedWidth, image.StatedHeight), (probe.Width, probe.Height));
        var asStored = swaps && stated == (probe.Height, probe.Width) && probe.Width != probe.Height;
        var asShown = swaps && stated == upright && probe.Width != probe.Height;
        if (!asStored && !asShown && stated != upright && stated != (0, 0))
            return false;
        var severity = asStored ? FindingSeverity.Error : asShown ? FindingSeverity.Hint : FindingSeverity.Warning;
        findings.Add(set.OfImage(
            ExifRotation,
            severity,
            image,
            $"EXIF says that the picture is stored {Describe(probe.Origin)}; {(asStored ? "the file gives the size as stored, so its labels lie on the turned picture" : asShown ? "the file gives the size as shown" : "the size does not tell on which of the two the labels lie")}.",
            "pictures stored upright: viewers and LeanPose show them upright, some tools do not",
            asShown ? "nothing has to be done for LeanPose" : "look at the labels; turn the pixels as the labels lie and take the EXIF entry out"));
        return true;
    }

    private static void Size(CheckedSet set, CheckedImage image, PictureProbe probe, FindingList findings)
    {
        if (image.StatedWidth == 0 || image.StatedHeight == 0 || (image.StatedWidth, image.StatedHeight) == (probe.Width, probe.Height))
            return;
        double x = (double)probe.Width / image.StatedWidth, y = (double)probe.Height / image.StatedHeight;
        var scaled = Math.Abs(x - y) < 0.02 * x;
        findings.Add(set.OfImage(
            ImageSize,
            FindingSeverity.Error,
            image,
            FormattableString.Invariant($"The picture has {probe.Width}×{probe.Height} pixels{(scaled ? $", {x:0.###} times what the file says" : "")}."),
            $"{image.StatedWidth}×{image.StatedHeight}, as the file says",
            scaled ? "use the pictures that were annotated: boxes and keypoints count the other size's pixels" : "use the picture that was annotated, or correct width and height"));
    }

    private static string Describe(SKEncodedOrigin origin) => origin switch
    {
        SKEncodedOrigin.TopRight => "mirrored",
        SKEncodedOrigin.BottomRight => "upside down",
        SKEncodedOrigin.BottomLeft => "mirrored and upside down",
        SKEncodedOrigin.RightTop => "turned by 90 degrees to the left",
        SKEncodedOrigin.LeftBottom => "turned by 90 degrees to the right",
        _ => "turned and mirrored",
    };
}
