// One file, two uses: MSBuild compiles it into the inline task of eng/native.targets, and LeanPose.Learning
// links it to tell what it finds at run time. It therefore keeps to .NET Standard 2.0 and plain arrays.
#nullable enable

using System.Text;
#if !LEANPOSE_LEARNING
using System;
using System.Collections.Generic;
#endif

namespace LeanPose.Learning.Native;

/// <summary>What <see cref="LibTorchSharpCompatibility"/> found in a file.</summary>
internal enum LibTorchSharpState
{
    /// <summary>As published, and in need of GLIBCXX_3.4.32.</summary>
    Original,

    /// <summary>Made to load without GLIBCXX_3.4.32.</summary>
    Patched,

    /// <summary>Needs no GLIBCXX_3.4.32 at all: there is nothing to do.</summary>
    NotNeeded,

    /// <summary>Not the file we know; hands off.</summary>
    Unknown,
}

/// <summary>
/// Lets TorchSharp's native bridge, <c>libLibTorchSharp.so</c>, load where the system's libstdc++ is older than GCC 13's.
/// </summary>
/// <remarks>
/// The bridge needs one single symbol of that version: <c>std::ios_base_library_init()</c>, which sets up
/// <c>std::cout</c> and its like. libtorch, loaded before it, has done so already through its own initialisers,
/// so the call may as well do nothing. Three edits of a few bytes see to that:
/// <list type="number">
/// <item><c>.dynsym</c>: the symbol gets the name of libc's harmless <c>rand()</c>, found as the tail of a longer name;</item>
/// <item><c>.gnu.version</c>: that symbol loses its version, since libc's <c>rand</c> has another;</item>
/// <item><c>.gnu.version_r</c>: the need for <c>GLIBCXX_3.4.32</c> becomes a weak one, so that its absence is no error.</item>
/// </list>
/// A patched file loads on newer systems as well. Layout of the file: System V gABI and the Linux Standard Base, "Symbol Versioning".
/// </remarks>
internal static class LibTorchSharpCompatibility
{
    /// <summary>The version of libstdc++'s symbols that older systems lack.</summary>
    public const string Version = "GLIBCXX_3.4.32";

    private const string Symbol = "_ZSt21ios_base_library_initv";
    private const string Harmless = "rand";
    private const string SearchPath = "$ORIGIN/libtorch:$ORIGIN";
    private const int SymbolSize = 24;            // sizeof(Elf64_Sym)
    private const int DynamicSize = 16;           // sizeof(Elf64_Dyn)
    private const uint Dynamic = 6;               // SHT_DYNAMIC
    private const uint RunPath = 29;              // DT_RUNPATH
    private const int SectionSize = 64;           // sizeof(Elf64_Shdr)
    private const uint DynamicSymbols = 11;       // SHT_DYNSYM
    private const uint SymbolVersions = 0x6fffffff; // SHT_GNU_versym
    private const uint NeededVersions = 0x6ffffffe; // SHT_GNU_verneed
    private const ushort GlobalUnversioned = 1;   // VER_NDX_GLOBAL
    private const ushort Weak = 2;                // VER_FLG_WEAK

    /// <summary>Tells what a file is, and why where it is <see cref="LibTorchSharpState.Unknown"/>.</summary>
    public static LibTorchSharpState Inspect(byte[] file, out string why)
    {
        why = "";
        try
        {
            var places = Find(file);
            if (places.NeedFlags < 0)
                return LibTorchSharpState.NotNeeded;
            var weak = (ReadUInt16(file, places.NeedFlags) & Weak) != 0;
            if (places.Symbols.Count == 0 && weak)
                return LibTorchSharpState.Patched;
            if (places.Symbols.Count != 1 || weak)
                throw new FormatException($"{places.Symbols.Count} symbols need {Version} ({(weak ? "weakly" : "strictly")}), expected 1 (strictly)");
            var name = String(file, places.Strings, (int)ReadUInt32(file, Offset(places.SymbolTable, places.Symbols[0], SymbolSize)));
            if (name != Symbol)
                throw new FormatException($"{name} needs {Version}, expected {Symbol}");
            if (places.HarmlessName < 0)
                throw new FormatException($"no name in .dynstr ends in '{Harmless}'");
            return LibTorchSharpState.Original;
        }
        catch (Exception e) when (e is FormatException or IndexOutOfRangeException or ArgumentException or OverflowException)
        {
            why = e is FormatException ? e.Message : "the ELF tables point outside the file";
            return LibTorchSharpState.Unknown;
        }
    }

