using LeanPose.Cli.Terminal;
using LeanPose.Learning.Training;

namespace LeanPose.Cli.Verbs;

/// <summary>Says of runs that are about to be used what their user should know.</summary>
internal static class ModelWarning
{
    public static void Show(params IEnumerable<string> runFoldersOrFiles)
    {
        foreach (var model in runFoldersOrFiles)
        {
            if (RunWeights.Of(model).Warning is { } warning)
                Screen.Warning(warning);
        }
    }
}
