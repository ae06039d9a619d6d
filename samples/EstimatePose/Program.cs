// dotnet run --project samples/EstimatePose -- MODEL.onnx PICTURE [LEFT TOP WIDTH HEIGHT]
using System.Globalization;
using LeanPose.Geometry;
using LeanPose.Imaging;
using LeanPose.Runtime;

if (args.Length is not (2 or 6))
{
    Console.Error.WriteLine("Usage: EstimatePose MODEL.onnx PICTURE [LEFT TOP WIDTH HEIGHT]");
    return 2;
}

using var estimator = PoseEstimator.Load(args[0]);
var image = ImageDecoder.Load(args[1]);
var n = args[2..].Select(a => double.Parse(a, CultureInfo.InvariantCulture)).ToArray();
var pose = estimator.Estimate(image, [n.Length == 0 ? new Box(0, 0, image.Width, image.Height) : new Box(n[0], n[1], n[2], n[3])])[0];
foreach (var (name, point) in estimator.Skeleton.Keypoints.Zip(pose.Keypoints))
    Console.WriteLine($"{name,-16}{point.X,8:0.0}{point.Y,8:0.0}{point.Score,7:0.00}");
return 0;
