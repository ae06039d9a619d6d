using LeanPose.Datasets;
using LeanPose.Geometry;
using LeanPose.Skeletons;
using Xunit;

namespace LeanPose.Learning.Tests;

public sealed class ModelSpecTests
{
    private static ModelSpec Spec => ModelSpec.Create("resnet18", KnownSkeletons.Coco17, KnownSkeletons.Coco17, 192, 256, 2);

    [Theory]
    [InlineData(CropRule.Standard, 4.0)]
    [InlineData(CropRule.Udp, 191.0 / 47)]
    public void The_crop_rule_travels_and_reaches_the_codec(CropRule rule, double stride)
    {
        var back = ModelSpec.FromJson((Spec with { Crop = rule }).ToJson(), "m.safetensors");
        Assert.Equal(rule, back.Crop);
        Assert.Equal((rule, stride), (back.ToCodec().Crop, back.ToCodec().StrideX));
    }

    [Fact]
    public void A_description_from_before_there_were_crop_rules_means_the_standard()
    {
        var json = (Spec with { Crop = CropRule.Udp }).ToJson();
        Assert.Contains("\"crop\":\"udp\",", json);
        Assert.Equal(CropRule.Standard, ModelSpec.FromJson(json.Replace("\"crop\":\"udp\",", "", StringComparison.Ordinal), "m.safetensors").Crop);
        Assert.Throws<DataException>(() => ModelSpec.FromJson(json.Replace("\"udp\"", "\"upd\"", StringComparison.Ordinal), "m.safetensors"));
    }
}
