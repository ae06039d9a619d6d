using LeanPose.Learning.Methods.Consistency;
using static TorchSharp.torch;

namespace LeanPose.Learning.Methods.Sspcm;

/// <summary>
/// Pseudo labels of one batch in the easy view (specification 4.2 to 4.4): the present teachers' heatmaps, which teach one
/// another, the student's target, and the weights with which each keypoint counts.
/// </summary>
/// <param name="Teacher">Teacher's heatmaps <c>B×J×h×w</c>.</param>
/// <param name="Auxiliary">Auxiliary teacher's heatmaps.</param>
/// <param name="Student">The student's target: corrected, or the present teachers' mean.</param>
/// <param name="TeacherWeight"><c>B×J</c>, for the two teachers' consistency losses.</param>
/// <param name="StudentWeight"><c>B×J</c>, for the student's.</param>
/// <param name="ChannelWeight"><c>1×J</c>: the channels that are trained at all.</param>
/// <param name="Distance"><c>B×J</c>: distance between the present teachers' maxima, heatmap cells.</param>
/// <param name="Pair"><c>B×J</c>: which pair of periods was chosen; null without correction.</param>
/// <param name="ChosenDistance"><c>B×J</c>: distance of the chosen pair; null without correction.</param>
internal sealed record SspcmPseudoLabels(
    Tensor Teacher, Tensor Auxiliary, Tensor Student, Tensor TeacherWeight, Tensor StudentWeight, Tensor ChannelWeight, Tensor Distance, Tensor? Pair, Tensor? ChosenDistance)
{
    public static SspcmPseudoLabels Make(SspcmOptions options, Tensor teacher, Tensor auxiliary, PositionInconsistency? correction, Tensor channelWeight)
    {
        var student = correction?.Corrected ?? (teacher + auxiliary).mul_(0.5);
        var distance = correction is null
            ? PositionInconsistency.Correct([teacher], [auxiliary]).Distances[0]
            : correction.Distances[0];

        // The gates look at the present teachers, also where an earlier period makes the student's target (O15).
        var maxA = HeatmapPositions.Maxima(teacher);
        var maxB = HeatmapPositions.Maxima(auxiliary);
        var diagonal = Math.Sqrt((teacher.shape[2] * teacher.shape[2]) + (teacher.shape[3] * teacher.shape[3]));
        var inconsistency = distance.clamp(max: diagonal - 1) / diagonal;
        var near = inconsistency.lt(options.DistanceThreshold).to_type(ScalarType.Float32);
        var sure = ScoreGate.Of(teacher, auxiliary, options.ScoreThreshold);
        var alike = (1 - (maxA - maxB).abs()).clamp(0, 1);

        var all = channelWeight.expand(teacher.shape[0], -1);
        var both = options.EitherGate ? maximum(near, sure) : options.ScoreGate ? sure : ones_like(sure);
        var teacherWeight = all * both;
        var studentWeight = teacherWeight;
        if (options.ScoreDifferenceReweight)
            (teacherWeight, studentWeight) = (teacherWeight * alike, studentWeight * alike);
        if (options.DistanceGate && !options.EitherGate)
            studentWeight = studentWeight * near;
        if (options.DistanceReweight)
        {
            studentWeight = studentWeight * (1 - inconsistency);
            if (options.EitherGate)
                teacherWeight = teacherWeight * (1 - inconsistency);
        }

        return new SspcmPseudoLabels(teacher, auxiliary, student, teacherWeight, studentWeight, channelWeight, distance, correction?.Pair, correction?.Chosen);
    }

    /// <summary>Shares and means over the trained channels, for the log.</summary>
    public IEnumerable<(string, Tensor)> Telemetry()
    {
        yield return ("pseudo/accepted", OverTrained(TeacherWeight.gt(0).to_type(ScalarType.Float32)));
        yield return ("pseudo/maximum/teacher", OverTrained(HeatmapPositions.Maxima(Teacher)));
        yield return ("pseudo/maximum/auxiliary", OverTrained(HeatmapPositions.Maxima(Auxiliary)));
        yield return ("pseudo/maximum/target", OverTrained(HeatmapPositions.Maxima(Student)));
        yield return ("pseudo/distance/present", OverTrained(Distance));
        if (Pair is null)
            yield break;
        yield return ("pseudo/distance/chosen", OverTrained(ChosenDistance!));
        yield return ("pseudo/pair/present", OverTrained(Pair.eq(0).to_type(ScalarType.Float32)));
        yield return ("pseudo/pair/earlier", OverTrained(Pair.ne(0).to_type(ScalarType.Float32)));
    }

    private Tensor OverTrained(Tensor perKeypoint) => StepTotal.OverTrained(perKeypoint, ChannelWeight);
}
