using System.Collections.Immutable;
using static LeanPose.Checks.FindingSeverity;

namespace LeanPose.Checks;

/// <summary>All that the data check can find. A new code is a line here, a validator that reports it and a page in docs/checks.</summary>
public static class CheckCatalog
{
    internal static readonly CheckCode FileUnreadable = new("file-unreadable", Error, "a file cannot be read, or is not what it should be");
    internal static readonly CheckCode RecordMalformed = new("record-malformed", Error, "a record lacks a field, or a field has the wrong kind of value");
    internal static readonly CheckCode DuplicateId = new("duplicate-id", Error, "an id stands twice");
    internal static readonly CheckCode ImageUnknown = new("image-unknown", Error, "an annotation belongs to a picture that is not in the file");
    internal static readonly CheckCode CategoryUnknown = new("category-unknown", Error, "an annotation has a category that is not in the file");
    internal static readonly CheckCode CategoryId = new("category-id", Hint, "the category of persons has another id than 1");
    internal static readonly CheckCode SkeletonUnusable = new("skeleton-unusable", Error, "the names of the keypoints cannot be used");
    internal static readonly CheckCode SkeletonLimbs = new("skeleton-limbs", Hint, "the limbs of the category do not fit its keypoints");
    internal static readonly CheckCode FlipTable = new("flip-table", Error, "the table of left and right partners is wrong");
    internal static readonly CheckCode Sigmas = new("sigmas", Error, "the OKS sigmas make no sense");
    internal static readonly CheckCode KeypointCount = new("keypoint-count", Error, "the keypoints list has the wrong length");
    internal static readonly CheckCode NumKeypoints = new("num-keypoints", Warning, "num_keypoints is not the number of labelled keypoints");
    internal static readonly CheckCode VisibilityValue = new("visibility-value", Error, "a visibility is not 0, 1 or 2");

    internal static readonly CheckCode ImageMissing = new("image-missing", Error, "a picture is missing");
    internal static readonly CheckCode ImageBroken = new("image-broken", Error, "a picture cannot be decoded");
    internal static readonly CheckCode ImageSize = new("image-size", Error, "a picture has another size than the file says");
    internal static readonly CheckCode ExifRotation = new("exif-rotation", Error, "a picture is stored turned or mirrored");
    internal static readonly CheckCode ImageDuplicate = new("image-duplicate", Warning, "the same picture stands twice in a set");
    internal static readonly CheckCode ImageSimilar = new("image-similar", Hint, "two pictures of a set are nearly the same");
    internal static readonly CheckCode Leakage = new("leakage", Error, "the same picture is in two sets");
    internal static readonly CheckCode LeakageSimilar = new("leakage-similar", Warning, "pictures of two sets are nearly the same");

    internal static readonly CheckCode BoxMalformed = new("box-malformed", Error, "a box is not left, top, width, height");
    internal static readonly CheckCode BoxCorners = new("box-corners", Error, "a box seems to be two corners");
    internal static readonly CheckCode BoxEmpty = new("box-empty", Error, "a box has no area");
    internal static readonly CheckCode BoxOutside = new("box-outside-image", Error, "a box lies outside its picture");
    internal static readonly CheckCode AreaMismatch = new("area-mismatch", Error, "the area does not fit the box");
    internal static readonly CheckCode PersonDuplicate = new("person-duplicate", Warning, "a person is annotated twice");
    internal static readonly CheckCode PersonSmall = new("person-small", Hint, "a person is only a few pixels large");
    internal static readonly CheckCode PersonCut = new("person-cut", Hint, "the frame of the picture cuts a person");
    internal static readonly CheckCode PersonInvisible = new("person-invisible", Warning, "a person has no visible keypoint");

    internal static readonly CheckCode KeypointOutsideImage = new("keypoint-outside-image", Warning, "a labelled keypoint lies outside the picture");
    internal static readonly CheckCode KeypointOutsideBox = new("keypoint-outside-box", Warning, "a labelled keypoint lies far outside the person's box");
    internal static readonly CheckCode KeypointAtOrigin = new("keypoint-at-origin", Warning, "a labelled keypoint lies at 0, 0");
    internal static readonly CheckCode KeypointsCoincide = new("keypoints-coincide", Warning, "two keypoints of a limb lie on one spot");
    internal static readonly CheckCode TargetEmpty = new("target-empty", Error, "the heatmap targets of a person are empty");
    internal static readonly CheckCode AxesSwapped = new("axes-swapped", Error, "x and y seem to have changed places");
    internal static readonly CheckCode CoordinatesNormalised = new("coordinates-normalised", Error, "coordinates seem to count from 0 to 1");
    internal static readonly CheckCode SidesSwapped = new("sides-swapped", Warning, "left and right seem to have changed places");
    internal static readonly CheckCode LimbLength = new("limb-length", Warning, "a limb is far too long for the person");
    internal static readonly CheckCode ScaleOutlier = new("scale-outlier", Warning, "keypoints and box differ in size");

    internal static readonly CheckCode VisibilityUnbalanced = new("visibility-unbalanced", Warning, "a keypoint is rarely or never labelled");
    internal static readonly CheckCode ValidationSmall = new("validation-small", Warning, "too few persons for a stable number");

    /// <summary>All codes, in the order in which data are looked at.</summary>
    public static ImmutableArray<CheckCode> All { get; } =
    [
        FileUnreadable, RecordMalformed, DuplicateId, ImageUnknown, CategoryUnknown, CategoryId, SkeletonUnusable, SkeletonLimbs, FlipTable, Sigmas,
        KeypointCount, NumKeypoints, VisibilityValue,
        ImageMissing, ImageBroken, ImageSize, ExifRotation, ImageDuplicate, ImageSimilar, Leakage, LeakageSimilar,
        BoxMalformed, BoxCorners, BoxEmpty, BoxOutside, AreaMismatch, PersonDuplicate, PersonSmall, PersonCut, PersonInvisible,
        KeypointOutsideImage, KeypointOutsideBox, KeypointAtOrigin, KeypointsCoincide, TargetEmpty, AxesSwapped, CoordinatesNormalised,
        SidesSwapped, LimbLength, ScaleOutlier,
        VisibilityUnbalanced, ValidationSmall,
    ];

    /// <summary>The code of that name, or null.</summary>
    public static CheckCode? Find(string code) => All.FirstOrDefault(c => c.Code == code);
}
