namespace LeanPose.Synthetic;

/// <summary>What to make. The same options always make the same pictures.</summary>
public sealed record SyntheticOptions
{
    /// <summary>Name of a <see cref="SyntheticDomain"/>; <c>studio</c> when not said.</summary>
    public string Domain { get; init; } = "studio";

    /// <summary>Picture width, pixels; 256 when not said, 32 to 4096.</summary>
    public int Width { get; init; } = 256;

    /// <summary>Picture height, pixels; 192 when not said, 32 to 4096.</summary>
    public int Height { get; init; } = 192;

    /// <summary>Number of pictures that <see cref="SyntheticDataset.Write"/> makes; 100 when not said.</summary>
    public int Count { get; init; } = 100;

    /// <summary>Every seed is another world of pictures; 0 when not said.</summary>
    public int Seed { get; init; }

    /// <summary>Fewest persons in a picture; 1 when not said.</summary>
    public int PersonsMin { get; init; } = 1;

    /// <summary>Most persons in a picture; 3 when not said, at most 200.</summary>
    public int PersonsMax { get; init; } = 3;

    /// <summary>Checks all options at once.</summary>
    /// <exception cref="ArgumentException">One or more options are out of range; the message names every one.</exception>
    public void Validate()
    {
        List<string> problems = [];
        if (!SyntheticDomain.All.Any(d => d.Name == Domain))
            problems.Add($"Domain '{Domain}' is not known; there are {string.Join(", ", SyntheticDomain.All.Select(d => d.Name))}.");
        Check(nameof(Width), Width, 32, 4096);
        Check(nameof(Height), Height, 32, 4096);
        Check(nameof(Count), Count, 0, 10_000_000);
        Check(nameof(PersonsMin), PersonsMin, 0, 200);
        Check(nameof(PersonsMax), PersonsMax, PersonsMin, 200);
        if (problems.Count > 0)
            throw new ArgumentException("Synthetic data cannot be made with these options:\n  " + string.Join("\n  ", problems));

        void Check(string name, int value, int low, int high)
        {
            if (value < low || value > high)
                problems.Add($"{name} is {value}; expected {low} to {high}.");
        }
    }
}
