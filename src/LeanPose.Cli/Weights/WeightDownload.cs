using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using LeanPose.Cli.Terminal;
using LeanPose.Datasets;

namespace LeanPose.Cli.Weights;

/// <summary>
/// Brings one file from an address or a path to its place. What was fetched before a break is kept beside it as
/// <c>NAME.part</c> and continued (HTTP ranges, RFC 9110 section 14); the file takes its name only when it is whole and its
/// checksum is right.
/// </summary>
internal static class WeightDownload
{
    /// <summary>Fetches.</summary>
    /// <param name="source">An http(s) address, or a path.</param>
    /// <param name="target">The file to make.</param>
    /// <param name="sha256">Its checksum in hexadecimal, or how it begins; null accepts any.</param>
    /// <param name="progress">Told percent.</param>
    /// <param name="stop">Ends it; what is there is kept.</param>
    /// <returns>The checksum of the file, in hexadecimal.</returns>
    /// <exception cref="CommandException">The address does not answer.</exception>
    /// <exception cref="DataException">The file is not the one that was meant, or there is none.</exception>
    public static string Run(string source, string target, string? sha256, IProgress<int> progress, CancellationToken stop)
    {
        var part = target + ".part";
        if (Uri.TryCreate(source, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
            Fetch(address!, part, progress, stop);
        else if (File.Exists(source))
            File.Copy(source, part, overwrite: true);
        else
            throw new DataException("There is no such file.", source, "a path, or an address that begins with https://");
        string found;
        using (var file = File.OpenRead(part))
            found = Convert.ToHexStringLower(SHA256.HashData(file));
        if (sha256 is not null && !found.StartsWith(sha256, StringComparison.OrdinalIgnoreCase))
        {
            Delete(part);
            throw new DataException("The file is not the one that was published: its SHA-256 differs. It was thrown away.", source, $"{sha256}{(sha256.Length < 64 ? "…" : "")} (found {found})", "fetch it again; if that does not help, from another place with --from");
        }

        File.Move(part, target, overwrite: true);
        Delete(TagFile(part));
        return found;
    }

    private static void Fetch(Uri address, string part, IProgress<int> progress, CancellationToken stop)
    {
        try
        {
            using var client = new HttpClient();
            var have = File.Exists(part) && File.Exists(TagFile(part)) ? new FileInfo(part).Length : 0;
            if (!Continue(client, address, part, have, progress, stop))
                Continue(client, address, part, 0, progress, stop);
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !stop.IsCancellationRequested))
        {
            throw new CommandException(
                ExitCode.Environment,
                $"The weights could not be fetched: {e.Message.TrimEnd('.')}.",
                address.ToString(),
                "an address that this machine reaches",
                "try again, which continues where it stopped; or fetch the file elsewhere and give it with --from FILE");
        }
    }

    // False where what is there is of no use and all must be fetched.
    private static bool Continue(HttpClient client, Uri address, string part, long have, IProgress<int> progress, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (have > 0)
        {
            // A server that has another file now sends all of it.
            request.Headers.Range = new RangeHeaderValue(have, null);
            request.Headers.TryAddWithoutValidation("If-Range", File.ReadAllText(TagFile(part)));
        }

        using var response = client.Send(request, HttpCompletionOption.ResponseHeadersRead, stop);
        if (have > 0 && response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            return response.Content.Headers.ContentRange?.Length == have;
        response.EnsureSuccessStatusCode();
        if (response.StatusCode != HttpStatusCode.PartialContent || response.Content.Headers.ContentRange?.From != have)
        {
            if (response.StatusCode == HttpStatusCode.PartialContent)
                return false;
            have = 0;
        }

        // Only a file that can be recognised again can be continued.
        var tag = response.Headers.ETag is { IsWeak: false } strong ? strong.ToString() : response.Content.Headers.LastModified?.ToString("r", CultureInfo.InvariantCulture);
        if (tag is null)
            Delete(TagFile(part));
        else
            File.WriteAllText(TagFile(part), tag);
        var total = response.Content.Headers.ContentLength + have;
        using (var to = new FileStream(part, have == 0 ? FileMode.Create : FileMode.Append, FileAccess.Write))
        {
            using var from = response.Content.ReadAsStream(stop);
            Copy(from, to, total, progress, stop);
            have = to.Length;
        }

        return total is null || have == total
            ? true
            : throw new HttpRequestException(string.Create(CultureInfo.InvariantCulture, $"it ended after {have} of {total} bytes"));
    }

    private static void Copy(Stream from, Stream to, long? total, IProgress<int> progress, CancellationToken stop)
    {
        var buffer = new byte[1 << 16];
        for (int read; (read = Read(from, buffer)) > 0;)
        {
            stop.ThrowIfCancellationRequested();
            to.Write(buffer, 0, read);
            if (total is > 0)
                progress.Report((int)(100 * to.Position / total.Value));
        }
    }

    // A connection that breaks is no fault of this machine's disk.
    private static int Read(Stream from, byte[] buffer)
    {
        try
        {
            return from.Read(buffer);
        }
        catch (IOException e)
        {
            throw new HttpRequestException(e.Message, e);
        }
    }

    private static string TagFile(string part) => part + ".tag";

    private static void Delete(string path)
    {
        if (File.Exists(path))
            File.Delete(path);
    }
}
