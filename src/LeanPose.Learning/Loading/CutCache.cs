using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Imaging;
using LeanPose.IO;

namespace LeanPose.Learning.Loading;

/// <summary>
/// Parts of pictures in a folder, decoded, one file each, named by a hash of the picture's bytes and of what was cut: a picture
/// that changes is another entry. Several processes may use one folder: files are written whole or not at all, checked by a
/// checksum when they are read, and made anew where they are damaged. They are read, not mapped into memory, because a mapped
/// file that another process cuts short ends this one.
/// </summary>
public sealed class CutCache
{
    private const int HeaderBytes = 48;
    private static readonly TimeSpan InUse = TimeSpan.FromDays(1);
    private readonly string _folder;
    private readonly long _maxBytes;
    private readonly Lock _lock = new();
    private long _bytes = -1;
    private bool _closed;

    /// <summary>Uses a folder; it is made when the first entry is written.</summary>
    /// <param name="folder">May hold nothing else.</param>
    /// <param name="maxBytes">Bound on its files. When it is reached, entries that nobody used for a day make room; if there are none, no more are written.</param>
    public CutCache(string folder, long maxBytes) => (_folder, _maxBytes) = (Path.GetFullPath(folder), maxBytes);

    private static ReadOnlySpan<byte> Magic => "LPCUT01\n"u8;

    /// <summary>The name of an entry.</summary>
    /// <param name="content">Hash of the picture's bytes.</param>
    /// <param name="frame">The person's frame, image pixels.</param>
    /// <param name="reach">What the crops can touch.</param>
    public static string Key(string content, PersonFrame frame, CropReach reach)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{content} {frame.Center.X:R} {frame.Center.Y:R} {frame.ScaleX:R} {reach.Width}x{reach.Height} {reach.MinScale:R} {reach.MaxScale:R} {reach.MaxRotation:R} {reach.MayReduce}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>An entry; null when it is not there or damaged. To be disposed of after use.</summary>
    public PictureWindow? Read(string key)
    {
        try
        {
            using var file = File.OpenHandle(PathOf(key), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Span<byte> header = stackalloc byte[HeaderBytes];
            if (!TryReadAll(file, header, 0) || !header.StartsWith(Magic) || Crc32C.Of(header[..^4]) != BinaryPrimitives.ReadUInt32LittleEndian(header[^4..]))
                return null;
            var numbers = MemoryMarshal.Cast<byte, int>(header[8..]);
            var window = new PixelWindow(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]);
            if (!window.FitsIn(numbers[5], numbers[6]) || RandomAccess.GetLength(file) != HeaderBytes + window.Bytes)
                return null;
            var checksum = (uint)numbers[7];
            var (width, height) = (numbers[5], numbers[6]);
            var read = PictureWindow.Fill(window, width, height, pixels => TryReadAll(file, pixels.Span, HeaderBytes));
            if (Crc32C.Of(read.Pixels) != checksum)
            {
                read.Dispose();
                return null;
            }

            MarkUsed(key);
            return read;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Writes an entry if there is room. What goes wrong costs the entry and nothing else.</summary>
    public void Write(string key, PictureWindow window)
    {
        var size = HeaderBytes + window.Window.Bytes;
        if (!Reserve(size))
            return;
        try
        {
            AtomicFile.Write(PathOf(key), stream =>
            {
                stream.Write(Header(window));
                stream.Write(window.Pixels);
            });
        }
        catch (DataException)
        {
            lock (_lock)
                (_bytes, _closed) = (_bytes - size, true);
        }
    }

    private static byte[] Header(PictureWindow window)
    {
        var header = new byte[HeaderBytes];
        Magic.CopyTo(header);
        var w = window.Window;
        ReadOnlySpan<int> numbers = [w.Left, w.Top, w.Width, w.Height, w.Reduction, window.PictureWidth, window.PictureHeight, (int)Crc32C.Of(window.Pixels)];
        for (var i = 0; i < numbers.Length; i++)
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8 + (4 * i)), numbers[i]);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(HeaderBytes - 4), Crc32C.Of(header.AsSpan(0, HeaderBytes - 4)));
        return header;
    }

    private static bool TryReadAll(Microsoft.Win32.SafeHandles.SafeFileHandle file, Span<byte> target, long offset)
    {
        for (var done = 0; done < target.Length;)
        {
            var read = RandomAccess.Read(file, target[done..], offset + done);
            if (read <= 0)
                return false;
            done += read;
        }

        return true;
    }

    // The time of writing is the time of use, as far as a day: that is all that making room asks for.
    private void MarkUsed(string key)
    {
        var path = PathOf(key);
        if (DateTime.UtcNow - File.GetLastWriteTimeUtc(path) > InUse / 2)
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
    }

    private bool Reserve(long size)
    {
        lock (_lock)
        {
            if (_closed)
                return false;
            if (_bytes < 0)
                _bytes = Entries().Sum(f => f.Length);
            if (_bytes + size > _maxBytes)
            {
                MakeRoom(size);
                _closed = _bytes + size > _maxBytes;
            }

            _bytes += _closed ? 0 : size;
            return !_closed;
        }
    }

    // Half of the folder at once, so that it is seldom looked through.
    private void MakeRoom(long size)
    {
        var old = DateTime.UtcNow - InUse;
        var entries = Entries().OrderBy(f => f.LastWriteTimeUtc).ToList();
        _bytes = entries.Sum(f => f.Length);
        foreach (var entry in entries.TakeWhile(f => f.LastWriteTimeUtc < old))
        {
            if (_bytes <= Math.Min(_maxBytes / 2, _maxBytes - size))
                break;
            try
            {
                entry.Delete();
                _bytes -= entry.Length;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another process has it open; the next entry will do.
            }
        }
    }

    private IEnumerable<FileInfo> Entries() =>
        Directory.Exists(_folder) ? new DirectoryInfo(_folder).EnumerateFiles("*.cut", SearchOption.AllDirectories) : [];

    private string PathOf(string key) => Path.Combine(_folder, key[..2], key + ".cut");
}
