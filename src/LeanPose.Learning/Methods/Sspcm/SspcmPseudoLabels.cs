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
/// <param name="Agreement">How far apart the teachers are, in the present alone or, with correction, over all periods.</param>
internal sealed record SspcmPseudoLabels(Tensor Teacher, Tensor Auxiliary, Tensor Student, Tensor TeacherWeight, Tensor StudentWeight, PositionInconsistency Agreement)
{
    public static SspcmPseudoLabels Make(SspcmOptions options, Tensor teacher, Tensor auxiliary, PositionInconsistency? correction, Tensor channelWeight)
    {
        var student = correction?.Corrected ?? (teacher + auxiliary).mul_(0.5);
        var agreement = correction ?? PositionInconsistency.Correct([teacher], [auxiliary]);

        // The gates look at the present teachers, also where an earlier period makes the student's target (O15).
        var maxA = HeatmapPositions.Maxima(teacher);
        var maxB = HeatmapPositions.Maxima(auxiliary);
        var diagonal = Math.Sqrt((teacher.shape[2] * teacher.shape[2]) + (teacher.shape[3] * teacher.shape[3]));
        var inconsistency = agreement.Distances[0].clamp(max: diagonal - 1) / diagonal;
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

        return new SspcmPseudoLabels(teacher, auxiliary, student, teacherWeight, studentWeight, agreement);
    }
}
