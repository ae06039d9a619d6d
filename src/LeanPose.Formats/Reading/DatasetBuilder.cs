using System.Collections.Immutable;
using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Imaging;
using LeanPose.Skeletons;

namespace LeanPose.Formats.Reading;

/// <summary>
/// Puts a data set together from sources that number nothing: pictures get ids from 1 in the order in which they are named, persons ids
/// from 1 in the order in which they are added.
/// </summary>
/// <param name="source">The file or folder, for messages and as the data set's name.</param>
/// <param name="options">Where the pictures lie.</param>
/// <param name="usualFolder">Where the pictures lie if nobody says.</param>
internal sealed class DatasetBuilder(string source, FormatReadOptions options, string usualFolder)
{
    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);
    private readonly List<ImageRecord> _images = [];
    private readonly List<PersonDraft> _persons = [];

    /// <summary>What is wrong so far.</summary>
    public ProblemList Problems { get; } = new();

    /// <summary>The folder to which picture names are relative.</summary>
    public string Folder { get; } = options.Images ?? usualFolder;

    /// <summary>Names a picture; one that was named before is the same.</summary>
    /// <param name="name">As the source has it.</param>
    /// <param name="where">Place in the source.</param>
    /// <param name="width">Pixels; 0 to read it from the picture if that is there.</param>
    /// <param name="height">Likewise.</param>
    /// <param name="sizeNeeded">Whether a picture whose size nobody knows is a problem: coordinates are shares of it.</param>
    public ImageRecord Image(string name, string where, int width = 0, int height = 0, bool sizeNeeded = false)
    {
        name = name.Replace('\\', '/');
        if (_index.TryGetValue(name, out var i))
            return _images[i];
        var path = ImageFiles.Locate(Folder, name, null);
        if ((width <= 0 || height <= 0) && (File.Exists(path) || sizeNeeded))
            (width, height) = Size(path, where, sizeNeeded);
        var image = new ImageRecord(_images.Count + 1, name, path, Math.Max(0, width), Math.Max(0, height));
        _index.Add(name, _images.Count);
        _images.Add(image);
        return image;
    }

    /// <summary>Changes what is known of a picture that was named.</summary>
    public void Replace(ImageRecord image) => _images[(int)image.Id - 1] = image;

    /// <summary>Adds a person.</summary>
    public void Add(PersonDraft person) => _persons.Add(person);

    /// <summary>A data set whose persons carry keypoints by position in a skeleton.</summary>
    /// <exception cref="DataException">There were problems, or pictures are missing from a folder that was given.</exception>
    public PoseDataset Build(Skeleton skeleton) => Finish(skeleton, p => p.Points);

    /// <summary>A data set whose persons carry keypoints by name.</summary>
    /// <param name="declared">All names in the source's order if it lists them; else in the order in which they were met.</param>
    /// <param name="limbs">Pairs of names.</param>
    /// <exception cref="DataException">As <see cref="Build(Skeleton)"/>, or the names make no skeleton.</exception>
    public PoseDataset BuildByName(IReadOnlyList<string>? declared = null, IReadOnlyList<(string A, string B)>? limbs = null)
    {
        string[] names = [.. (declared ?? []).Concat(_persons.SelectMany(p => p.Named.Keys)).Distinct(StringComparer.Ordinal)];
        Problems.ThrowIfAny();
        if (names.Length == 0)
            throw new DataException("There is no keypoint in it.", source, "persons with named keypoints", "check that the right file is given, and that points were labelled");
        var skeleton = NamedSkeleton.Of(names, limbs ?? [], source);
        return Finish(skeleton.Skeleton, p => p.Named.Count == 0 ? [] : skeleton.Arrange(p.Named));
    }

    private PoseDataset Finish(Skeleton skeleton, Func<PersonDraft, ImmutableArray<Keypoint>> keypoints)
    {
        var ofImage = new List<PersonInstance>?[_images.Count];
        for (var i = 0; i < _persons.Count; i++)
            (ofImage[(int)_persons[i].Image.Id - 1] ??= []).Add(Person(i + 1, _persons[i], keypoints(_persons[i])));
        if (options.Images is not null)
            ImageFiles.CheckExist(_images.Where((_, i) => ofImage[i] is not null), Folder, source, Problems);
        Problems.ThrowIfAny();
        return new PoseDataset(source, skeleton, [.. _images], [.. ofImage.Where(p => p is not null).SelectMany(p => p!)]);
    }

    private static PersonInstance Person(long id, PersonDraft draft, ImmutableArray<Keypoint> keypoints)
    {
        var box = draft.Box ?? PersonBox.Around(keypoints, draft.Image.Width, draft.Image.Height);
        return new PersonInstance
        {
            Id = id,
            Image = draft.Image,
            RawBox = box,
            Box = draft.KeepBox ? box : PersonBox.Clip(box, draft.Image.Width, draft.Image.Height),
            Keypoints = keypoints,
            Area = box.Area,
            HeadBox = draft.HeadBox,
            TrackId = draft.TrackId,
        };
    }

    private (int Width, int Height) Size(string path, string where, bool needed)
    {
        try
        {
            return ImageDecoder.ReadSize(path);
        }
        catch (DataException e)
        {
            if (needed && !File.Exists(path))
                Problems.Add("The picture is missing, and coordinates are shares of its size.", where, $"a picture {path}", "name the folder of the pictures (--images DIR), or fetch them");
            else
                Problems.Add(e);
            return (0, 0);
        }
    }
}

/// <summary>A person on the way into a data set.</summary>
internal sealed record PersonDraft(ImageRecord Image)
{
    private static readonly IReadOnlyDictionary<string, Keypoint> None = new Dictionary<string, Keypoint>();

    /// <summary>Keypoints in a skeleton's order.</summary>
    public ImmutableArray<Keypoint> Points { get; init; } = [];

    /// <summary>Or keypoints by the source's names.</summary>
    public IReadOnlyDictionary<string, Keypoint> Named { get; init; } = None;

    /// <summary>Image pixels; null to take the box around the labelled keypoints.</summary>
    public Box? Box { get; init; }

    /// <summary>Whether crops are made from the box as it is, even where it leaves the picture.</summary>
    public bool KeepBox { get; init; }

    public Box? HeadBox { get; init; }

    public long? TrackId { get; init; }
}
