using System.Collections.Immutable;
using LeanPose.Datasets;
using LeanPose.Formats.LabelTools;
using LeanPose.Formats.PublicSets;
using LeanPose.Formats.Ultralytics;

namespace LeanPose.Formats;

/// <summary>All formats; a new one is one line here.</summary>
public static class FormatCatalog
{
    /// <summary>Every format that can be read.</summary>
    public static ImmutableArray<IDatasetFormat> All { get; } =
    [
        new CocoFormat(),
        new CocoWholeBodyFormat(),
        new MpiiFormat(),
        new CrowdPoseFormat(),
        new AicFormat(),
        new LspFormat(),
        new WepdtofPoseFormat(),
        new OcHumanFormat(),
        new PoseTrackFormat(),
        new HalpeFormat(),
        new JhmdbFormat(),
        new HumanArtFormat(),
        new CvatFormat(),
        new LabelStudioFormat(),
        new LabelMeFormat(),
        new DeepLabCutFormat(),
        new SleapFormat(),
        new UltralyticsFormat(),
    ];

    /// <summary>Those that can also be written.</summary>
    public static IEnumerable<IWritableFormat> Writable => All.OfType<IWritableFormat>();

    /// <summary>The format of that name, or null.</summary>
    public static IDatasetFormat? Find(string name) => All.FirstOrDefault(f => f.Name == name);

    /// <summary>Which format a file or folder is in.</summary>
    /// <exception cref="DataException">The path does not exist, no format fits, or several fit equally well.</exception>
    public static IDatasetFormat Detect(string path)
    {
        var probe = new SourceProbe(path);
        var fits = All.Select(f => (Format: f, Fit: f.Recognise(probe))).ToArray();
        foreach (var wanted in new[] { Recognition.Certain, Recognition.Possible })
        {
            var found = fits.Where(f => f.Fit == wanted).Select(f => f.Format).ToArray();
            if (found.Length == 1)
                return found[0];
            if (found.Length > 1)
                throw new DataException($"The format is not clear: it could be {string.Join(" or ", found.Select(f => f.Name))}.", path, "a file that only one format has", "say which one is meant (--from NAME)");
        }

        throw new DataException("The format was not recognised.", path, $"one of {string.Join(", ", All.Select(f => f.Name))}", "say which one is meant (--from NAME); docs/formats.md describes the files of each");
    }
}
