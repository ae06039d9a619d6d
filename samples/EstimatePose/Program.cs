// dotnet run --project samples/EstimatePose -- MODEL.onnx PICTURE DRAWN.png [DETECTOR.onnx]
using LeanPose.Imaging;
using LeanPose.Runtime;

if (args.Length < 3)
{
    Console.Error.WriteLine("Usage: EstimatePose MODEL.onnx PICTURE DRAWN.png [DETECTOR.onnx]");
    return 2;
}

using var estimator = PoseEstimator.Load(args[0]);
using var detector = args.Length > 3 ? PersonDetector.Load(args[3], new() { MinScore = 0.3 }) : null;
var image = ImageDecoder.Load(args[1]);
var poses = estimator.Estimate(image, detector?.Detect(image).Select(p => p.Box).ToArray() ?? [image.Bounds]);
foreach (var (name, point) in poses.SelectMany(p => estimator.Skeleton.Keypoints.Zip(p.Keypoints)))
    Console.WriteLine(FormattableString.Invariant($"{name,-16}{point.X,8:0.0}{point.Y,8:0.0}{point.Score,7:0.00}"));
estimator.Draw(image, poses);
ImageEncoder.SavePng(image, args[2]);
return 0;
