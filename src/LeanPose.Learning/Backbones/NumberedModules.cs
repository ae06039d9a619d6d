using static TorchSharp.torch;

namespace LeanPose.Learning.Backbones;

/// <summary>What PyTorch's <c>ModuleList</c> is to names: children under their numbers. Places may stay empty.</summary>
internal sealed class NumberedModules<T> : nn.Module
    where T : nn.Module
{
    private readonly Dictionary<int, T> _modules = [];

    public NumberedModules(params IEnumerable<(int Number, T Module)> modules)
        : base(nameof(NumberedModules<>))
    {
        foreach (var (number, module) in modules)
        {
            _modules[number] = module;
            register_module($"{number}", module);
        }
    }

    /// <summary>The child of that number; null where the place is empty.</summary>
    public T? this[int number] => _modules.GetValueOrDefault(number);
}
