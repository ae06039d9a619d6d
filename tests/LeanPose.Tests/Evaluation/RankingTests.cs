using CsCheck;
using LeanPose.Evaluation;
using Xunit;

namespace LeanPose.Tests.Evaluation;

public sealed class RankingTests
{
    [Theory]
    // Pairs (sought, rest): 3·2; won 3 + 2 + 0 … counted by hand.
    [InlineData(new[] { 0.9, 0.8, 0.7, 0.6, 0.5 }, new[] { true, false, true, false, true }, 0.5)]
    [InlineData(new[] { 0.9, 0.8, 0.1, 0.2 }, new[] { true, true, false, false }, 1.0)]
    [InlineData(new[] { 0.9, 0.8, 0.1, 0.2 }, new[] { false, false, true, true }, 0.0)]
    // A tie counts half: won pairs 1 + 0.5 of 2.
    [InlineData(new[] { 1.0, 1, 0 }, new[] { true, false, false }, 0.75)]
    [InlineData(new[] { 3.0, 3, 3, 3 }, new[] { true, false, false, true }, 0.5)]
    // The example of scikit-learn's documentation of roc_auc_score.
    [InlineData(new[] { 0.1, 0.4, 0.35, 0.8 }, new[] { false, false, true, true }, 0.75)]
    public void The_area_is_the_share_of_pairs_in_order(double[] scores, bool[] sought, double area) => Assert.Equal(area, Ranking.RocAuc(scores, sought)!.Value, 1e-12);

    [Fact]
    public void The_area_equals_a_count_of_all_pairs_and_only_the_order_matters() => Gen.Select(Gen.Int[0, 9], Gen.Bool).Array[1, 40].Sample(items =>
    {
        var (scores, sought) = (items.Select(i => (double)i.Item1).ToArray(), items.Select(i => i.Item2).ToArray());
        var pairs = (from a in items where a.Item2 from b in items where !b.Item2 select a.Item1 > b.Item1 ? 1 : a.Item1 == b.Item1 ? 0.5 : 0).ToArray();
        var area = Ranking.RocAuc(scores, sought);
        Assert.Equal(pairs.Length == 0, area is null);
        if (area is not { } value)
            return;
        Assert.Equal(pairs.Average(), value, 1e-12);
        Assert.Equal(value, Ranking.RocAuc([.. scores.Select(Math.Exp)], sought)!.Value, 1e-12);
        Assert.Equal(1 - value, Ranking.RocAuc([.. scores.Select(s => -s)], sought)!.Value, 1e-12);
    });

    [Fact]
    public void Precision_and_recall_are_of_the_first_ones()
    {
        double[] scores = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.0];
        bool[] sought = [true, false, true, true, false, false, false, false, false, true];
        Assert.Equal(1, Ranking.PrecisionAt(scores, sought, 0.05));
        Assert.Equal(1, Ranking.PrecisionAt(scores, sought, 0.1));
        Assert.Equal(0.5, Ranking.PrecisionAt(scores, sought, 0.2));
        Assert.Equal(0.75, Ranking.PrecisionAt(scores, sought, 0.4));
        Assert.Equal(0.4, Ranking.PrecisionAt(scores, sought, 1)!.Value, 1e-12);
        Assert.Equal(0.25, Ranking.RecallAt(scores, sought, 0.2));
        Assert.Equal(1, Ranking.RecallAt(scores, sought, 1)!.Value, 1e-12);
        // A tie at the border counts as what a random order would find: 1 of 4 places, 2 sought of 4.
        Assert.Equal(0.5, Ranking.PrecisionAt([1, 1, 1, 1], [true, false, true, false], 0.25));
    }

    [Fact]
    public void What_cannot_be_measured_is_null_and_what_makes_no_sense_is_refused()
    {
        Assert.Null(Ranking.RocAuc([1, 2], [true, true]));
        Assert.Null(Ranking.PrecisionAt([], [], 0.1));
        Assert.Null(Ranking.RecallAt([1], [false], 0.1));
        Assert.Throws<ArgumentException>(() => Ranking.RocAuc([1], [true, false]));
        Assert.Throws<ArgumentException>(() => Ranking.RocAuc([double.NaN], [true]));
        Assert.Throws<ArgumentException>(() => Ranking.PrecisionAt([1], [true], 0));
        Assert.Throws<ArgumentException>(() => Ranking.PrecisionAt([1], [true], 1.1));
    }
}
