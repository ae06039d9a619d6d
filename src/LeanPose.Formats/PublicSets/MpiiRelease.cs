using LeanPose.Datasets;
using LeanPose.Formats.Matlab;
using LeanPose.Formats.Reading;
using LeanPose.Geometry;
using LeanPose.Skeletons;

namespace LeanPose.Formats.PublicSets;

/// <summary>
/// MPII's own file: <c>RELEASE.annolist(n).annorect(m)</c> with <c>annopoints.point(k)</c> of <c>x</c>, <c>y</c>, <c>id</c> (0 to 15) and <c>is_visible</c>,
/// <c>scale</c>, <c>objpos</c> and the head's corners <c>x1</c>, <c>y1</c>, <c>x2</c>, <c>y2</c>; <c>RELEASE.img_train(n)</c> says which pictures have labels.
/// </summary>
internal static class MpiiRelease
{
    private const string Expected = "MPII's structure, as mpii_human_pose_v1_u12_1.mat has it";

    /// <exception cref="DataException">The file is none of MPII's.</exception>
    public static void Read(string path, DatasetBuilder builder)
    {
        var release = MatFile.Read(path).Struct("RELEASE", Expected);
        if (release.Count != 1 || release.Get(0, "annolist") is not MatStruct pictures)
            throw new DataException("\"RELEASE.annolist\" is missing.", path, Expected, "give the file as published");
        var training = (release.Get(0, "img_train") as MatNumbers)?.Values;
        for (var n = 0; n < pictures.Count; n++)
        {
            if (training is not null && (n >= training.Length || training[n] == 0))
                continue;
            var place = $"{path}, RELEASE.annolist({n + 1})";
            if ((pictures.Get(n, "image") as MatStruct)?.Get(0, "name")?.Text is not { } name)
            {
                builder.Problems.Add("The picture has no name.", place, "\"image.name\"");
                continue;
            }

            var image = builder.Image(name, place);
            if (pictures.Get(n, "annorect") is not MatStruct persons)
                continue;
            for (var m = 0; m < persons.Count; m++)
                Add(persons, m, image, $"{place}.annorect({m + 1})", builder);
        }
    }

    private static void Add(MatStruct persons, int m, ImageRecord image, string place, DatasetBuilder builder)
    {
        // Persons without points are those of whom only the head was marked.
        if (persons.Get(m, "annopoints") is not MatStruct { Count: > 0 } annotation || annotation.Get(0, "point") is not MatStruct points)
            return;
        var keypoints = new Keypoint[KnownSkeletons.Mpii16.Count];
        for (var k = 0; k < points.Count; k++)
        {
            if (points.Get(k, "id")?.Number is not { } id || id != Math.Floor(id) || id < 0 || id >= keypoints.Length
                || points.Get(k, "x")?.Number is not { } x || points.Get(k, "y")?.Number is not { } y)
            {
                builder.Problems.Add("The point has no place or no known id.", $"{place}.annopoints.point({k + 1})", "x, y and an id from 0 to 15");
                return;
            }

            keypoints[(int)id] = MatlabPoint.Of(x, y, points.Get(k, "is_visible")?.Number == 0 ? Visibility.Hidden : Visibility.Visible);
        }

        builder.Add(new(image) { Points = [.. keypoints], Box = PersonBox(persons, m), KeepBox = true, HeadBox = Head(persons, m) });
    }

    private static Box? PersonBox(MatStruct persons, int m) =>
        persons.Get(m, "scale")?.Number is { } scale && persons.Get(m, "objpos") is MatStruct { Count: > 0 } centre
        && centre.Get(0, "x")?.Number is { } x && centre.Get(0, "y")?.Number is { } y
            ? MpiiFormat.PersonBox(x, y, scale)
            : null;

    private static Box? Head(MatStruct persons, int m) =>
        persons.Get(m, "x1")?.Number is { } x1 && persons.Get(m, "y1")?.Number is { } y1
        && persons.Get(m, "x2")?.Number is { } x2 && persons.Get(m, "y2")?.Number is { } y2
            ? new(x1 - 1, y1 - 1, x2 - x1, y2 - y1)
            : null;
}
