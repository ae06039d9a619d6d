using LeanPose.Datasets;
using LeanPose.Geometry;

namespace LeanPose.Evaluation;

/// <summary>What benchmarks keep in annotation files beside COCO's fields.</summary>
public static class AnnotationFields
{
    /// <summary>CrowdPose's <c>crowdIndex</c> of every picture, by id.</summary>
    /// <exception cref="DataException">The file is missing or wrong, or a picture has none.</exception>
    public static IReadOnlyDictionary<long, double> CrowdIndex(string annotationFile)
    {
        var indices = new Dictionary<long, double>();
        Read(annotationFile, "images", record =>
        {
            if (record.Integer("id") is { } id && record.Number("crowdIndex") is { } index)
                indices[id] = index;
        });
        return indices;
    }

    /// <summary>
    /// MPII's head sizes by annotation id: 0.6 × the diagonal of the annotation's <c>head_box</c>, [left, top, width, height] in pixels.
    /// </summary>
    /// <exception cref="DataException">The file is missing or wrong, or an annotation has none.</exception>
    public static IReadOnlyDictionary<long, double> HeadSizes(string annotationFile)
    {
        var sizes = new Dictionary<long, double>();
        Read(annotationFile, "annotations", record =>
        {
            if (record.Integer("id") is { } id && record.Box("head_box") is { } head)
                sizes[id] = Pckh.HeadSize(new Point2(head.X, head.Y), new Point2(head.Right, head.Bottom));
        });
        return sizes;
    }

    private static void Read(string path, string section, Action<JsonRecord> read)
    {
        var problems = new ProblemList();
        new JsonFile(path).ReadArrays([section], (_, i, element) =>
        {
            var record = new JsonRecord(element, $"{path}, {section}[{i}]", problems);
            if (record.IsObject("a record"))
                read(record);
        });
        problems.ThrowIfAny();
    }
}
