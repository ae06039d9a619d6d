using LeanPose.Cli.Reports;
using LeanPose.Datasets;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Cli.Tests.Reports;

public sealed class PredictedPersonTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_error_counts_labelled_keypoints_only()
    {
        var person = SampleRun.Person(_folder, 1, 4);
        var stray = person with { Result = person.Result with { Keypoints = person.Result.Keypoints.SetItem(0, new ScoredPoint(1e6, 0, 1)) } };

        Assert.Equal(4, stray.MeanError, 1e-9);
        Assert.Equal(0.1, stray.RelativeError, 1e-9);
    }

    [Fact]
    public void Labels_and_predictions_meet_by_annotation_id()
    {
        var a = SampleRun.Person(_folder, 1, 4);
        var b = SampleRun.Person(_folder, 2, 4);
        var c = SampleRun.Person(_folder, 3, 4);
        var truth = new PoseDataset("t", a.Skeleton, [a.Person.Image, b.Person.Image, c.Person.Image], [a.Person, b.Person, c.Person with { Keypoints = [] }]);

        var joined = PredictedPerson.Join(truth, [c.Result, b.Result, a.Result with { AnnotationId = null }]);
        Assert.Same(b.Result, Assert.Single(joined).Result);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(18, 1)]
    [InlineData(19, 3)]
    [InlineData(300, 3)]
    public void Groups_share_no_person_and_run_from_worst_to_best(int persons, int groups)
    {
        var one = SampleRun.Person(_folder, 1, 0);
        var ranked = Enumerable.Range(0, persons).Select(i => one with { Person = one.Person with { Id = i } }).ToArray();

        var found = PictureSection.Groups(ranked).ToArray();
        Assert.Equal(groups, found.Length);
        var ids = found.SelectMany(g => g.Persons).Select(p => p.Person.Id).ToArray();
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.Equal(0, found[0].Persons[0].Person.Id);
        Assert.Contains(persons - 1, ids);
    }
}
