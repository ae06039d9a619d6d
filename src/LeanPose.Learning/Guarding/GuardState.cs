using System.Collections.Immutable;
using System.Text.Json;
using LeanPose.Datasets;

namespace LeanPose.Learning.Guarding;

/// <summary>What a guard remembers; a checkpoint keeps it, so that a resumed run is judged as one that was never stopped.</summary>
public sealed record GuardState
{
    /// <summary>The highest mean maximum on unlabelled persons that three looks in a row reached; 0 before.</summary>
    public double Level { get; init; }

    /// <summary>That maximum in the last two looks.</summary>
    public ImmutableArray<double> Recent { get; init; } = [];

    /// <summary>Looks in a row at which a sign was bad.</summary>
    public ImmutableSortedDictionary<AlarmKind, int> Streaks { get; init; } = ImmutableSortedDictionary<AlarmKind, int>.Empty;

    /// <summary>What the user was warned of already.</summary>
    public ImmutableArray<AlarmKind> Told { get; init; } = [];

    /// <summary>How often the run went back; what a rollback halves is halved so often.</summary>
    public int Rollbacks { get; init; }

    /// <summary>Looks in a row at which a sign was bad.</summary>
    public int Streak(AlarmKind kind) => Streaks.GetValueOrDefault(kind);

    /// <summary>For a checkpoint.</summary>
    public string ToJson() => JsonSerializer.Serialize(this);

    /// <summary>From a checkpoint.</summary>
    /// <exception cref="DataException">It is no such text.</exception>
    public static GuardState FromJson(string json, string path)
    {
        try
        {
            return JsonSerializer.Deserialize<GuardState>(json) ?? throw new JsonException();
        }
        catch (JsonException e)
        {
            throw new DataException("The checkpoint's memory of the guard cannot be read.", path, "the JSON that LeanPose writes", "Resume from an earlier checkpoint, or start a new run.", e);
        }
    }
}
