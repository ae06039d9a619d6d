using LeanPose.Datasets;
using Xunit;

namespace LeanPose.Runtime.Tests;

/// <summary>What a user sees when the model's file is not what it should be.</summary>
public sealed class ModelDescriptionTests(ExportedModel model) : IClassFixture<ExportedModel>
{
    [Fact]
    public void No_file() => Refused(model["none.onnx"], "The model file does not exist.");

    [Fact]
    public void No_onnx_file() => Refused(model.Picture, "The model cannot be loaded: ");

    [Fact]
    public void A_file_that_is_cut_off()
    {
        File.WriteAllBytes(model["cut.onnx"], File.ReadAllBytes(model.Onnx)[..20000]);
        Refused(model["cut.onnx"], "The model cannot be loaded: ");
    }

    [Fact]
    public void Another_programs_model() => Refused(model.Changed("leanpose.model", "other.metadata"), "This is no LeanPose model");

    [Fact]
    public void A_model_that_gives_heatmaps()
    {
        var e = Refused(model.Export("heatmaps.onnx", ExportedModel.Spec, new() { Heatmaps = true }), "The model gives out heatmaps.");
        Assert.Equal("export it without --heatmaps", e.Problems[0].Fix);
    }

    [Theory]
    [InlineData("\"inputWidth\":64", "\"inputWidth\":32", "The model's 'images' is Byte N×96×64×3.")]
    [InlineData("\"crop\":\"standard\"", "\"crop\":\"standart\"", "The model's description cannot be used: ")]
    [InlineData("\"inputWidth\":64", "\"inputWidth\":-1", "the input size is -1×96")]
    [InlineData("\"inputWidth\":64", "\"inputWidth\":6x", "The model's description cannot be used: ")]
    [InlineData("\"sigmas\":", "\"sigmaz\":", "sigmas")]
    [InlineData("\"nose\",", "null  ,", "The model's description cannot be used: ")]
    [InlineData("\"skeleton\":\"coco17\"", "\"skeleton\":null    ", "The model's description cannot be used: ")]
    [InlineData("\"trainedKeypoints\":[\"nose\"", "\"trainedKeypoints\":[\"n0se\"", "the trained keypoint 'n0se' is none of the model's")]
    [InlineData("\"flipPairs\":[[1,2]", "\"flipPairs\":[[111]", "a limb or flip pair is not two numbers")]
    [InlineData("\"flipPairs\":[[1,2]", "\"flipPairs\":[[1,1]", "flip pair (1, 1)")]
    public void Wrong_description(string from, string to, string says) => Refused(model.Changed(from, to), says);

    [Fact]
    public void Options_out_of_range()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => PoseEstimator.Load(model.Onnx, new PoseEstimatorOptions { MaxBatch = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => PoseEstimator.Load(model.Onnx, new PoseEstimatorOptions { Threads = -1 }));
    }

    private static DataException Refused(string path, string says)
    {
        var e = Assert.Throws<DataException>(() => PoseEstimator.Load(path));
        Assert.Contains(says, e.Message);
        Assert.StartsWith(path, e.Problems[0].Where);
        Assert.NotNull(e.Problems[0].Fix);
        return e;
    }
}
