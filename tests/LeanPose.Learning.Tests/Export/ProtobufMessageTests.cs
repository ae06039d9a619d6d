using LeanPose.Learning.Export;
using Xunit;

namespace LeanPose.Learning.Tests.Export;

/// <summary>The examples of protobuf's own description of its wire format.</summary>
public sealed class ProtobufMessageTests
{
    private static ProtobufMessage Number => new ProtobufMessage().Add(1, 150);

    [Fact]
    public void A_number() => Assert.Equal("089601", Hex(Number));

    [Fact]
    public void A_negative_number() => Assert.Equal("08FEFFFFFFFFFFFFFFFF01", Hex(new ProtobufMessage().Add(1, -2)));

    [Fact]
    public void Text() => Assert.Equal("120774657374696E67", Hex(new ProtobufMessage().Add(2, "testing")));

    [Fact]
    public void Text_is_utf8() => Assert.Equal("0A02C397", Hex(new ProtobufMessage().Add(1, "×")));

    [Fact]
    public void A_message_in_a_message() => Assert.Equal("1A03089601", Hex(new ProtobufMessage().Add(3, Number)));

    [Fact]
    public void A_list_of_messages_and_a_field_number_of_two_bytes() =>
        Assert.Equal("1A030896011A03089601A20100", Hex(new ProtobufMessage().AddEach([Number, Number], (m, n) => m.Add(3, n)).Add(20, "")));

    [Fact]
    public void Bytes_longer_than_a_one_byte_length()
    {
        var bytes = new ProtobufMessage().Add(9, new byte[300]).ToBytes();
        Assert.Equal("4AAC02", Convert.ToHexString(bytes, 0, 3));
        Assert.Equal(303, bytes.Length);
    }

    private static string Hex(ProtobufMessage message) => Convert.ToHexString(message.ToBytes());
}
