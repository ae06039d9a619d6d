using System.Globalization;
using LeanPose.Learning.Native;
using Xunit;
using static TorchSharp.torch;

namespace LeanPose.Learning.Tests.Native;

public class FreedMemoryTests
{
    [Fact]
    public void A_block_that_was_freed_is_there_again_without_new_pages()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only glibc can be told.");
        Assert.True(FreedMemory.Keep());
        const int bytes = 24 << 20;
        for (var i = 0; i < 10; i++)
            Touch(bytes); // the heap grows by a few blocks, depending on what lies in it, before it has a place for good
        var before = PageFaults();
        for (var i = 0; i < 20; i++)
            Touch(bytes);

        // Anew, 20 blocks would be 122 880 pages of 4 kB.
        Assert.InRange(PageFaults() - before, 0, 20_000);
    }

    private static void Touch(int bytes)
    {
        using var block = ones(bytes / 4);
    }

    // Field 10 of stat(5), counted from behind the name, which may hold blanks.
    private static long PageFaults()
    {
        var stat = File.ReadAllText("/proc/self/stat");
        return long.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[7], CultureInfo.InvariantCulture);
    }
}
