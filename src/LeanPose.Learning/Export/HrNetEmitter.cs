using LeanPose.Learning.Backbones;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeanPose.Learning.Export;

/// <summary><see cref="HrNet"/> as nodes; the output is the map at stride 4.</summary>
internal static class HrNetEmitter
{
    public static string Emit(OnnxGraph graph, nn.Module module, string input)
    {
        var network = (HrNet)module;
        var x = input;
        for (var i = 1; i <= 2; i++)
            x = graph.Relu(graph.Convolution(network.Child<Conv2d>($"conv{i}"), network.Child<BatchNorm2d>($"bn{i}"), x));
        string[] maps = [ModuleEmitters.Emit(graph, network.Child<Sequential>("layer1"), x)];
        foreach (var step in network.Steps)
            maps = step is HrTransition transition ? Transition(graph, transition, maps) : Module(graph, (HrModule)step, maps);
        return maps[0];
    }

    private static string[] Transition(OnnxGraph graph, HrTransition transition, string[] maps) =>
        [.. transition.Changes.Select((change, i) => change is null ? maps[i] : ModuleEmitters.Emit(graph, change, maps[Math.Min(i, maps.Length - 1)]))];

    private static string[] Module(OnnxGraph graph, HrModule module, string[] maps)
    {
        var branches = module.Branches.Zip(maps, (branch, map) => ModuleEmitters.Emit(graph, branch, map)).ToArray();
        return [.. module.Fusions.Select((fusion, to) => graph.Relu(branches
            .Select((map, from) => fusion[from] is { } way ? ModuleEmitters.Emit(graph, way, map) : map)
            .Aggregate((sum, term) => graph.Node("Add", [sum, term]))))];
    }
}
