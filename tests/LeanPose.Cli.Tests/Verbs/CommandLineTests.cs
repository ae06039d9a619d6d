using LeanPose.Cli.Terminal;
using LeanPose.Cli.Tests.Terminal;
using LeanPose.Testing;
using Xunit;

namespace LeanPose.Cli.Tests.Verbs;

/// <summary>Wrong command lines, from the real program.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("trian", "error: Unrecognized command or argument 'trian' (did you mean 'train'?).\n  where:    leanpose\n  do:       'leanpose --help' shows what there is, with examples\n")]
    [InlineData("data synth --count x --out o", "error: --count: found 'x', expected a whole number of 1 or more.\n  where:    leanpose data synth\n  do:       'leanpose data synth --help' shows what there is, with examples\n")]
    [InlineData("data synth --domain studo --size 9 --out o", "error: --domain: found 'studo', expected one of studio, street, night, overhead-fisheye (did you mean 'studio'?); --size: found '9', expected WxH, for example 256x192.\n  where:    leanpose data synth\n  do:       'leanpose data synth --help' shows what there is, with examples\n")]
    [InlineData("train nowhere.yaml", "error: The recipe cannot be read.\n  where:    nowhere.yaml\n  expected: a recipe file (YAML)\n  do:       check the path; 'recipes/' holds some to start from\n")]
    public async Task Says_what_is_wrong_and_where_help_is(string line, string error) =>
        Assert.Equal(new Finished(ExitCode.Usage, "", error), await CommandLine.Run(_folder.Path, line.Split(' ')));

    [Fact]
    public async Task Without_arguments_there_is_help()
    {
        var end = await CommandLine.Run(_folder.Path);
        Assert.Equal((ExitCode.Ok, ""), (end.ExitCode, end.Error));
        Assert.Contains("leanpose demo", end.Output);
    }
}
