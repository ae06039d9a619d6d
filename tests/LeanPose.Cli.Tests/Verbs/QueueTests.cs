using System.Diagnostics;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Cli.Tests.Verbs;

/// <summary><c>eng/queue</c> with a program in place of leanpose that notes how it was called and writes what a run leaves.</summary>
public sealed class QueueTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public QueueTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A bash script.");
        File.WriteAllText(_folder["stub"], """
            echo "$*" >>calls
            out=$2; [ "$3" != --out ] || out=$4
            mkdir -p "$out"; : >"$out/log.jsonl"
            case $out in *bad*) exit 3 ;; esac
            case $out in *slow*) if [ "$3" = --out ]; then trap 'kill $!; exit 130' TERM; : >"$out/waiting"; sleep 60 & wait $!; fi ;; esac
            : >"$out/model.safetensors"; : >"$out/metrics.json"
            """);
        File.WriteAllText(_folder["a.yaml"], "");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Runs_what_is_not_finished_resumes_what_is_begun_and_goes_on_after_a_failure(int jobs)
    {
        Directory.CreateDirectory(_folder["done"]);
        foreach (var file in new[] { "model.safetensors", "metrics.json" })
            File.WriteAllText(_folder["done", file], "");
        Directory.CreateDirectory(_folder["begun"]);
        File.WriteAllText(_folder["begun", "log.jsonl"], "");
        List("# comment", "", "a.yaml done", "a.yaml bad", "a.yaml new seed=2 training.milestones=[1,2] # why", "a.yaml begun");
        var (code, output) = Queue("-j", jobs.ToString());
        Assert.Equal(1, code);
        Assert.Contains("3 of 4 runs are finished (1 were before), 1 failed\nfailed: bad\n", output);
        Assert.Equal(["train a.yaml --out bad", "train a.yaml --out new --set seed=2 --set training.milestones=[1,2]", "train begun --resume"], File.ReadAllLines(_folder["calls"]).Order());
        File.WriteAllText(_folder["bad", "model.safetensors"], "");
        File.WriteAllText(_folder["bad", "metrics.json"], "");
        Assert.Equal((0, "4 of 4 runs are finished (4 were before), 0 failed\n"), Queue());
    }

    [Fact]
    public void Stops_cleanly_and_goes_on()
    {
        List("a.yaml slow", "a.yaml next");
        using (var process = Start())
        {
            while (!File.Exists(_folder["slow", "waiting"]))
                Thread.Yield();
            using var kill = Process.Start("kill", ["-TERM", process.Id.ToString()]);
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.Equal(130, process.ExitCode);
            Assert.Contains("0 of 2 runs are finished", output);
        }

        Assert.Equal(["train a.yaml --out slow"], File.ReadAllLines(_folder["calls"]));
        Assert.Equal(0, Queue().Code);
        Assert.Equal(["train a.yaml --out slow", "train slow --resume", "train a.yaml --out next"], File.ReadAllLines(_folder["calls"]));
    }

    [Theory]
    [InlineData("a.yaml", "list:1: expected RECIPE OUT [key=value ...]")]
    [InlineData("b.yaml out", "list:1: the recipe b.yaml cannot be read")]
    [InlineData("a.yaml out seed", "list:1: 'seed' is no key=value")]
    [InlineData("a.yaml out\na.yaml out", "list:2: another line has the same OUT")]
    public void A_list_with_a_mistake_starts_nothing(string list, string error)
    {
        List(list.Split('\n'));
        using var process = Start();
        Assert.Contains(error, process.StandardError.ReadToEnd());
        process.WaitForExit();
        Assert.Equal(2, process.ExitCode);
        Assert.False(File.Exists(_folder["calls"]));
    }

    [Fact]
    public void The_lists_of_the_repository_name_recipes_that_exist()
    {
        var root = TestMaterial.RepositoryRoot;
        foreach (var list in Directory.GetFiles(Path.Combine(root, "eng"), "grid-*.txt"))
        {
            var lines = File.ReadLines(list).Where(l => !l.StartsWith('#')).Select(l => l.Split(' ')).ToList();
            Assert.NotEmpty(lines);
            Assert.All(lines, l => Assert.True(File.Exists(Path.Combine(root, l[0])), l[0]));
            Assert.All(lines, l => Assert.EndsWith($"-{l[2].Replace("=", "", StringComparison.Ordinal)}", l[1]));
        }
    }

    private void List(params string[] lines) => File.WriteAllLines(_folder["list"], lines);

    private (int Code, string Output) Queue(params string[] options)
    {
        using var process = Start(options);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    private Process Start(params string[] options)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(TestMaterial.RepositoryRoot, "eng", "queue"), .. options, "list"])
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LEANPOSE"] = "bash stub";
        return Process.Start(start)!;
    }
}
