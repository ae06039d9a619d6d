using System.CommandLine;
using LeanPose.Cli.Terminal;
using LeanPose.Datasets;
using LeanPose.Drawing;
using LeanPose.Imaging;
using LeanPose.Learning.Prediction;

namespace LeanPose.Cli.Verbs;

/// <summary><c>leanpose predict</c>: poses in pictures, as JSON and drawn.</summary>
internal static class PredictVerb
{
    private const string ResultsFile = "results.json";

    public static Verb Create()
    {
        var model = new Argument<string>("MODEL") { Description = "Run folder or model file." };
        var images = new Argument<string[]>("IMAGE") { Description = "Pictures or folders of pictures.", Arity = ArgumentArity.OneOrMore };
        var output = new Option<string>("--out") { Description = "Folder to write to.", HelpName = "DIR", Required = true };
        var boxes = new BoxFlags("Boxes of the persons: a COCO annotation file, or a COCO list of detections. Without it and --detector, each picture is one person.", usualScore: 0.3);
        var decoder = Flags.Decoder();
        var flip = new Option<bool>("--flip") { Description = "Average in the heatmaps of the mirrored crop." };
        var batch = Flags.Count("--batch", "Persons per forward pass.", 32);
        var device = Flags.Device();
        var mean = Flags.Mean();
        var with = Flags.With();
        var json = Flags.Json("the same as results.json");
        return boxes.AddTo(new Verb(
            "predict",
            "Find the keypoints of persons in pictures. A picture that cannot be read is reported at the end; the others are done. Ctrl-C keeps the pictures that are done.",
            "DIR/results.json       COCO's list of results, with the name of each picture from the folder given\nDIR/<picture>.jpg      the picture with the skeletons drawn in, in its sub-folder",
            "predict runs/studio-50-sspcm photo.jpg --out drawn",
            "predict runs/studio-50-sspcm images --boxes detections.json --out drawn --flip",
            "predict runs/studio-50-sspcm images --detector yolov8n.onnx --out drawn")
        {
            model, images, output, decoder, mean, with, flip, batch, device, json,
        }).Does((parse, stop) =>
        {
            var folder = Output.Folder(parse.GetRequiredValue(output));
            Output.TryJson(parse.GetValue(json));
            var problems = new List<DataException>();
            using var detector = boxes.Open(parse);
            var (persons, annotated) = PredictInput.Open(parse.GetRequiredValue(images), parse.GetValue(boxes.Boxes), boxes.FileScore(parse), problems);
            var drawn = PredictOutput.Names(persons.Images);
            Originals.Keep(parse, output.Name, drawn.Values.Append(ResultsFile).Select(name => Path.Combine(folder, name)));
            if (detector is not null)
                persons = Screen.Progress($"looking for persons in {persons.Images.Length} pictures", persons.Images.Length, progress => DetectedPersons.Find(detector, persons, problems, progress, stop));
            ModelWarning.Show([parse.GetRequiredValue(model), .. parse.GetRequiredValue(with)]);
            using var predictor = PosePredictor.Load(parse.GetRequiredValue(model), parse.GetRequiredValue(device), parse.GetValue(mean), parse.GetRequiredValue(with));
            var skeleton = predictor.Model.ToTrainedSkeleton();
            var options = new PredictionOptions(parse.GetValue(decoder) ?? RunRecipe.Evaluation(parse.GetRequiredValue(model)).Decoder, parse.GetValue(flip), parse.GetValue(batch), skeleton);
            var (results, done) = Screen.Progress(
                $"predicting {persons.Persons.Length} persons in {persons.Images.Length} pictures",
                persons.Images.Length,
                progress => Predict(predictor, persons, annotated && detector is null, options, id => Path.Combine(folder, drawn[id]), problems, progress, stop));
            PredictOutput.Write(Path.Combine(folder, ResultsFile), results, skeleton);
            if (parse.GetValue(json) is { } copy)
                PredictOutput.Write(copy, results, skeleton);
            Screen.Files(("results", Path.Combine(folder, ResultsFile)), ("pictures", folder));
            foreach (var problem in problems)
                ErrorReport.Show(problem, verbose: false);
            if (done < persons.Images.Length)
                throw new CommandException(ExitCode.Stopped, $"Stopped: {done} of {persons.Images.Length} pictures are done.", folder, fix: "run it again for all pictures");
            return problems.Count == 0 ? ExitCode.Ok : ExitCode.Data;
        });
    }

    // Picture by picture, so that one that cannot be read costs no other, and a stop only the one that is being looked at.
    private static (List<(ImageRecord Image, PoseResult Result)> Results, int Done) Predict(
        PosePredictor predictor, PoseDataset persons, bool annotated, PredictionOptions options, Func<long, string> drawn, List<DataException> problems, IProgress<int> progress, CancellationToken stop)
    {
        var all = new List<(ImageRecord, PoseResult)>();
        var byImage = persons.Persons.ToLookup(p => p.Image.Id);
        for (var i = 0; i < persons.Images.Length; i++)
        {
            var image = persons.Images[i];
            try
            {
                stop.ThrowIfCancellationRequested();
                var picture = ImageDecoder.Load(image.Path);
                var here = new PoseDataset(persons.Name, persons.Skeleton, [image], [.. byImage[image.Id]]);
                var results = annotated ? predictor.Predict(here, options, stop: stop) : predictor.PredictDetected(here, options, stop: stop);
                SkeletonPainter.Draw(picture, options.Output!, results.Select(r => (IReadOnlyList<ScoredPoint>)r.Keypoints));
                ImageEncoder.SaveJpeg(picture, drawn(image.Id));
                all.AddRange(results.Select(r => (image, r)));
            }
            catch (DataException e)
            {
                problems.Add(e);
            }
            catch (OperationCanceledException) when (i > 0)
            {
                return (all, i);
            }

            progress.Report(i + 1);
        }

        return (all, persons.Images.Length);
    }
}
