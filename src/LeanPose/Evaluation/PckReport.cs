using System.Collections.Immutable;

namespace LeanPose.Evaluation;

/// <summary>What <see cref="Pck"/> measured; shares are fractions 0..1, null where nothing could be measured.</summary>
/// <param name="Overall">Correct keypoints over labelled keypoints of all counted persons.</param>
/// <param name="PerJoint">The same by keypoint, in the skeleton's or the caller's order.</param>
/// <param name="PerPerson">The counted persons, in the data set's order.</param>
/// <param name="LeftOut">Persons with labels that have no reference length.</param>
/// <param name="WithoutResult">Counted persons that no result names; their keypoints count as wrong.</param>
public sealed record PckReport(double? Overall, ImmutableArray<JointPck> PerJoint, ImmutableArray<PersonPck> PerPerson, int LeftOut, int WithoutResult)
{
    /// <summary>
    /// The same by <see cref="PckBreakdown"/>'s rows: visible and hidden keypoints, keypoints of small, medium and large persons.
    /// </summary>
    public ImmutableArray<JointPck> Breakdown { get; init; } = [];

    /// <summary>How many persons were counted.</summary>
    public int Persons => PerPerson.Length;

    /// <summary><see cref="Overall"/> with every person counted as often as its weight says: for bootstrap samples.</summary>
    /// <param name="personWeights">One per entry of <see cref="PerPerson"/>.</param>
    /// <exception cref="ArgumentException">As many weights as persons are needed.</exception>
    public double? Weighted(ReadOnlySpan<int> personWeights)
    {
        if (personWeights.Length != Persons)
            throw new ArgumentException($"{Persons} persons need {Persons} weights, not {personWeights.Length}.", nameof(personWeights));
        long correct = 0, labelled = 0;
        for (var i = 0; i < personWeights.Length; i++)
        {
            correct += (long)personWeights[i] * PerPerson[i].Correct;
            labelled += (long)personWeights[i] * PerPerson[i].Labelled;
        }

        return labelled == 0 ? null : (double)correct / labelled;
    }
}

/// <summary>PCK of one keypoint.</summary>
/// <param name="Keypoint">Its name.</param>
/// <param name="Value">Fraction 0..1; null where no counted person has it labelled.</param>
/// <param name="Count">Labelled keypoints measured.</param>
public sealed record JointPck(string Keypoint, double? Value, int Count);

/// <summary>PCK's tally of one person.</summary>
/// <param name="AnnotationId">The person.</param>
/// <param name="Correct">Labelled keypoints that were found.</param>
/// <param name="Labelled">Labelled keypoints that were measured, at least 1.</param>
public readonly record struct PersonPck(long AnnotationId, int Correct, int Labelled);
