using System.Text.Json;
using LeanPose.Datasets;
using LeanPose.IO;
using LeanPose.Skeletons;

namespace LeanPose.Suspicion;

/// <summary>How pseudo labels were made; stands in the file's <c>info</c>.</summary>
/// <param name="Model">What made them.</param>
/// <param name="Members">Networks and views that were asked.</param>
/// <param name="MinCertainty">Certainty from which a keypoint is trusted.</param>
/// <param name="Tolerance">See <see cref="LabelDoubt.Tolerance"/>.</param>
public sealed record PseudoLabelInfo(string Model, IReadOnlyList<string> Members, double MinCertainty, double Tolerance);

/// <summary>
/// Writes pseudo labels as a COCO keypoint file: <c>keypoints</c> has the consensus with v = 2 where it is trusted and 0 where it is
/// not, so that any reader of COCO files, and <c>data.labelled</c> of a recipe, takes them as labels. What the format does not know stands in further
/// keys, which other tools pass over.
/// </summary>
public static class PseudoLabelFile
{
    /// <summary>Writes the file.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="persons">Persons; their pictures' ids and their own are unique, and picture names are relative to one folder.</param>
    /// <param name="skeleton">The keypoints of all of them.</param>
    /// <param name="info">How they were made.</param>
    /// <exception cref="DataException">The place cannot be written to.</exception>
    public static void Write(string path, IReadOnlyCollection<DoubtedPerson> persons, Skeleton skeleton, PseudoLabelInfo info) => AtomicFile.Write(path, stream =>
    {
        using var json = new Utf8JsonWriter(stream);
        json.WriteStartObject();
        json.WriteStartObject("info");
        json.WriteString("description", "pseudo labels by LeanPose");
        json.WriteString("model", info.Model);
        json.WriteStartArray("members");
        foreach (var member in info.Members)
            json.WriteStringValue(member);
        json.WriteEndArray();
        json.WriteNumber("min_certainty", info.MinCertainty);
        json.WriteNumber("tolerance", info.Tolerance);
        json.WriteEndObject();
        json.WriteStartArray("images");
        foreach (var image in persons.Select(p => p.Person.Image).DistinctBy(i => i.Id))
            CocoJson.WriteImage(json, image);
        json.WriteEndArray();
        json.WriteStartArray("annotations");
        foreach (var person in persons)
            Write(json, person, skeleton, info.MinCertainty);
        json.WriteEndArray();
        json.WriteStartArray("categories");
        CocoJson.WriteCategory(json, skeleton);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, DoubtedPerson doubted, Skeleton skeleton, double minCertainty)
    {
        var (person, keypoints) = (doubted.Person, doubted.Pose.Keypoints);
        json.WriteStartObject();
        json.WriteNumber("id", person.Id);
        json.WriteNumber("image_id", person.Image.Id);
        json.WriteNumber("category_id", CocoJson.PersonCategory);
        CocoJson.WriteBox(json, person.RawBox);
        json.WriteNumber("area", person.Area > 0 ? person.Area : person.RawBox.Area);
        json.WriteNumber("iscrowd", 0);
        json.WriteNumber("num_keypoints", keypoints.Count(k => k.Certainty >= minCertainty));
        CocoJson.WriteNumbers(json, "keypoints", keypoints.SelectMany(k => new[] { k.Position.X, k.Position.Y, k.Certainty >= minCertainty ? 2 : 0 }));
        json.WriteNumber("score", Math.Round(keypoints.Average(k => k.Score) * person.Score, 4));
        json.WriteString("part", doubted.Part);
        CocoJson.WriteNumbers(json, "keypoint_scores", keypoints.Select(k => k.Score));
        CocoJson.WriteNumbers(json, "keypoint_inconsistency", keypoints.Select(k => k.Inconsistency));
        json.WriteNumber("inconsistency", Math.Round(doubted.Pose.Inconsistency, 4));
        CocoJson.WriteNumbers(json, "keypoint_disagreement", keypoints.Select(k => k.Disagreement));
        CocoJson.WriteNumbers(json, "keypoint_suspicion", doubted.KeypointSuspicion);
        json.WriteNumber("suspicion", Math.Round(doubted.Suspicion, 4));
        if (doubted.Label is { } label)
        {
            json.WriteString("suspicion_reason", label.Fault is { } fault ? FaultNames.Of(fault) : null);
            json.WriteStartObject("keypoint_suspicion_reasons");
            for (var j = 0; j < label.Faults.Length; j++)
            {
                if (label.Faults[j] is { } one)
                    json.WriteString(skeleton.Keypoints[j], FaultNames.Of(one));
            }

            json.WriteEndObject();
            CocoJson.WriteNumbers(json, "given_keypoints", doubted.Given.SelectMany(k => new[] { k.X, k.Y, (double)k.Visibility }));
        }

        json.WriteEndObject();
        CocoJson.FlushWhenLarge(json);
    }
}
