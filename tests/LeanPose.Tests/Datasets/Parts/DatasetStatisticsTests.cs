using LeanPose.Datasets;
using LeanPose.Datasets.Parts;
using LeanPose.Skeletons;
using LeanPose.Tests.Evaluation;
using Xunit;

namespace LeanPose.Tests.Datasets.Parts;

public class DatasetStatisticsTests
{
    [Fact]
    public void Everything_is_counted()
    {
        var small = Poses.Person(1, 1, area: 900, box: new(0, 0, 30, 40));
        var hidden = Poses.Person(2, 1, area: 5000, visibility: Visibility.Hidden);
        var part = Poses.Person(3, 2) with { Keypoints = [.. Poses.Person(3, 2).Keypoints.Select((k, j) => j == 0 ? k : default)] };
        var crowd = Poses.Person(4, 2, crowd: true);
        var empty = Poses.Person(5, 2) with { Keypoints = [] };
        var dataset = new PoseDataset("d", KnownSkeletons.Coco17, [Poses.Image(1), Poses.Image(2), Poses.Image(3)], [small, hidden, part, crowd, empty]);
        var s = DatasetStatistics.Of(dataset);
        Assert.Equal((3, 1, 5, 1, 1, 3), (s.Pictures, s.PicturesWithoutPersons, s.Persons, s.Crowds, s.WithoutLabels, s.Trainable));
        Assert.Equal([1, 1, 1], s.BySize.Values);
        Assert.Equal(new Spread(2, 2.5, 2.5, 3), s.PersonsPerPicture);
        Assert.Equal(new Spread(1, 17, 35 / 3.0, 17), s.LabelsPerPerson);
        Assert.Equal(new Spread(40, 100, 80, 100), s.BoxSide);
        Assert.Equal(new Spread(640, 640, 640, 640), s.PictureSide);
        Assert.Equal(new KeypointStatistics("nose", 2, 1, 0), s.Keypoints[0]);
        Assert.Equal(new KeypointStatistics("left_eye", 1, 1, 1), s.Keypoints[1]);
        Assert.Equal(new Spread(null, null, null, null), DatasetStatistics.Of(Poses.Dataset()).BoxSide);
    }
}
