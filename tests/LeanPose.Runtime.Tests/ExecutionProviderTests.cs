using LeanPose.Testing;
using Microsoft.ML.OnnxRuntime;
using Xunit;

namespace LeanPose.Runtime.Tests;

public sealed class ExecutionProviderTests(ExportedModel model) : IClassFixture<ExportedModel>
{
    [Fact]
    public void The_processor_is_always_there()
    {
        using var estimator = PoseEstimator.Load(model.Onnx, new PoseEstimatorOptions { Provider = ExecutionProvider.Cpu });
        Assert.NotEmpty(estimator.Estimate(model.Image, ExportedModel.Boxes));
    }

    [Theory]
    [InlineData(ExecutionProvider.Cuda, "CUDAExecutionProvider", "Microsoft.ML.OnnxRuntime.Gpu")]
    [InlineData(ExecutionProvider.TensorRt, "TensorrtExecutionProvider", "Microsoft.ML.OnnxRuntime.Gpu")]
    [InlineData(ExecutionProvider.CoreMl, "CoreMLExecutionProvider", "choose another provider")]
    public void What_is_not_there_is_refused_with_what_to_do(ExecutionProvider provider, string name, string fix)
    {
        Assert.SkipWhen(OrtEnv.Instance().GetAvailableProviders().Contains(name), $"{name} is there.");
        using var folder = new TempFolder();
        DetectorFile.Bright(folder["detector.onnx"]);
        foreach (var load in new Action[]
        {
            () => PoseEstimator.Load(model.Onnx, new PoseEstimatorOptions { Provider = provider }),
            () => PersonDetector.Load(folder["detector.onnx"], new PersonDetectorOptions { Provider = provider }),
        })
        {
            var e = Assert.Throws<NotSupportedException>(load);
            Assert.StartsWith($"This build of ONNX Runtime has no {name}; it has ", e.Message, StringComparison.Ordinal);
            Assert.Contains("CPUExecutionProvider", e.Message);
            Assert.Contains($"where:    the option Provider = {provider}", e.Message);
            Assert.Contains(fix, e.Message);
        }
    }

    [Fact]
    public void Wrong_numbers_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => PoseEstimator.Load(model.Onnx, new PoseEstimatorOptions { Device = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => PoseEstimator.Load(model.Onnx, new PoseEstimatorOptions { Provider = (ExecutionProvider)99 }));
    }

    [Fact]
    public void The_callers_own_changes_come_last()
    {
        var threads = 0;
        using var estimator = PoseEstimator.Load(model.Onnx, new PoseEstimatorOptions { Threads = 1, Configure = settings => threads = settings.IntraOpNumThreads });
        Assert.Equal(1, threads);
    }
}
