using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Skeletons;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Formats.Tests.LabelTools;

public sealed class CvatFormatTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Skeletons_are_persons_and_boxes_of_their_group_are_theirs()
    {
        var dataset = Read(Meta("person") + """
            <image id="0" name="a.jpg" width="640" height="480">
              <skeleton label="person" source="manual" z_order="0" group_id="3">
                <points label="nose" source="manual" outside="0" occluded="0" points="10.50,20.25"></points>
                <points label="left_eye" source="manual" outside="0" occluded="1" points="12,18"></points>
                <points label="right_eye" source="manual" outside="1" occluded="0" points="0,0"></points>
              </skeleton>
              <box label="person" source="manual" occluded="0" xtl="1" ytl="2" xbr="31" ybr="42" z_order="0" group_id="3"></box>
              <skeleton label="person" source="manual" z_order="0">
                <points label="nose" source="manual" outside="0" occluded="0" points="100,200"></points>
              </skeleton>
              <skeleton label="dog" source="manual" z_order="0"><points label="tail" outside="0" occluded="0" points="5,5"></points></skeleton>
            </image>
            <image id="1" name="empty.jpg" width="64" height="48"></image>
            """);
        Assert.Equal(["nose", "left_eye", "right_eye"], dataset.Skeleton.Keypoints);
        Assert.Equal(2, dataset.Images.Length);
        Assert.Equal([new(10.5, 20.25, Visibility.Visible), new(12, 18, Visibility.Hidden), default], dataset.Persons[0].Keypoints);
        Assert.Equal(new Box(1, 2, 30, 40), dataset.Persons[0].RawBox);
        Assert.Equal(2, dataset.Persons.Length);
        Assert.Equal(1, dataset.Persons[1].LabelledCount);
    }

    [Fact]
    public void Loose_points_meet_the_box_around_them()
    {
        var dataset = Read("""
            <image id="0" name="a.jpg" width="640" height="480">
              <box label="person" occluded="0" xtl="0" ytl="0" xbr="50" ybr="50"></box>
              <box label="person" occluded="0" xtl="100" ytl="0" xbr="150" ybr="50"></box>
              <points label="nose" occluded="0" points="10,20"></points>
              <points label="nose" occluded="0" points="110,20"></points>
            </image>
            """);
        Assert.Equal([10, 110], dataset.Persons.Select(p => p.Keypoints[0].X));
    }

    [Fact]
    public void Problems_name_their_lines()
    {
        var error = Assert.Throws<DataException>(() => Read("""
            <image id="0" name="a.jpg" width="640" height="480">
              <points label="nose" occluded="0" points="10,20"></points>
              <points label="nose" occluded="0" points="30,20"></points>
              <points label="left_eye" occluded="0" points="30,20;3,4"></points>
            </image>
            """));
        Assert.Equal([5, 4], error.Problems.Select(p => int.Parse(p.Where.Split("line ")[1].Split(' ')[0])));
        Assert.Contains("group the points of each", error.Problems[1].Fix, StringComparison.Ordinal);
        Assert.Contains("line 1", Assert.Throws<DataException>(() => ReadFile("<annotations>")).Message, StringComparison.Ordinal);
        Assert.Contains("CVAT for images", Assert.Throws<DataException>(() => ReadFile("<annotations><track id=\"0\" label=\"person\"/></annotations>")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Known_names_in_any_order_and_spelling_are_a_known_skeleton()
    {
        var points = string.Join('\n', KnownSkeletons.Coco17.Keypoints.Reverse().Select((k, i) => $"<points label=\"{k.Replace('_', ' ').ToUpperInvariant()}\" outside=\"0\" occluded=\"0\" points=\"{i},{i}\"/>"));
        var dataset = Read($"<image id=\"0\" name=\"a.jpg\" width=\"9\" height=\"9\"><skeleton label=\"person\">{points}</skeleton></image>");
        Assert.Same(KnownSkeletons.Coco17, dataset.Skeleton);
        Assert.Equal(16, dataset.Persons.Single().Keypoints[0].X);
    }

    private static string Meta(string skeleton) => $"""
        <meta><task><labels>
          <label><name>{skeleton}</name><type>skeleton</type><attributes></attributes></label>
          <label><name>nose</name><type>points</type><attributes></attributes><parent>{skeleton}</parent></label>
          <label><name>left_eye</name><type>points</type><attributes></attributes><parent>{skeleton}</parent></label>
          <label><name>right_eye</name><type>points</type><attributes></attributes><parent>{skeleton}</parent></label>
        </labels></task></meta>

        """;

    private PoseDataset Read(string body) => ReadFile($"<annotations><version>1.1</version>\n{body}\n</annotations>");

    private PoseDataset ReadFile(string xml)
    {
        var path = _folder["annotations.xml"];
        File.WriteAllText(path, "<?xml version=\"1.0\" encoding=\"utf-8\"?>" + xml);
        var format = FormatCatalog.Detect(path);
        Assert.Equal("cvat", format.Name);
        return format.Read(path, new());
    }
}
