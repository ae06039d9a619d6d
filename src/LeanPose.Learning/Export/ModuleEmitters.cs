using LeanPose.Learning.Backbones;
using LeanPose.Learning.Heads;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeanPose.Learning.Export;

/// <summary>How our modules become nodes, by their type. A new backbone or head is one file and one line here.</summary>
internal static class ModuleEmitters
{
    private static readonly Dictionary<Type, Func<OnnxGraph, nn.Module, string, string>> Emitters = new()
    {
        [typeof(ResNet)] = ResNetEmitter.Emit,
        [typeof(HrNet)] = HrNetEmitter.Emit,
        [typeof(MobileNetV2)] = MobileNetV2Emitter.Emit,
        [typeof(InvertedResidual)] = MobileNetV2Emitter.EmitBlock,
        [typeof(CspNeXt)] = CspNeXtEmitter.Emit,
        [typeof(ConvolutionUnit)] = CspNeXtEmitter.EmitUnit,
        [typeof(SeparableUnit)] = CspNeXtEmitter.EmitSeparable,
        [typeof(CspBlock)] = CspNeXtEmitter.EmitBlock,
        [typeof(CspLayer)] = CspNeXtEmitter.EmitLayer,
        [typeof(ChannelAttention)] = CspNeXtEmitter.EmitAttention,
        [typeof(PyramidPooling)] = CspNeXtEmitter.EmitPooling,
        [typeof(VisionTransformer)] = VisionTransformerEmitter.Emit,
        [typeof(ResidualBlock)] = ResidualBlockEmitter.Emit,
        [typeof(DeconvolutionHead)] = DeconvolutionHeadEmitter.Emit,
        [typeof(PointwiseHead)] = PointwiseHeadEmitter.Emit,
        [typeof(NearestUpsampling)] = (graph, module, input) => graph.Upsample(input, ((NearestUpsampling)module).Factor),
        [typeof(Sequential)] = SequentialEmitter.Emit,
    };

    /// <summary>Adds a module in evaluation mode.</summary>
    /// <param name="graph">Receives the nodes.</param>
    /// <param name="module">A backbone (the map that its head reads is the output), a block or a head.</param>
    /// <param name="input">Name of what it is called with.</param>
    /// <returns>Name of what it returns.</returns>
    /// <exception cref="NotSupportedException">There is no emitter for that type.</exception>
    public static string Emit(OnnxGraph graph, nn.Module module, string input) => Emitters.TryGetValue(module.GetType(), out var emit)
        ? emit(graph, module, input)
        : throw new NotSupportedException($"There is no ONNX emitter for {module.GetType().Name}. Add a file beside {nameof(ResNetEmitter)}.cs and a line in {nameof(ModuleEmitters)}.cs.");

    /// <summary>The child of that name, or null.</summary>
    public static T? Find<T>(this nn.Module module, string name)
        where T : nn.Module => module.named_children().FirstOrDefault(c => c.name == name).module as T;

    /// <summary>The child of that name.</summary>
    /// <exception cref="InvalidOperationException">There is none of that name and type.</exception>
    public static T Child<T>(this nn.Module module, string name)
        where T : nn.Module => module.Find<T>(name) ?? throw new InvalidOperationException($"{module.GetType().Name} has no {typeof(T).Name} named '{name}'.");
}
