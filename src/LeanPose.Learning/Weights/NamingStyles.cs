using System.Globalization;
using System.Text.RegularExpressions;

namespace LeanPose.Learning.Weights;

/// <summary>Names that others give to the tensors of networks that are here too.</summary>
internal static partial class NamingStyles
{
    /// <summary>One naming.</summary>
    /// <param name="Name">Whose it is.</param>
    /// <param name="Translate">Its names to ours; null for one that has no like here.</param>
    public sealed record NamingStyle(string Name, Func<string, string?> Translate);

    // How many blocks each stage of MobileNetV2 has.
    private static readonly int[] MobileStages = [1, 2, 3, 4, 3, 3, 1];

    private static readonly NamingStyle TimmMobile = new("timm", TimmMobileNet), OpenMmLabMobile = new("OpenMMLab", OpenMmLabMobileNet), OpenMmLabViT = new("OpenMMLab", OpenMmLabTransformer);

    /// <summary>The naming of a file; null where it is the one used here, or unknown.</summary>
    public static NamingStyle? Of(IReadOnlyCollection<string> names) =>
        names.Contains("conv_stem.weight") && names.Contains("blocks.0.0.conv_dw.weight") ? TimmMobile
        : names.Contains("conv1.conv.weight") && names.Contains("layer1.0.conv.0.conv.weight") ? OpenMmLabMobile
        : names.Contains("patch_embed.projection.weight") || names.Contains("last_norm.weight") ? OpenMmLabViT
        : null;

    // blocks.2.1.conv_pwl.weight is the third convolution of features.5.
    private static string? TimmMobileNet(string name)
    {
        if (name.StartsWith("conv_stem.", StringComparison.Ordinal))
            return "features.0.0." + name["conv_stem.".Length..];
        if (name.StartsWith("bn1.", StringComparison.Ordinal))
            return "features.0.1." + name["bn1.".Length..];
        if (name.StartsWith("conv_head.", StringComparison.Ordinal))
            return "features.18.0." + name["conv_head.".Length..];
        if (name.StartsWith("bn2.", StringComparison.Ordinal))
            return "features.18.1." + name["bn2.".Length..];
        if (TimmBlock().Match(name) is not { Success: true } m)
            return name;
        var (stage, part) = (Number(m, 1), m.Groups[3].Value);
        var place = (stage, part) switch
        {
            (0, "conv_dw") => "0.0",
            (0, "bn1") => "0.1",
            (0, "conv_pw") => "1",
            (0, "bn2") => "2",
            (_, "conv_pw") => "0.0",
            (_, "bn1") => "0.1",
            (_, "conv_dw") => "1.0",
            (_, "bn2") => "1.1",
            (_, "conv_pwl") => "2",
            (_, "bn3") => "3",
            _ => null,
        };
        return place is null ? null : Feature(stage, Number(m, 2), place, m.Groups[4].Value);
    }

    // layer3.1.conv.2.bn.weight is the norm after the third convolution of features.5.
    private static string? OpenMmLabMobileNet(string name)
    {
        if (OpenMmLabEnd().Match(name) is { Success: true } end)
            return $"features.{(end.Groups[1].Value == "1" ? 0 : 18)}.{(end.Groups[2].Value == "conv" ? 0 : 1)}.{end.Groups[3].Value}";
        if (OpenMmLabBlock().Match(name) is not { Success: true } m)
            return name;
        var (stage, convolution, norm) = (Number(m, 1) - 1, Number(m, 3), m.Groups[4].Value == "bn" ? 1 : 0);
        var last = stage == 0 ? 1 : 2;
        return Feature(stage, Number(m, 2), convolution == last ? $"{last + norm}" : $"{convolution}.{norm}", m.Groups[5].Value);
    }

    // ViTPose writes timm's names, with 'last_norm' for 'norm'; MMPretrain has names of its own.
    private static string? OpenMmLabTransformer(string name) => name
        .Replace("last_norm.", "norm.", StringComparison.Ordinal)
        .Replace("patch_embed.projection.", "patch_embed.proj.", StringComparison.Ordinal)
        .Replace("ffn.layers.0.0.", "mlp.fc1.", StringComparison.Ordinal)
        .Replace("ffn.layers.1.", "mlp.fc2.", StringComparison.Ordinal)
        .Replace("ln1.", name.StartsWith("layers.", StringComparison.Ordinal) ? "norm1." : "norm.", StringComparison.Ordinal)
        .Replace("ln2.", "norm2.", StringComparison.Ordinal) is var own && own.StartsWith("layers.", StringComparison.Ordinal)
            ? "blocks." + own["layers.".Length..]
            : own;

    private static string? Feature(int stage, int block, string place, string rest) =>
        stage < MobileStages.Length ? string.Create(CultureInfo.InvariantCulture, $"features.{1 + MobileStages.Take(stage).Sum() + block}.conv.{place}.{rest}") : null;

    // No name has a number that long; one that has is translated to nothing that there is.
    private static int Number(Match match, int group) => int.TryParse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < 1000 ? number : 999;

    [GeneratedRegex(@"^blocks\.(\d+)\.(\d+)\.(conv_pw|conv_dw|conv_pwl|bn1|bn2|bn3)\.(.+)$")]
    private static partial Regex TimmBlock();

    [GeneratedRegex(@"^layer(\d+)\.(\d+)\.conv\.(\d+)\.(conv|bn)\.(.+)$")]
    private static partial Regex OpenMmLabBlock();

    [GeneratedRegex(@"^conv([12])\.(conv|bn)\.(.+)$")]
    private static partial Regex OpenMmLabEnd();
}