    /// <summary>A patched copy of an original file; any other file comes back as it is.</summary>
    public static byte[] Patch(byte[] file)
    {
        if (Inspect(file, out _) != LibTorchSharpState.Original)
            return file;
        var places = Find(file);
        var patched = (byte[])file.Clone();
        var symbol = places.Symbols[0];
        Write(patched, Offset(places.SymbolTable, symbol, SymbolSize), BitConverter.GetBytes((uint)places.HarmlessName));
        Write(patched, Offset(places.VersionTable, symbol, 2), BitConverter.GetBytes(GlobalUnversioned));
        Write(patched, places.NeedFlags, BitConverter.GetBytes((ushort)(ReadUInt16(file, places.NeedFlags) | Weak)));
        return patched;

        static void Write(byte[] target, int at, byte[] bytes) => bytes.CopyTo(target, at);
    }

    /// <summary>
    /// A copy of a bridge that looks for libtorch in the folder <c>libtorch</c> beside it, then in its own. .NET looks for
    /// libraries by name in the bridge's folder, and TorchSharp asks it for libtorch by name before anything else; with
    /// libtorch out of its sight, whichever libtorch the program has loaded before is the one that is used.
    /// </summary>
    /// <returns>The copy, or null where the file has no search path of that length; <paramref name="why"/> then says so.</returns>
    public static byte[]? Redirect(byte[] file, out string why)
    {
        why = "";
        try
        {
            var sections = Sections(file);
            var dynamic = One(sections, Dynamic, ".dynamic");
            for (var at = dynamic.Start; at < dynamic.Start + dynamic.Length; at += DynamicSize)
            {
                if (ReadInt(file, at) != RunPath)
                    continue;
                var start = sections[dynamic.Link].Start + ReadInt(file, at + 8);
                var length = Array.IndexOf(file, (byte)0, start) - start;
                if (length < SearchPath.Length)
                    throw new FormatException($"its search path has {length} characters, expected {SearchPath.Length} or more");
                var redirected = (byte[])file.Clone();
                Array.Clear(redirected, start, length);
                Encoding.ASCII.GetBytes(SearchPath).CopyTo(redirected, start);
                return redirected;
            }

            throw new FormatException("it has no search path (DT_RUNPATH)");
        }
        catch (Exception e) when (e is FormatException or IndexOutOfRangeException or ArgumentException or OverflowException)
        {
            why = e is FormatException ? e.Message : "the ELF tables point outside the file";
            return null;
        }
    }

    /// <summary>Everything the three edits touch; offsets into the file, -1 where there is none.</summary>
    private sealed class Places
    {
        public Section SymbolTable, VersionTable, Strings;
        public int NeedFlags = -1;

        /// <summary>Indices of the symbols that are bound to the missing version.</summary>
        public List<int> Symbols = [];

        /// <summary>Where in .dynstr a string "rand" starts.</summary>
        public int HarmlessName = -1;
    }

    private struct Section
    {
        public uint Type;
        public int Start, Length, Link, Info;
    }

    private static Section[] Sections(byte[] file)
    {
        // e_ident: magic, 64 bit, little endian; e_machine: x86-64.
        if (file.Length < 64 || ReadUInt32(file, 0) != 0x464c457f || file[4] != 2 || file[5] != 1 || ReadUInt16(file, 18) != 62)
            throw new FormatException("not an ELF library for 64-bit x86");

        var sections = new Section[ReadUInt16(file, 60)];
        var table = ReadInt(file, 40);
        for (var i = 0; i < sections.Length; i++)
        {
            var at = table + (i * SectionSize);
            sections[i] = new Section
            {
                Type = ReadUInt32(file, at + 4),
                Start = ReadInt(file, at + 24),
                Length = ReadInt(file, at + 32),
                Link = (int)ReadUInt32(file, at + 40),
                Info = (int)ReadUInt32(file, at + 44),
            };
        }

        return sections;
    }

