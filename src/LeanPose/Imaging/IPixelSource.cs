using LeanPose.Datasets;
using LeanPose.Geometry;

namespace LeanPose.Imaging;

/// <summary>
/// Where a person's pixels come from: the file of the picture, or a packed data set. Whoever cuts crops asks for the part of
/// the picture that they can touch, and never needs to know which of the two it is. Equal sources give equal pixels. Safe to
/// share between threads.
/// </summary>
public interface IPixelSource
{
    /// <summary>Reads the part of the picture that crops of a person can touch, or more of it.</summary>
    /// <param name="frame">The person's frame, pixels of the picture.</param>
    /// <param name="reach">What the crops can touch.</param>
    /// <returns>To be disposed of after use.</returns>
    /// <exception cref="DataException">The picture is missing or broken, or the source does not hold so much of it.</exception>
    PictureWindow Read(PersonFrame frame, CropReach reach);

    /// <summary>Reads all that the source holds of the picture, for looking at.</summary>
    /// <returns>To be disposed of after use.</returns>
    /// <exception cref="DataException">The picture is missing or broken.</exception>
    PictureWindow ReadAll();

    /// <summary>A hash of the picture's content, by which what is read can be kept from run to run; null where that is of no use.</summary>
    /// <exception cref="DataException">The picture is missing.</exception>
    string? ContentHash();
}
