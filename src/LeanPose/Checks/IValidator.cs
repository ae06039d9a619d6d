namespace LeanPose.Checks;

/// <summary>Looks for one family of faults. A new one is a file in <c>Validators</c> and a line in <see cref="DatasetCheck"/>.</summary>
internal interface IValidator
{
    /// <summary>Reports what it finds. Changes nothing but <see cref="CheckedPerson.IsExplained"/> and <see cref="CheckedPerson.Misplaced"/>.</summary>
    void Look(CheckedData data, FindingList findings);
}
