using System.Text.Json.Nodes;
using LeanPose.Imaging;

namespace LeanPose.Tests.Checks;

/// <summary>A fault that was put in on purpose.</summary>
/// <param name="Code">What must be found.</param>
/// <param name="Place">The record at which it must be found.</param>
/// <param name="Keypoint">The keypoint, where it is one's.</param>
public sealed record KnownFault(string Code, string Place, string? Keypoint = null);

/// <summary>One fault of every kind that concerns a record, each on a picture and a person of its own.</summary>
internal static class KnownFaults
{
    private const int LeftElbow = 7, LeftWrist = 9, LeftHip = 11, RightHip = 12, LeftKnee = 13;

    public static IReadOnlyList<KnownFault> PutInto(DrawnSet set)
    {
        var faults = new List<KnownFault>();
        // Only persons that are shown whole, upright and large: what is done to them must be the only thing that is odd.
        var free = new Queue<int>(Enumerable.Range(0, set.Annotations.Count).Where(a => IsPlain(set, a)));
        int Person() => free.Dequeue();
        int ImageOf(int annotation) => (int)set.Annotation(annotation)["image_id"]! - 1;
        void Of(int annotation, string code, string? keypoint = null) => faults.Add(new(code, $"annotations[{annotation}]", keypoint));
        void OfImage(int image, string code) => faults.Add(new(code, $"images[{image}]"));

        var a = ImageOf(Person());
        File.Delete(set.Picture(a));
        OfImage(a, "image-missing");

        a = ImageOf(Person());
        File.WriteAllBytes(set.Picture(a), File.ReadAllBytes(set.Picture(a))[..^600]);
        OfImage(a, "image-broken");

        a = ImageOf(Person());
        set.Images[a]!["width"] = 2 * (int)set.Images[a]!["width"]!;
        set.Images[a]!["height"] = 2 * (int)set.Images[a]!["height"]!;
        OfImage(a, "image-size");

        a = ImageOf(Person());
        File.WriteAllBytes(set.Picture(a), Turned(File.ReadAllBytes(set.Picture(a))));
        OfImage(a, "exif-rotation");

        var (first, second) = (ImageOf(Person()), ImageOf(Person()));
        File.Copy(set.Picture(Math.Min(first, second)), set.Picture(Math.Max(first, second)), overwrite: true);
        OfImage(Math.Max(first, second), "image-duplicate");

        a = ImageOf(Person());
        ImageEncoder.SaveJpeg(ImageDecoder.Load(set.Picture(a)), Path.Combine(set.Pictures, "again.jpg"), 70);
        set.Images.Add(new JsonObject { ["id"] = 9001, ["file_name"] = "again.jpg", ["width"] = (int)set.Images[a]!["width"]!, ["height"] = (int)set.Images[a]!["height"]! });
        OfImage(set.Images.Count - 1, "image-similar");

        var p = Person();
        set.Move(p, LeftWrist, 400, 30);
        Of(p, "keypoint-outside-image", "left_wrist");

        p = Person();
        var box = set.Box(p);
        var beside = box[0] + (box[2] / 2) < 96 ? 190 : 1;
        set.Move(p, LeftElbow, beside, 2);
        Of(p, "keypoint-outside-box", "left_elbow");

        p = Person();
        set.Move(p, LeftKnee, 0, 0);
        Of(p, "keypoint-at-origin", "left_knee");

        p = Person();
        set.Set(p, "keypoints", set.Keypoints(p)[..^1]);
        Of(p, "keypoint-count");

        p = Person();
        set.Annotation(p)["num_keypoints"] = 3;
        Of(p, "num-keypoints");

        p = Person();
        var list = set.Keypoints(p);
        list[(3 * LeftHip) + 2] = 0.87;
        set.Set(p, "keypoints", list);
        Of(p, "visibility-value");

        p = Person();
        set.Set(p, "bbox", set.Box(p)[0], set.Box(p)[1], 0, set.Box(p)[3]);
        Of(p, "box-empty");

        p = Person();
        box = set.Box(p);
        set.Set(p, "bbox", box[0] + box[2], box[1], -box[2], box[3]);
        Of(p, "box-malformed");

        // Far enough right that the corner, taken for a width, leads out of the picture.
        p = free.First(q => (2 * set.Box(q)[0]) + set.Box(q)[2] > 210);
        free = new(free.Where(q => q != p));
        box = set.Box(p);
        set.Set(p, "bbox", box[0], box[1], box[0] + box[2], box[1] + box[3]);
        Of(p, "box-corners");

        p = Person();
        set.Set(p, "bbox", 300, 10, 40, 80);
        set.Annotation(p)["area"] = 1500;
        Of(p, "box-outside-image");

        p = Person();
        set.Annotation(p)["area"] = 0;
        Of(p, "area-mismatch");

        p = Person();
        var twin = set.Annotation(p).DeepClone();
        twin["id"] = 9001;
        set.Annotations.Add(twin);
        Of(set.Annotations.Count - 1, "person-duplicate");

        p = Person();
        list = set.Keypoints(p);
        for (var k = 0; k < 17; k++)
            list[(3 * k) + 2] = 0;
        set.Set(p, "keypoints", list);
        set.Annotation(p)["num_keypoints"] = 0;
        Of(p, "person-invisible");

        p = free.First(q => Broad(set, q));
        free = new(free.Where(q => q != p));
        list = set.Keypoints(p);
        for (var i = 0; i < 3; i++)
            (list[(3 * LeftHip) + i], list[(3 * RightHip) + i]) = (list[(3 * RightHip) + i], list[(3 * LeftHip) + i]);
        set.Set(p, "keypoints", list);
        Of(p, "sides-swapped", "left_hip");

        // At the right of the picture, so that the swapped points lie outside the box.
        p = free.First(q => set.Box(q)[0] > 75);
        free = new(free.Where(q => q != p));
        list = set.Keypoints(p);
        for (var k = 0; k < 17; k++)
            (list[3 * k], list[(3 * k) + 1]) = (list[(3 * k) + 1], list[3 * k]);
        set.Set(p, "keypoints", list);
        Of(p, "axes-swapped");

        p = Person();
        list = set.Keypoints(p);
        for (var k = 0; k < 17; k++)
            (list[3 * k], list[(3 * k) + 1]) = (list[3 * k] / 192, list[(3 * k) + 1] / 144);
        set.Set(p, "keypoints", list);
        Of(p, "coordinates-normalised");

        p = Person();
        box = set.Box(p);
        list = set.Keypoints(p);
        // The corner of the box that is farther from the elbow.
        set.Move(p, LeftWrist, list[3 * LeftElbow] > box[0] + (box[2] / 2) ? box[0] + 1 : box[0] + box[2] - 2, box[1] + box[3] - 2);
        Of(p, "limb-length", "left_wrist");

        p = Person();
        box = set.Box(p);
        list = set.Keypoints(p);
        for (var k = 0; k < 17; k++)
            (list[3 * k], list[(3 * k) + 1]) = (box[0] + (0.25 * (list[3 * k] - box[0])), box[1] + (0.25 * (list[(3 * k) + 1] - box[1])));
        set.Set(p, "keypoints", list);
        Of(p, "scale-outlier");

        p = Person();
        box = set.Box(p);
        set.Set(p, "bbox", box[0] + (box[2] / 2) < 96 ? 170 : 2, 2, 16, 20);
        set.Annotation(p)["area"] = 200;
        Of(p, "target-empty");

        p = Person();
        list = set.Keypoints(p);
        set.Move(p, LeftWrist, list[3 * LeftElbow], list[(3 * LeftElbow) + 1]);
        Of(p, "keypoints-coincide", "left_wrist");

        p = Person();
        set.Annotation(p)["id"] = (int)set.Annotation(0)["id"]!;
        Of(p, "duplicate-id");

        p = Person();
        set.Annotation(p)["image_id"] = 777777;
        Of(p, "image-unknown");

        p = Person();
        set.Annotation(p)["category_id"] = 5;
        Of(p, "category-unknown");

        p = Person();
        set.Annotation(p)["bbox"] = "somewhere";
        Of(p, "record-malformed");

        p = Person();
        box = set.Box(p);
        for (var k = 0; k < 5; k++)
            set.Move(p, k, 0, 0, 0);
        set.Set(p, "bbox", box[0], 0, box[2], box[1] + box[3]);
        Of(p, "person-cut");

        p = Person();
        set.Annotation(p)["bbox"] = new JsonArray(set.Box(p)[0], set.Box(p)[1]);
        Of(p, "box-malformed");

        set.Category["flip_idx"] = new JsonArray([.. new[] { 0, 2, 1, 4, 3, 6, 5, 8, 7, 9, 10, 12, 11, 14, 13, 16, 15 }.Select(k => (JsonNode)k)]);
        faults.Add(new("flip-table", "categories[0]"));
        set.Category["sigmas"] = new JsonArray([.. Enumerable.Repeat(0, 17).Select((_, k) => (JsonNode)(k == 3 ? 3.5 : SkeletonSigma(k)))]);
        faults.Add(new("sigmas", "categories[0]", "left_ear"));
        set.Category["skeleton"]!.AsArray().Add(new JsonArray(0, 17));
        faults.Add(new("skeleton-limbs", "categories[0]"));
        return faults;
    }

    private static double SkeletonSigma(int k) => LeanPose.Skeletons.KnownSkeletons.Coco17.Sigmas[k];

    private static bool IsPlain(DrawnSet set, int annotation)
    {
        var (list, box) = (set.Keypoints(annotation), set.Box(annotation));
        return Enumerable.Range(0, 17).All(k => list[(3 * k) + 2] > 0) && box[3] > 80 && box[0] > 2 && box[1] > 2 && box[0] + box[2] < 190 && box[1] + box[3] < 142;
    }

    // Shoulders and hips seen broadly.
    private static bool Broad(DrawnSet set, int annotation)
    {
        var list = set.Keypoints(annotation);
        var (shoulders, hips) = (list[15] - list[18], list[33] - list[36]);
        return Math.Abs(shoulders) > 0.16 * set.Box(annotation)[3] && hips * shoulders > 0 && Math.Abs(hips) > 0.55 * Math.Abs(shoulders);
    }

    private static byte[] Turned(byte[] jpeg)
    {
        byte[] exif =
        [
            0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8,
            (byte)'I', (byte)'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0,
        ];
        return [.. jpeg.AsSpan(0, 2), .. exif, .. jpeg.AsSpan(2)];
    }
}
