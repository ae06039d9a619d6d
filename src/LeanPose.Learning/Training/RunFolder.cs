using LeanPose.Datasets;

namespace LeanPose.Learning.Training;

/// <summary>The folder of one run: what it was asked to do, what it did, and the weights.</summary>
public sealed class RunFolder
{
    private RunFolder(string path) => Path = System.IO.Path.GetFullPath(path);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The recipe as resolved.</summary>
    public string RecipeFile => In("recipe.yaml");

    /// <summary>Which persons were labelled, unlabelled and for validation.</summary>
    public string SplitFile => In("split.json");

    /// <summary>What happened, one JSON object a line.</summary>
    public string Log => In("log.jsonl");

    /// <summary>Folder of TensorBoard event files.</summary>
    public string TensorBoard => In("tensorboard");

    /// <summary>The deployed network's final report.</summary>
    public string Metrics => In("metrics.json");

    /// <summary>The deployed network's final predictions, person by person.</summary>
    public string Results => In("results.json");

    /// <summary>The page to look at.</summary>
    public string Report => In("report.html");

    /// <summary>The deployed network's weights.</summary>
    public string Model => In("model.safetensors");

    /// <summary>Everything needed to go on.</summary>
    public string Checkpoint => In("checkpoints", "last.safetensors");

    /// <summary>What a rollback goes back to, where the last checkpoint is not healthy.</summary>
    public string HealthyCheckpoint => In("checkpoints", "healthy.safetensors");

    /// <summary>What a run goes on from; null when there is none. A run that was killed while it put a checkpoint aside has that one.</summary>
    public string? LatestCheckpoint => new[] { Checkpoint, HealthyCheckpoint }.FirstOrDefault(File.Exists);

    /// <summary>The files above: all but the page and TensorBoard's, which can be written again.</summary>
    public IReadOnlyList<string> Files => [RecipeFile, SplitFile, Log, Metrics, Results, Model, Checkpoint, HealthyCheckpoint];

    /// <summary>Makes a folder for a new run, or takes up the one that is there when resuming.</summary>
    /// <exception cref="DataException">The folder holds a run already and this is not a resume, or it cannot be made.</exception>
    public static RunFolder Create(string path, bool resume = false)
    {
        var run = new RunFolder(path);
        if (!resume && (run.LatestCheckpoint is not null || File.Exists(run.Log)))
            throw new DataException("The run folder holds a run already.", run.Path, fix: "Continue it with --resume, or choose another folder with --out.");
        try
        {
            Directory.CreateDirectory(run.Path);
            var probe = run.In($".write-probe-{Guid.NewGuid():N}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"The run folder cannot be written to: {e.Message}", run.Path, fix: "Choose another folder with --out.", inner: e);
        }

        return run;
    }

    /// <summary>Opens the folder of a run.</summary>
    /// <exception cref="DataException">It holds no run.</exception>
    public static RunFolder Open(string path)
    {
        var run = new RunFolder(path);
        return run.LatestCheckpoint is not null || File.Exists(run.Log) || File.Exists(run.Model)
            ? run
            : throw new DataException("The folder holds no run.", run.Path, "log.jsonl and checkpoints/last.safetensors, as `leanpose train` writes them", "Give the folder that was named by --out.");
    }

    /// <summary>Keeps other processes from training here until it is disposed of, or the process ends in whatever way.</summary>
    /// <exception cref="DataException">Another process has it.</exception>
    internal IDisposable Lock()
    {
        try
        {
            return new FileStream(In(".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e)
        {
            throw new DataException("Another process is training in this run folder.", Path, fix: "Wait until it has ended or stop it, or choose another folder with --out.", inner: e);
        }
    }

    private string In(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);
}
