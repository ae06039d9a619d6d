using System.Numerics;
using LeanPose.Datasets;
using LeanPose.Synthetic.Cameras;
using LeanPose.Synthetic.Figures;
using LeanPose.Synthetic.Painting;

namespace LeanPose.Synthetic;

/// <summary>Where a keypoint is and whether it can be seen.</summary>
internal static class KeypointTruth
{
    /// <summary>COCO's keypoints.</summary>
    public const int Count = 17;

    // A spot of the head is seen as long as the head's surface there does not turn away by more than this (cosine).
    private const float FaceLimit = 0.08f;
    private const float EarLimit = -0.2f;

    /// <summary>The label of one keypoint: its projection, to 1/100 pixel, and its visibility by the map.</summary>
    public static Keypoint Of(int coco, Figure figure, int person, ICamera camera, Layers layers)
    {
        var joint = figure.Joint(coco);
        var pixel = camera.Project(joint).Pixel - new Vector2(0.5f);
        var (x, y) = (Math.Round((double)pixel.X, 2), Math.Round((double)pixel.Y, 2));
        if (!(x >= 0 && y >= 0 && x <= layers.Width - 1 && y <= layers.Height - 1))
            return default;
        var seen = Faces(coco, figure, camera) && Shows(coco, figure, person, camera, layers, (int)Math.Round(x), (int)Math.Round(y));
        return new Keypoint(x, y, seen ? Visibility.Visible : Visibility.Hidden);
    }

    /// <summary>The parts on whose surface a keypoint is seen.</summary>
    internal static bool Owns(int coco, Part part) => coco switch
    {
        <= 4 => part == Part.Head,
        5 => part is Part.Torso or Part.LeftUpperArm,
        6 => part is Part.Torso or Part.RightUpperArm,
        7 => part is Part.LeftUpperArm or Part.LeftForearm,
        8 => part is Part.RightUpperArm or Part.RightForearm,
        9 => part is Part.LeftForearm or Part.LeftHand,
        10 => part is Part.RightForearm or Part.RightHand,
        11 => part is Part.Torso or Part.Skirt or Part.LeftThigh,
        12 => part is Part.Torso or Part.Skirt or Part.RightThigh,
        13 => part is Part.LeftThigh or Part.LeftShin,
        14 => part is Part.RightThigh or Part.RightShin,
        15 => part is Part.LeftShin or Part.LeftFoot,
        _ => part is Part.RightShin or Part.RightFoot,
    };

    private static bool Faces(int coco, Figure figure, ICamera camera)
    {
        if (coco > 4)
            return true;
        var view = Vector3.Normalize(Vector3.Transform(camera.Position - figure.HeadCenter, Quaternion.Conjugate(figure.HeadTurn)));
        var side = coco is 2 or 4 ? -1 : 1;
        return coco switch
        {
            0 => Vector3.Dot(Vector3.UnitZ, view) > -0.1f,
            1 or 2 => Vector3.Dot(Figure.EyeSpot * new Vector3(side, 1, 1), view) > FaceLimit,
            _ => side * view.X > EarLimit,
        };
    }

    private static bool Shows(int coco, Figure figure, int person, ICamera camera, Layers layers, int x, int y)
    {
        var map = layers.Map;
        // The pixel itself or one beside it: joints of thin limbs lie within a pixel of the rim.
        foreach (var (dx, dy) in (ReadOnlySpan<(int, int)>)[(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)])
        {
            var (u, v) = (Math.Clamp(x + dx, 0, layers.Width - 1), Math.Clamp(y + dy, 0, layers.Height - 1));
            var (who, part) = Layers.Decode(map[(v * layers.Width) + u]);
            if (who == person && Owns(coco, part) && !BehindTrunk(coco, part, figure, camera))
                return true;
        }

        return false;
    }

    // In profile the trunk shows one shoulder and one hip and hides the other, though it owns both.
    private static bool BehindTrunk(int coco, Part part, Figure figure, ICamera camera)
    {
        if (coco is not (5 or 6 or 11 or 12) || part is not (Part.Torso or Part.Skirt))
            return false;
        var joint = figure.Joint(coco);
        var other = figure.Joint(coco % 2 == 1 ? coco + 1 : coco - 1);
        var view = Vector3.Normalize(camera.Position - joint);
        return Vector3.Dot(Vector3.Normalize(joint - other), view) < -0.75f;
    }
}
