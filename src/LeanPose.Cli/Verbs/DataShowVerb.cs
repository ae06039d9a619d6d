using System.CommandLine;
using LeanPose.Cli.Terminal;
using LeanPose.Datasets;
using LeanPose.Datasets.Parts;
using LeanPose.Drawing;
using LeanPose.Imaging;

namespace LeanPose.Cli.Verbs;

/// <summary><c>leanpose data show</c>: labelled persons as a grid of pictures.</summary>
internal static class DataShowVerb
{
    public static Verb Create()
    {
        var annotations = Flags.Annotations();
        var images = new Option<string>("--images") { Description = "Folder of its pictures.", HelpName = "DIR", Required = true };
        var split = Flags.Split();
        var count = Flags.Count("--count", "Number of persons.", 24);
        var seed = Flags.OptionalCount("--seed", "Draw them with this seed; without it they are the first ones of the file.", min: 0);
        var size = Flags.Pair("--size", "Width and height of a picture, pixels.", "WxH", 'x', (192, 256));
        var columns = Flags.Count("--columns", "Pictures side by side.", 6);
        var output = new Option<string>("--out") { Description = "Picture to write: .png or .jpg.", HelpName = "FILE", Required = true };
        var force = Flags.Force();
        return new Verb(
            "show",
            "Draw persons with their labels in a grid: left and right in different colours, hidden keypoints as rings.",
            "FILE   the grid; captions are the annotations' ids",
            "data show --annotations persons.json --images images --out grid.png",
            "data show --annotations train.json --images images --split labelled50.json --count 50 --columns 10 --seed 1 --out labelled50.jpg")
        {
            annotations, images, split, count, seed, size, columns, output, force,
        }.ComputesNothing().Does((parse, stop) =>
        {
            var path = Output.NewFile(parse.GetRequiredValue(output), parse.GetValue(force), "grid.png");
            var png = Path.GetExtension(path).ToLowerInvariant() switch
            {
                ".png" => true,
                ".jpg" or ".jpeg" => false,
                _ => throw new CommandException(ExitCode.Usage, "--out is no picture.", path, "a name that ends in .png or .jpg", "choose another name"),
            };
            var persons = AnnotatedPersons.Read(parse.GetRequiredValue(annotations), parse.GetRequiredValue(images), parse.GetValue(split)).Trainable();
            var chosen = (parse.GetValue(seed) is { } s ? Draw.Persons(persons.Persons, s) : persons.Persons).Take(parse.GetValue(count)).ToArray();
            if (chosen.Length == 0)
                throw new DataException("There is no labelled person to show.", persons.Name, "a person with a box and at least one labelled keypoint", "check the file and the split");
            var (width, height) = parse.GetValue(size);
            var cells = Screen.Progress($"drawing {chosen.Length} persons", chosen.Length, progress => chosen.Select((person, i) =>
            {
                stop.ThrowIfCancellationRequested();
                progress.Report(i + 1);
                return Cell(person, persons, width, height);
            }).ToArray());
            var grid = PictureGrid.Draw([.. cells.Chunk(parse.GetValue(columns))]);
            if (png)
                ImageEncoder.SavePng(grid, path);
            else
                ImageEncoder.SaveJpeg(grid, path);
            Screen.Files(("grid", path));
            return ExitCode.Ok;
        });
    }

    private static PictureCell Cell(PersonInstance person, PoseDataset persons, int width, int height)
    {
        var crop = PersonCrop.Cut(ImageDecoder.Load(person.Image.Path), person.Box, width, height);
        SkeletonPainter.Draw(crop.Picture, persons.Skeleton, [.. person.Keypoints.Select(k => crop.FromImage.Apply(new(k.X, k.Y)) is var p ? k with { X = p.X, Y = p.Y } : k)]);
        return new PictureCell(crop.Picture, $"{person.Id}  {Path.GetFileName(person.Image.FileName)}");
    }
}
