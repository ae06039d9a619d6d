using System.Collections.Immutable;
using LeanPose.Datasets;

namespace LeanPose.Suspicion;

/// <summary>What several members (networks, periods, plain or mirrored crops) make of one person.</summary>
/// <param name="Members">For each member one point per keypoint, image pixels; the score is the heatmap's maximum.</param>
/// <param name="Seconds">For each member and keypoint, the second place its heatmap points at; score 0 where there is none.</param>
/// <param name="Resolution">Image pixels of one heatmap cell: what members cannot tell apart.</param>
public sealed record EnsemblePose(ImmutableArray<ImmutableArray<ScoredPoint>> Members, ImmutableArray<ImmutableArray<ScoredPoint>> Seconds, double Resolution);
