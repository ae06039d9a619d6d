using System.Collections.Immutable;
using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Imaging;

namespace LeanPose.Synthetic;

/// <summary>One person of a made picture, with the truth about it.</summary>
/// <param name="Box">Tight bound of the person's silhouette inside the picture, hidden parts included; image pixels, edges at whole numbers.</param>
/// <param name="Keypoints">
/// The 17 keypoints of COCO, image pixels, (0, 0) being the middle of the top left pixel: 2 where nothing nearer covers the
/// joint, 1 where the body itself, another person or a thing covers it, 0 (and 0, 0) outside the picture.
/// </param>
/// <param name="Area">Pixels of the silhouette inside the picture, hidden parts included.</param>
public sealed record SyntheticPerson(Box Box, ImmutableArray<Keypoint> Keypoints, double Area);

/// <summary>A made picture and everybody in it.</summary>
/// <param name="Image">The picture, before any JPEG compression.</param>
/// <param name="Persons">All persons of whom anything can be seen, farthest first.</param>
/// <param name="JpegQuality">The quality to compress this picture with, 1 to 100: part of the look, like its noise.</param>
public sealed record SyntheticScene(RgbImage Image, ImmutableArray<SyntheticPerson> Persons, int JpegQuality);
