using System.Collections.Immutable;
using LeanPose.Datasets;
using LeanPose.Evaluation;
using LeanPose.Geometry;
using LeanPose.Imaging;
using LeanPose.Learning.Loading;
using LeanPose.Learning.Recipes;
using LeanPose.Skeletons;
using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;

namespace LeanPose.Learning.Export;

/// <summary>An exported model that gives keypoints, at work on a data set: to measure what export has cost.</summary>
public sealed class OnnxPredictor : IDisposable
{
    private readonly ModelSpec _model;
    private readonly InferenceSession _session;

    /// <summary>Opens what <see cref="OnnxExporter"/> wrote.</summary>
    /// <param name="path">The file; it gives keypoints.</param>
    /// <param name="model">What it was made from.</param>
    public OnnxPredictor(string path, ModelSpec model)
    {
        _model = model;
        using var options = new SessionOptions { IntraOpNumThreads = get_num_threads() };
        _session = new InferenceSession(path, options);
    }

    /// <summary>Crops as the model takes them, of persons at equal steps through a data set.</summary>
    /// <param name="model">Says what a crop is.</param>
    /// <param name="persons">Boxes in pictures.</param>
    /// <param name="most">How many at most.</param>
    /// <exception cref="DataException">A picture cannot be read.</exception>
    public static IReadOnlyList<RgbImage> Crops(ModelSpec model, PoseDataset persons, int most)
    {
        var crops = Maker(model);
        var count = Math.Min(most, persons.Persons.Length);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var crop = new RgbImage(model.InputWidth, model.InputHeight);
            crops.Plain(persons.Persons[(int)((long)i * persons.Persons.Length / count)], crop.Pixels);
            return crop;
        })];
    }

    /// <summary>Predicts every person of a data set; labels, if any, are not looked at.</summary>
    /// <param name="persons">Boxes in pictures.</param>
    /// <param name="batch">Persons per run.</param>
    /// <param name="output">Keypoints to give, met by name; null means those of the persons' data set.</param>
    /// <param name="progress">Told the number of persons done.</param>
    /// <param name="stop">Stops between batches.</param>
    /// <returns>As <see cref="Prediction.PosePredictor.Predict"/> gives them.</returns>
    public IReadOnlyList<PoseResult> Predict(PoseDataset persons, int batch, Skeleton? output = null, IProgress<int>? progress = null, CancellationToken stop = default)
    {
        var crops = Maker(_model);
        var channels = (output ?? persons.Skeleton).MapTo(_model.ToSkeleton());
        var results = new List<PoseResult>(persons.Persons.Length);
        using var run = new RunOptions();
        foreach (var (members, pixels) in crops.PlainBatches(persons.Persons, batch))
        {
            stop.ThrowIfCancellationRequested();
            using var input = OrtValue.CreateTensorValueFromMemory(pixels, OnnxCheck.Shape(_model, members.Length));
            using var outputs = _session.Run(run, _session.InputNames, [input], [OnnxExporter.Keypoints]);
            var keypoints = outputs[0].GetTensorDataAsSpan<float>();
            var perPerson = keypoints.Length / members.Length;
            for (var i = 0; i < members.Length; i++)
                results.Add(Read(members[i], keypoints.Slice(i * perPerson, perPerson), crops.ToCrop(members[i]).Inverse(), channels));
            progress?.Report(results.Count);
        }

        return results;
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private static CropMaker Maker(ModelSpec model) => new(model.InputWidth, model.InputHeight, new AugmentationRecipe(), new ImageCache(), model.Crop);

    private static PoseResult Read(PersonInstance person, ReadOnlySpan<float> keypoints, Affine2 toImage, ImmutableArray<int> channels)
    {
        var found = ImmutableArray.CreateBuilder<ScoredPoint>(channels.Length);
        foreach (var channel in channels)
        {
            var p = channel < 0 ? default : toImage.Apply(new(keypoints[3 * channel], keypoints[(3 * channel) + 1]));
            found.Add(channel < 0 ? default : new(p.X, p.Y, keypoints[(3 * channel) + 2]));
        }

        var points = found.MoveToImmutable();
        return new PoseResult(person.Image.Id, points, Rescoring.Score(person.Score, points.AsSpan()), person.RawBox, person.Id);
    }
}
