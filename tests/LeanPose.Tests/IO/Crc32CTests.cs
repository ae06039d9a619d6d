using LeanPose.IO;
using Xunit;

namespace LeanPose.Tests.IO;

public class Crc32CTests
{
    // RFC 3720, B.4, and the check value of the CRC catalogue.
    [Fact]
    public void Agrees_with_published_values()
    {
        Assert.Equal(0xE3069283, Crc32C.Of("123456789"u8));
        Assert.Equal(0x8A9136AA, Crc32C.Of(new byte[32]));
        Assert.Equal(0x46DD794Eu, Crc32C.Of([.. Enumerable.Range(0, 32).Select(i => (byte)i)]));
        Assert.Equal(0u, Crc32C.Of([]));
    }
}
