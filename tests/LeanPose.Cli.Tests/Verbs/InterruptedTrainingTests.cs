using System.Globalization;
using LeanPose.Cli.Terminal;
using LeanPose.Cli.Tests.Terminal;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Cli.Tests.Verbs;

/// <summary>A run whose process is killed loses at most the steps since its last checkpoint, and ends as if nothing had happened.</summary>
public sealed class InterruptedTrainingTests : IDisposable
{
    private const int Steps = 40;
    private readonly SmallProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Killed_at_a_random_step_and_resumed_it_gives_the_same_bytes()
    {
        var whole = await CommandLine.Run(_project.Path, Train("whole"));
        Assert.True(whole.ExitCode == ExitCode.Ok, whole.Error);

        var fatal = Random.Shared.Next(5, Steps - 5);
        TestContext.Current.TestOutputHelper?.WriteLine($"killed after step {fatal}");
        using (var process = CommandLine.Start(_project.Path, Train("killed")))
        {
            while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            {
                if (line.StartsWith("step ", StringComparison.Ordinal) && int.Parse(line[5..line.IndexOf('/', StringComparison.Ordinal)], CultureInfo.InvariantCulture) >= fatal)
                    break;
            }

            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Assert.False(File.Exists(_project["killed", "model.safetensors"]), "the run was over before it was killed");
        var resumed = await CommandLine.Run(_project.Path, "train", "killed", "--resume");
        Assert.True(resumed.ExitCode == ExitCode.Ok, resumed.Error);

        var weights = GoldenTensors.Read(_project["whole", "model.safetensors"]);
        Assert.Contains("final_layer.weight", weights.Names);
        Assert.Equal(File.ReadAllBytes(_project["whole", "model.safetensors"]), File.ReadAllBytes(_project["killed", "model.safetensors"]));
        Assert.Equal(LoggedSteps("whole"), LoggedSteps("killed"));
    }

    private static string[] Train(string run) =>
    [
        "train", "recipe.yaml", "--out", run, "--set", "method.name=sspcm", "--set", "data.unlabelled.images=images",
        "--set", $"training.steps={Steps}", "--set", "training.epochSteps=7", "--set", "training.checkpointEvery=3", "--set", "training.logEvery=1",
    ];

    private string[] LoggedSteps(string run) =>
        [.. File.ReadLines(_project[run, "log.jsonl"]).Where(l => l.Contains("\"event\":\"step\"", StringComparison.Ordinal)).Select(l => l[..l.IndexOf(",\"time\"", StringComparison.Ordinal)])];
}
