using LeanPose.Learning.Weights;
using Xunit;

namespace LeanPose.Learning.Tests.Weights;

public sealed class WeightNamesTests
{
    [Fact]
    public void What_every_name_begins_with_is_taken_off()
    {
        var names = WeightNames.Of(["module.model.conv1.weight", "module.model.bn1.bias"]);
        Assert.Equal("module.model.", names.Prefix);
        Assert.Equal(["conv1.weight", "bn1.bias"], names.All);
        Assert.Equal("module.model.bn1.bias", names.InFile("bn1.bias"));
        Assert.Null(names.InFile("bn2.bias"));

        names = WeightNames.Of(["module.conv1.weight", "bn1.bias"]);
        Assert.Equal("", names.Prefix);
        Assert.Equal(["module.conv1.weight", "bn1.bias"], names.All);
        Assert.Null(names.Style);
        Assert.Empty(WeightNames.Of([]).All);
    }

    [Theory]
    [InlineData("backbone.stage2.0.fuse_layers.0.1.0.weight", "stage2.0.fuse_layers.0.1.0.weight")]
    [InlineData("keypoint_head.final_layer.weight", "final_layer.weight")]
    [InlineData("head.deconv_layers.3.weight", "deconv_layers.3.weight")]
    public void Parts_of_OpenMMLab(string inFile, string own)
    {
        var names = WeightNames.Of(["backbone.conv1.weight", inFile]);
        Assert.Equal(inFile, names.InFile(own));
        Assert.Equal("OpenMMLab", names.Style);
    }

    // Which convolution of which block, counted by hand in the published definitions.
    [Theory]
    [InlineData("bn1.bias", "features.0.1.bias")]
    [InlineData("blocks.0.0.bn1.weight", "features.1.conv.0.1.weight")]
    [InlineData("blocks.0.0.conv_pw.weight", "features.1.conv.1.weight")]
    [InlineData("blocks.0.0.bn2.running_mean", "features.1.conv.2.running_mean")]
    [InlineData("blocks.1.0.conv_pw.weight", "features.2.conv.0.0.weight")]
    [InlineData("blocks.2.1.conv_dw.weight", "features.5.conv.1.0.weight")]
    [InlineData("blocks.2.1.conv_pwl.weight", "features.5.conv.2.weight")]
    [InlineData("blocks.6.0.bn3.bias", "features.17.conv.3.bias")]
    [InlineData("conv_head.weight", "features.18.0.weight")]
    [InlineData("bn2.running_var", "features.18.1.running_var")]
    public void MobileNetV2_of_timm(string inFile, string own)
    {
        var names = WeightNames.Of(["conv_stem.weight", "blocks.0.0.conv_dw.weight", inFile]);
        Assert.Equal(("timm", inFile), (names.Style, names.InFile(own)));
        Assert.Equal("conv_stem.weight", names.InFile("features.0.0.weight"));
    }

    [Theory]
    [InlineData("layer1.0.conv.1.conv.weight", "features.1.conv.1.weight")]
    [InlineData("layer1.0.conv.1.bn.bias", "features.1.conv.2.bias")]
    [InlineData("layer2.0.conv.1.bn.bias", "features.2.conv.1.1.bias")]
    [InlineData("layer3.1.conv.2.bn.weight", "features.5.conv.3.weight")]
    [InlineData("layer7.0.conv.2.conv.weight", "features.17.conv.2.weight")]
    [InlineData("conv2.bn.bias", "features.18.1.bias")]
    public void MobileNetV2_of_OpenMMLab(string inFile, string own)
    {
        var names = WeightNames.Of(["backbone.conv1.conv.weight", "backbone.layer1.0.conv.0.conv.weight", "backbone." + inFile]);
        Assert.Equal(("OpenMMLab", "backbone." + inFile), (names.Style, names.InFile(own)));
        Assert.Equal("backbone.layer1.0.conv.0.conv.weight", names.InFile("features.1.conv.0.0.weight"));
    }

    [Theory]
    [InlineData("layers.3.ffn.layers.0.0.weight", "blocks.3.mlp.fc1.weight")]
    [InlineData("layers.3.ffn.layers.1.bias", "blocks.3.mlp.fc2.bias")]
    [InlineData("layers.11.attn.qkv.weight", "blocks.11.attn.qkv.weight")]
    [InlineData("layers.0.ln2.weight", "blocks.0.norm2.weight")]
    [InlineData("ln1.weight", "norm.weight")]
    public void Transformers_of_OpenMMLab(string inFile, string own) =>
        Assert.Equal("backbone." + inFile, WeightNames.Of(["backbone.patch_embed.projection.weight", "backbone." + inFile]).InFile(own));
}