    private static Places Find(byte[] file)
    {
        var sections = Sections(file);
        var result = new Places();
        if (!Array.Exists(sections, s => s.Type == NeededVersions))
            return result;
        var needs = One(sections, NeededVersions, ".gnu.version_r");
        result.NeedFlags = FindNeed(file, needs, sections[needs.Link], out var version);
        if (result.NeedFlags < 0)
            return result;

        result.SymbolTable = One(sections, DynamicSymbols, ".dynsym");
        result.VersionTable = One(sections, SymbolVersions, ".gnu.version");
        result.Strings = sections[result.SymbolTable.Link];

        for (var i = 0; i < result.SymbolTable.Length / SymbolSize; i++)
        {
            if (ReadUInt16(file, Offset(result.VersionTable, i, 2)) == version)
                result.Symbols.Add(i);
        }

        result.HarmlessName = FindString(file, result.Strings, Harmless);
        return result;
    }

    // Elf64_Verneed (one per library) heads a chain of Elf64_Vernaux (one per version wanted of it).
    private static int FindNeed(byte[] file, Section needs, Section strings, out ushort version)
    {
        version = 0;
        var need = needs.Start;
        for (var n = 0; n < needs.Info; n++)
        {
            var entry = need + (int)ReadUInt32(file, need + 8);
            for (var i = ReadUInt16(file, need + 2); i > 0; i--)
            {
                if (String(file, strings, (int)ReadUInt32(file, entry + 8)) == Version)
                {
                    version = ReadUInt16(file, entry + 6);
                    return entry + 4;
                }

                entry += (int)ReadUInt32(file, entry + 12);
            }

            need += (int)ReadUInt32(file, need + 12);
        }

        return -1;
    }

    private static Section One(Section[] sections, uint type, string name)
    {
        var found = Array.FindAll(sections, s => s.Type == type);
        return found.Length == 1 ? found[0] : throw new FormatException($"{found.Length} sections {name}, expected 1");
    }

    private static int FindString(byte[] file, Section strings, string value)
    {
        var bytes = Encoding.ASCII.GetBytes(value + "\0");
        for (var at = 0; at + bytes.Length <= strings.Length; at++)
        {
            var same = 0;
            while (same < bytes.Length && file[strings.Start + at + same] == bytes[same])
                same++;
            if (same == bytes.Length)
                return at;
        }

        return -1;
    }

    private static int Offset(Section table, int index, int size) => table.Start + (index * size);

    private static string String(byte[] file, Section strings, int at)
    {
        var start = strings.Start + at;
        return Encoding.ASCII.GetString(file, start, Array.IndexOf(file, (byte)0, start) - start);
    }

    private static int ReadInt(byte[] file, int at) => checked((int)BitConverter.ToUInt64(file, at));

    private static uint ReadUInt32(byte[] file, int at) => BitConverter.ToUInt32(file, at);

    private static ushort ReadUInt16(byte[] file, int at) => BitConverter.ToUInt16(file, at);
}

#if !LEANPOSE_LEARNING
/// <summary>Writes the copy of a bridge that programs get; leaves one that it does not know alone and says so.</summary>
public sealed class PatchLibTorchSharp : Microsoft.Build.Utilities.Task
{
    /// <summary>The package's own file; never written to.</summary>
    [Microsoft.Build.Framework.Required]
    public string Original { get; set; } = "";

    /// <summary>Where the copy goes.</summary>
    [Microsoft.Build.Framework.Required]
    public string Patched { get; set; } = "";

    /// <summary>Whether this system's libstdc++ is too old for the published file.</summary>
    public bool OldSystem { get; set; }

    /// <inheritdoc/>
    public override bool Execute()
    {
        var file = System.IO.File.ReadAllBytes(Original);
        System.IO.Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Patched)!);
        System.IO.File.Delete(Patched);
        var copy = LibTorchSharpCompatibility.Redirect(file, out var why);
        if (copy is null)
        {
            Warn($"left alone: {why}. Another libtorch than the packaged one cannot be used.");
            copy = file;
        }

        if (OldSystem && LibTorchSharpCompatibility.Inspect(file, out why) == LibTorchSharpState.Unknown)
        {
            Warn($"left alone: {why}. This system's libstdc++ lacks {LibTorchSharpCompatibility.Version}, and the library will probably not load here. "
                + "Install libstdc++ of GCC 13 or newer, or see docs/native-runtime.md.");
        }
        else if (OldSystem)
        {
            copy = LibTorchSharpCompatibility.Patch(copy);
        }

        // Written whole or not at all: a build that is killed here must not leave half a library behind.
        System.IO.File.WriteAllBytes(Patched + ".part", copy);
        System.IO.File.Move(Patched + ".part", Patched);
        return true;
    }

    private void Warn(string message) => Log.LogWarning(null, "LEANPOSE001", null, Original, 0, 0, 0, 0, message);
}
#endif
