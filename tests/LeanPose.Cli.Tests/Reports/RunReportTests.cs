using System.Xml.Linq;
using LeanPose.Cli.Reports;
using LeanPose.Datasets;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Cli.Tests.Reports;

public sealed class RunReportTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_finished_run_s_page_holds_every_number_with_its_protocol()
    {
        SampleRun.Write(_folder.Path);
        var text = Text([]);

        foreach (var (network, report) in SampleRun.Reports(0.6101))
        {
            Assert.Contains(network, text);
            foreach (var (metric, value) in report.Metrics)
            {
                Assert.Contains(metric, text);
                Assert.Contains(value is { } v ? (100 * v).ToString("0.0") : "no instance in this range", text);
            }

            foreach (var (key, value) in report.Protocol)
                Assert.Contains($"{key}\n{value}", text);
        }

        Assert.Contains("57.9 – 64.2", text); // the interval of AP
        Assert.Contains("43.2", text); // left wrist
        Assert.Contains("finished · 200 of 200 steps", text);
        Assert.Contains("few validation persons", text);
        Assert.Contains("name: sspcm # <- & \"quoted\"", text);
        Assert.Contains("Pseudo: accepted", text);
    }

    [Fact]
    public void The_page_needs_no_other_file_and_no_script()
    {
        SampleRun.Write(_folder.Path);
        var page = Page([SampleRun.Person(_folder, 1, 3)]);

        Assert.Empty(page.Descendants("script"));
        Assert.Empty(page.Descendants("link"));
        Assert.All(page.Descendants().Attributes().Where(a => a.Name.LocalName is "src" or "href"), a => Assert.StartsWith("data:", a.Value));
        Assert.DoesNotContain("url(", page.Descendants("style").Single().Value);
        Assert.DoesNotContain("import", page.Descendants("style").Single().Value);
    }

    [Fact]
    public void Persons_are_shown_with_label_and_prediction_and_their_error()
    {
        SampleRun.Write(_folder.Path);
        var page = Page([SampleRun.Person(_folder, 1, 3), SampleRun.Person(_folder, 2, 5)]);

        Assert.Equal(4, page.Descendants("img").Count());
        Assert.Equal(
            ["2.png · person 2 · error 5.0 px (12.5 % of the box)", "1.png · person 1 · error 3.0 px (7.5 % of the box)"],
            page.Descendants("figcaption").Select(c => c.Value));
    }

    [Fact]
    public void A_hostile_file_name_stays_text()
    {
        SampleRun.Write(_folder.Path);
        const string name = "<script>alert(\"&\")</script>\u0001.png";
        var page = Page([SampleRun.Person(_folder, 1, 3, name)]);

        Assert.Empty(page.Descendants("script"));
        Assert.StartsWith("<script>alert(\"&\")</script>\uFFFD.png", page.Descendants("figcaption").Single().Value);
        Assert.DoesNotContain("<script", File.ReadAllText(_folder["report.html"]));
    }

    [Fact]
    public void A_picture_that_is_gone_is_named_and_the_page_still_written()
    {
        SampleRun.Write(_folder.Path);
        var person = SampleRun.Person(_folder, 1, 3);
        File.Delete(person.Person.Image.Path);

        var page = Page([person]);
        Assert.Empty(page.Descendants("img"));
        Assert.Contains(person.Person.Image.Path, SampleRun.Text(page));
    }

    [Fact]
    public void A_run_that_has_just_begun_gets_a_page()
    {
        SampleRun.WriteLog(_folder.Path, SampleRun.Start(), "{\"event\":\"step\",\"st");
        var text = Text([]);

        Assert.Contains("not finished · 0 of 200 steps", text);
        Assert.Contains("No evaluation yet.", text);
        Assert.Contains("1 line(s) of log.jsonl could not be read", text);
    }

    [Fact]
    public void A_collapsed_run_shows_brightness_alarms_and_the_last_table_by_keypoint()
    {
        SampleRun.WriteLog(
            _folder.Path,
            SampleRun.Start(),
            SampleRun.Step(10, 1),
            SampleRun.Telemetry(20, 0.4),
            new { @event = "rollback", step = 20, from = 34, kind = "Dark", message = "Unlabelled heatmaps have gone out.", change = "the learning rate is 0.5 of the recipe's" },
            SampleRun.Telemetry(40, 0.0375),
            new { @event = "alarm", step = 40, kind = "Dark", message = "Unlabelled heatmaps have gone out again." },
            new { @event = "end", step = 40, outcome = "Collapsed", message = "Collapsed at step 40." });
        var page = Page([]);
        var text = SampleRun.Text(page);

        Assert.Contains("collapsed · 40 of 200 steps", text);
        Assert.Contains("Went back from step 34 to 20; the learning rate is 0.5 of the recipe's. Unlabelled heatmaps have gone out.", text);
        Assert.Contains("Step 40: Unlabelled heatmaps have gone out again.", text);
        var chart = page.Descendants("figure").Single(f => f.Element("h3")!.Value == "Heatmap maxima, mean");
        Assert.Equal(["labelled: student 0.62", "unlabelled: student 0.0375"], chart.Descendants("li").Select(l => l.Value));
        Assert.Contains("Pseudo: gap", text);
        Assert.Contains("Steps 21 to 40, means over their batches: shares in percent", text);
        var table = page.Descendants("table").Single(t => t.Descendants("th").Any(h => h.Value == "maximum, unlabelled"));
        Assert.Equal(["keypoint", "maximum, unlabelled", "accepted", "network to pseudo label"], table.Element("thead")!.Descendants("th").Select(h => h.Value));
        Assert.Equal(["nose|0.0375|87.5|2.25", "left hip|0.0125|12.5|none"], table.Element("tbody")!.Elements("tr").Select(r => string.Join('|', r.Elements().Select(c => c.Value))));
    }

    [Theory]
    [InlineData(4, "earlier 0 chosen|earlier 1 chosen|earlier 2 chosen")]
    [InlineData(9, "")]
    public void What_compares_two_networks_by_keypoint_stands_in_a_table_of_its_own(int pairs, string shown)
    {
        var columns = new Dictionary<string, double[]> { ["pseudo/ratio"] = [0.5, 0.25], ["pseudo/distance"] = [1.5, 2], ["pseudo/distance/p50"] = [1, 2], ["pseudo/distance/p90"] = [3, 4], ["pseudo/pair/present"] = [0.75, 1] };
        for (var i = 0; i < pairs - 1; i++)
            columns[$"pseudo/pair/earlier {i}"] = [0.125, 0];
        var table = columns.ToDictionary(c => c.Key, c => (object)c.Value);
        table["keypoint"] = new[] { "nose", "left_hip" };
        SampleRun.WriteLog(_folder.Path, SampleRun.Start(), new { @event = "step", step = 20, time = 2.0, scalars = new { loss = 1.0 }, perKeypoint = table });
        var tables = Page([]).Descendants("table").Select(t => string.Join('|', t.Element("thead")?.Descendants("th").Select(h => h.Value) ?? [])).ToList();
        Assert.Contains("keypoint|consistency to supervised loss", tables);
        Assert.Contains($"keypoint|between networks: mean|median|90 % below|present pair chosen|{shown}".TrimEnd('|'), tables);
    }

    [Fact]
    public void A_run_without_a_log_shows_its_metrics()
    {
        File.WriteAllText(_folder["model.safetensors"], "");
        File.WriteAllText(_folder["metrics.json"], SampleRun.Report(0.4242).ToJson());
        Assert.Contains("42.4", Text([]));
    }

    [Fact]
    public void A_run_that_goes_on_shows_its_newest_evaluation_not_an_older_final_one()
    {
        SampleRun.WriteLog(_folder.Path, SampleRun.Start(), SampleRun.Evaluation(100, 20, 0.7171));
        File.WriteAllText(_folder["metrics.json"], SampleRun.Report(0.4242).ToJson());
        Assert.Contains("71.7", Text([]));
        Assert.DoesNotContain("42.4", Text([]));
    }

    [Fact]
    public void Writing_twice_gives_the_same_page()
    {
        SampleRun.Write(_folder.Path);
        Page([SampleRun.Person(_folder, 1, 3)]);
        var first = File.ReadAllText(_folder["report.html"]);
        Page([SampleRun.Person(_folder, 1, 3)]);
        Assert.Equal(first, File.ReadAllText(_folder["report.html"]));
    }

    [Fact]
    public void A_folder_without_a_run_is_refused()
        => Assert.Throws<DataException>(() => RunReport.Write(_folder.Path, []));

    private XDocument Page(IReadOnlyList<PredictedPerson> examples) => SampleRun.Parse(RunReport.Write(_folder.Path, examples));

    private string Text(IReadOnlyList<PredictedPerson> examples) => SampleRun.Text(Page(examples));
}
