using LeanPose.Cli.Reports;
using Xunit;

namespace LeanPose.Cli.Tests.Reports;

public class NumbersTests
{
    [Theory]
    [InlineData(0.61494, "61.5")]
    [InlineData(1.0, "100.0")]
    [InlineData(null, "no instance in this range")]
    [InlineData(double.NaN, "no instance in this range")]
    public void Percent(double? fraction, string text) => Assert.Equal(text, Numbers.Percent(fraction));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.00012, "1.2e-4")]
    [InlineData(0.0146, "0.0146")]
    [InlineData(18.23, "18.2")]
    [InlineData(1500, "1500")]
    [InlineData(-25000, "-25k")]
    [InlineData(2500000, "2.5M")]
    public void Short(double value, string text) => Assert.Equal(text, Numbers.Short(value));

    [Theory]
    [InlineData(4.23, "4.2 s")]
    [InlineData(200, "3 min 20 s")]
    [InlineData(1440, "24 min")]
    [InlineData(7500, "2 h 05 min")]
    public void Duration(double seconds, string text) => Assert.Equal(text, Numbers.Duration(seconds));

    [Theory]
    [InlineData(1023, "1023 B")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(5 << 20, "5 MiB")]
    public void Bytes(long bytes, string text) => Assert.Equal(text, Numbers.Bytes(bytes));
}
