using System.Text.Json.Nodes;
using LeanPose.Checks;
using LeanPose.Imaging;
using LeanPose.Synthetic;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Tests.Checks;

public sealed class DatasetCheckTests
{
    private static readonly SyntheticOptions OneEach = new() { Domain = "studio", Width = 192, Height = 144, PersonsMin = 1, PersonsMax = 1, Seed = 4 };

    public static TheoryData<string> Domains => [.. SyntheticDomain.All.Select(d => d.Name)];

    [Theory]
    [MemberData(nameof(Domains))]
    public void A_clean_set_gives_nothing_above_a_hint(string domain)
    {
        using var set = new DrawnSet(new() { Domain = domain, Count = 16, Width = 192, Height = 144, PersonsMin = 2, PersonsMax = 3, Seed = 11 });
        var report = set.Check();
        Assert.Equal([], Above(report).Select(Text));
        Assert.Equal(16, Assert.Single(report.Sets).Images);
    }

    [Fact]
    public void Every_known_fault_is_found_at_its_place_and_nothing_else_is()
    {
        using var set = new DrawnSet(OneEach with { Count = 90 });
        var faults = KnownFaults.PutInto(set);
        Assert.True(faults.Count >= 20);
        var report = set.Check();

        foreach (var fault in faults)
        {
            Assert.True(
                report.Findings.Any(f => f.Check.Code == fault.Code && Record(f) == fault.Place && (fault.Keypoint is null || f.Keypoint == fault.Keypoint)),
                $"{fault} was not found; of that record: {string.Join("; ", report.Findings.Where(f => Record(f) == fault.Place).Select(Text))}");
        }

        var known = faults.Select(f => (f.Code, f.Place)).ToHashSet();
        Assert.Equal([], Above(report).Where(f => !known.Contains((f.Check.Code, Record(f)))).Select(Text));

        // The copy has none of what could be mended; the original is as it was.
        var original = File.ReadAllBytes(set.File_);
        var mended = CorrectedCopy.Write(set.File_, set["corrected.json"], report.Findings);
        Assert.Equal(original, File.ReadAllBytes(set.File_));
        var again = DatasetCheck.Open([set.Source() with { Annotations = set["corrected.json"] }]).Run(stop: TestContext.Current.CancellationToken);
        var left = report.Findings.Where(f => !f.IsMendable).Select(f => f.Check.Code).ToHashSet();
        Assert.True(mended.Length >= 20);
        Assert.Equal([], Above(again).Where(f => !left.Contains(f.Check.Code)).Select(Text));
        Assert.Throws<LeanPose.Datasets.DataException>(() => CorrectedCopy.Write(set.File_, set.File_, report.Findings));
    }

    [Fact]
    public void The_same_picture_in_two_sets_is_leakage_by_what_the_sets_are_for()
    {
        using var set = new DrawnSet(OneEach with { Count = 6 });
        using var other = new DrawnSet(OneEach with { Count = 3, Seed = 5 });
        File.Copy(set.Picture(1), other.Picture(0), overwrite: true);
        ImageEncoder.SaveJpeg(ImageDecoder.Load(set.Picture(2)), other.Picture(1), 60);

        Assert.Equal([("leakage", FindingSeverity.Error, "images[1]"), ("leakage-similar", FindingSeverity.Warning, "images[2]")], Leaks(SourceRole.Labelled, SourceRole.Validation));
        Assert.Equal([("leakage", FindingSeverity.Warning, "images[1]"), ("leakage-similar", FindingSeverity.Hint, "images[2]")], Leaks(SourceRole.Unlabelled, SourceRole.Validation));
        Assert.Equal([("leakage", FindingSeverity.Hint, "images[0]")], Leaks(SourceRole.Labelled, SourceRole.Unlabelled));

        (string, FindingSeverity, string)[] Leaks(SourceRole first, SourceRole second) =>
        [
            .. DatasetCheck.Open([set.Source(first) with { Name = "a" }, other.Source(second) with { Name = "b" }])
                .Run(stop: TestContext.Current.CancellationToken).Findings
                .Where(f => f.Check.Code.StartsWith("leakage", StringComparison.Ordinal)).Select(f => (f.Check.Code, f.Severity, f.Path)),
        ];
    }

    [Fact]
    public void Faults_of_the_whole_set_are_found()
    {
        using var set = new DrawnSet(OneEach with { Count = 24 });
        set.Category["id"] = 3;
        foreach (var annotation in set.Annotations)
            annotation!["category_id"] = 3;
        for (var a = 0; a < set.Annotations.Count; a++)
            set.Move(a, 3, 0, 0, 0);
        set.Set(0, "bbox", 20, 20, 12, 14);
        set.Save();
        var findings = DatasetCheck.Open([set.Source(SourceRole.Validation)]).Run(stop: TestContext.Current.CancellationToken).Findings;
        Assert.Contains(findings, f => f is { Check.Code: "visibility-unbalanced", Severity: FindingSeverity.Warning, Keypoint: "left_ear" });
        Assert.Contains(findings, f => f is { Check.Code: "validation-small", Severity: FindingSeverity.Warning } && f.Found.Contains("±", StringComparison.Ordinal));
        Assert.Contains(findings, f => f is { Check.Code: "category-id", Path: "categories[0].id" });
        Assert.Contains(findings, f => f is { Check.Code: "person-small", Path: "annotations[0].bbox" });
    }

