using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LeanPose.Datasets;

namespace LeanPose.Learning.Training;

/// <summary>The persons of a run.</summary>
/// <param name="Labelled">To learn from, with labels.</param>
/// <param name="Unlabelled">To learn from, without; null for methods that need none.</param>
/// <param name="Validation">To measure on; null to measure nothing.</param>
public sealed record TrainingData(PoseDataset Labelled, PoseDataset? Unlabelled, PoseDataset? Validation)
{
    /// <summary>
    /// Who is learnt from, in order, with which boxes and labels: a step draws places in this list, so a run cannot go on with another one. Where
    /// the pictures lie, and in what kind of file, does not matter.
    /// </summary>
    public string Key => $"labelled {Part(Labelled, labels: true)}" + (Unlabelled is null ? "" : $", unlabelled {Part(Unlabelled, labels: false)}");

    private static string Part(PoseDataset persons, bool labels)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var person in persons.Persons)
        {
            // Files of one kind or another hold numbers of more or fewer digits.
            var (x, y, width, height) = (person.Box.X, person.Box.Y, person.Box.Width, person.Box.Height);
            var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{person.Id}: {x:F1} {y:F1} {width:F1} {height:F1}");
            if (labels)
            {
                foreach (var k in person.Keypoints)
                    text.Append(CultureInfo.InvariantCulture, $"; {(k.IsLabelled ? k.X : 0):F1} {(k.IsLabelled ? k.Y : 0):F1} {(int)k.Visibility}");
            }

            hash.AppendData(Encoding.UTF8.GetBytes(text.AppendLine().ToString()));
        }

        return $"{persons.Persons.Length} persons ({Convert.ToHexStringLower(hash.GetHashAndReset())[..12]})";
    }
}
