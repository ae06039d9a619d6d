using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using LeanPose.Cli.Terminal;
using LeanPose.Cli.Weights;
using LeanPose.Datasets;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Cli.Tests.Weights;

/// <summary>Fetching, from a server on this machine.</summary>
public sealed class WeightDownloadTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly HttpListener _server = new();
    private readonly string _address;
    private readonly byte[] _content = new byte[300_000];
    private readonly List<string?> _ranges = [];

    public WeightDownloadTests()
    {
        new Random(4).NextBytes(_content);
        using (var port = new TcpListener(IPAddress.Loopback, 0))
        {
            port.Start();
            _address = $"http://localhost:{((IPEndPoint)port.LocalEndpoint).Port}/";
        }

        _server.Prefixes.Add(_address);
        _server.Start();
        _ = Task.Run(Serve);
    }

    // What the server has and does; set between requests.
    private string Tag { get; set; } = "\"one\"";

    private int? BreakAfter { get; set; }

    private string Sha256 => Convert.ToHexStringLower(SHA256.HashData(_content));

    private string Target => _folder["w.pth"];

    public void Dispose()
    {
        _server.Close();
        _folder.Dispose();
    }

    private string Run(string? source = null, string? sha256 = null) => WeightDownload.Run(source ?? _address + "w.pth", Target, sha256 ?? Sha256[..8], new Progress<int>(), TestContext.Current.CancellationToken);

    [Fact]
    public void A_file_comes_whole_and_leaves_nothing_beside_it()
    {
        Assert.Equal(Sha256, Run());
        Assert.Equal(_content, File.ReadAllBytes(Target));
        Assert.Equal([Target], Directory.GetFiles(_folder.Path));
        Assert.Equal([null], _ranges);
    }

    [Fact]
    public void A_fetch_that_broke_is_continued()
    {
        BreakAfter = 100_000;
        var problem = Assert.Throws<CommandException>(() => Run());
        Assert.Equal(ExitCode.Environment, problem.ExitCode);
        Assert.Contains("The weights could not be fetched: ", problem.Message);
        Assert.False(File.Exists(Target));
        var have = new FileInfo(Target + ".part").Length;
        Assert.InRange(have, 1, 100_000);

        BreakAfter = null;
        Run();
        Assert.Equal(_content, File.ReadAllBytes(Target));
        Assert.Equal([null, $"bytes={have}-"], _ranges);
        Assert.Equal([Target], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Another_file_in_its_place_is_fetched_from_its_beginning()
    {
        BreakAfter = 100_000;
        Assert.Throws<CommandException>(() => Run());
        (BreakAfter, Tag) = (null, "\"two\"");
        _content[5] ^= 1;
        Run();
        Assert.Equal(_content, File.ReadAllBytes(Target));
    }

    [Fact]
    public void A_part_that_is_whole_already_is_taken()
    {
        File.WriteAllBytes(Target + ".part", _content);
        File.WriteAllText(Target + ".part.tag", Tag);
        Run();
        Assert.Equal(_content, File.ReadAllBytes(Target));
    }

    [Fact]
    public void A_wrong_checksum_keeps_the_old_file_and_throws_the_new_one_away()
    {
        File.WriteAllText(Target, "old");
        var problem = Assert.Throws<DataException>(() => Run(sha256: "00000000"));
        Assert.Contains($"expected: 00000000… (found {Sha256})", problem.Message);
        Assert.Equal("old", File.ReadAllText(Target));
        Assert.False(File.Exists(Target + ".part"));
    }

    [Fact]
    public void An_address_without_a_file_and_one_without_a_server_are_named()
    {
        Assert.Contains(_address + "missing", Assert.Throws<CommandException>(() => Run(_address + "missing")).Message);
        _server.Stop();
        Assert.Contains(_address, Assert.Throws<CommandException>(() => Run()).Message);
        Assert.Contains("There is no such file.", Assert.Throws<DataException>(() => Run(_folder["none"])).Message);
    }

    [Fact]
    public void A_file_of_this_machine_does_as_well()
    {
        File.WriteAllBytes(_folder["here"], _content);
        Assert.Equal(Sha256, Run(_folder["here"], Sha256));
        Assert.Equal(_content, File.ReadAllBytes(Target));
        Assert.True(File.Exists(_folder["here"]));
    }

    private async Task Serve()
    {
        try
        {
            while (true)
                Answer(await _server.GetContextAsync());
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private void Answer(HttpListenerContext context)
    {
        var response = context.Response;
        if (!context.Request.Url!.AbsolutePath.EndsWith("w.pth", StringComparison.Ordinal))
        {
            response.StatusCode = 404;
            response.Close();
            return;
        }

        var range = context.Request.Headers["Range"];
        _ranges.Add(range);
        var from = 0;
        response.AddHeader("ETag", Tag);
        if (range is not null && context.Request.Headers["If-Range"] == Tag)
        {
            from = int.Parse(range["bytes=".Length..^1]);
            response.StatusCode = from < _content.Length ? 206 : 416;
            response.AddHeader("Content-Range", from < _content.Length ? $"bytes {from}-{_content.Length - 1}/{_content.Length}" : $"bytes */{_content.Length}");
        }

        response.ContentLength64 = _content.Length - from;
        if (BreakAfter is { } count)
        {
            response.OutputStream.Write(_content, from, count);
            response.OutputStream.Flush();
            response.Abort();
            return;
        }

        response.OutputStream.Write(_content, from, _content.Length - from);
        response.Close();
    }
}