    [Fact]
    public void A_file_that_ends_too_early_is_checked_as_far_as_it_goes()
    {
        using var set = new DrawnSet(OneEach with { Count = 4 });
        var list = set.Keypoints(1);
        list[2] = 7;
        set.Set(1, "keypoints", list);
        set.Save();
        var text = File.ReadAllText(set.File_);
        File.WriteAllText(set.File_, text[..text.IndexOf("\"categories\"", StringComparison.Ordinal)]);
        var findings = DatasetCheck.Open([set.Source()]).Run(stop: TestContext.Current.CancellationToken).Findings;
        Assert.Contains(findings, f => f.Check.Code == "file-unreadable");
        Assert.Contains(findings, f => f.Check.Code == "skeleton-unusable");
        Assert.Contains(findings, f => f is { Check.Code: "visibility-value", Path: "annotations[1].keypoints[2]", Keypoint: null });
    }

    [Theory]
    [InlineData("[]", "file-unreadable")]
    [InlineData("{", "file-unreadable")]
    [InlineData("", "file-unreadable")]
    [InlineData("3", "file-unreadable")]
    [InlineData("{\"images\": 3, \"annotations\": [], \"categories\": []}", "file-unreadable")]
    [InlineData("{\"images\": [], \"annotations\": []}", "skeleton-unusable")]
    [InlineData("{\"images\": [3, {}, {\"id\": 1, \"file_name\": 2}], \"annotations\": [null, {}, {\"id\": 1.5, \"image_id\": \"x\"}], \"categories\": [7, {}]}", "record-malformed")]
    [InlineData("{\"images\": [], \"annotations\": [], \"categories\": [{\"id\": 1, \"keypoints\": [\"a\", \"a\"]}]}", "skeleton-unusable")]
    public void Whatever_a_file_holds_becomes_a_finding(string content, string code)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["x.json"], content);
        var report = DatasetCheck.Open([new("annotations", SourceRole.Unspecified) { Annotations = folder["x.json"], Images = folder.Path }]).Run(stop: TestContext.Current.CancellationToken);
        Assert.Contains(report.Findings, f => f.Check.Code == code && f.Severity == FindingSeverity.Error);
    }

    [Fact]
    public void Ignored_codes_are_not_reported_and_no_severity_exceeds_its_codes()
    {
        using var set = new DrawnSet(OneEach with { Count = 3 });
        set.Annotation(0)["num_keypoints"] = 99;
        Assert.Contains(set.Check().Findings, f => f.Check.Code == "num-keypoints");
        Assert.All(set.Check().Findings, f => Assert.True(f.Severity <= f.Check.Severity));
        var report = DatasetCheck.Open([set.Source()]).Run(["num-keypoints"], stop: TestContext.Current.CancellationToken);
        Assert.DoesNotContain(report.Findings, f => f.Check.Code == "num-keypoints");
    }

    [Fact]
    public void A_stopped_check_says_so()
    {
        using var set = new DrawnSet(OneEach with { Count = 2 });
        Assert.ThrowsAny<OperationCanceledException>(() => DatasetCheck.Open([set.Source()]).Run(stop: new CancellationToken(canceled: true)));
    }

    [Fact]
    public void A_split_selects_what_is_looked_at()
    {
        using var set = new DrawnSet(OneEach with { Count = 4 });
        set.Annotation(0)["num_keypoints"] = 99;
        set.Save();
        File.WriteAllText(set["one.json"], new JsonObject { ["image_ids"] = new JsonArray((int)set.Annotation(0)["image_id"]!) }.ToJsonString());
        Assert.Equal((1, 1), Count(set.Source() with { Split = set["one.json"] }));
        Assert.Equal((3, 0), Count(set.Source() with { Exclude = set["one.json"] }));

        static (int Images, int Findings) Count(CheckSource source)
        {
            var report = DatasetCheck.Open([source]).Run(stop: TestContext.Current.CancellationToken);
            return (report.Sets[0].Images, report.Findings.Count(f => f.Check.Code == "num-keypoints"));
        }
    }

    [Theory]
    [InlineData(false, 4)]
    [InlineData(true, 3)]
    public void Unlabelled_persons_are_counted_as_training_counts_them(bool requireKeypoints, int expected)
    {
        using var set = new DrawnSet(OneEach with { Count = 4 });
        set.Set(1, "keypoints", new double[set.Keypoints(1).Length]);
        set.Annotation(1)["num_keypoints"] = 0;
        set.Save();
        var report = DatasetCheck.Open([set.Source(SourceRole.Unlabelled) with { RequireKeypoints = requireKeypoints }]).Run(stop: TestContext.Current.CancellationToken);
        Assert.Equal(expected, report.Sets[0].Persons);
    }

    [Fact]
    public void Findings_are_drawn()
    {
        using var set = new DrawnSet(OneEach with { Count = 2 });
        set.Move(0, 9, 500, 20);
        var finding = Assert.Single(set.Check().Findings, f => f.Check.Code == "keypoint-outside-image");
        var picture = FindingPicture.Draw(finding, 200)!;
        Assert.Equal((200, 200), (picture.Width, picture.Height));
        Assert.Contains(Enumerable.Range(0, 200 * 200), i => picture.Pixels[3 * i] > 200 && picture.Pixels[(3 * i) + 1] < 60);
    }

    private static IEnumerable<Finding> Above(CheckReport report) => report.Findings.Where(f => f.Severity > FindingSeverity.Hint);

    private static string Record(Finding finding) => finding.Path.Split('.')[0];

    private static string Text(Finding finding) => $"{finding.Check.Code} {finding.Path}: {finding.Found}";
}
