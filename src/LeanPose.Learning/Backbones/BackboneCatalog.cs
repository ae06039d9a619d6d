namespace LeanPose.Learning.Backbones;

/// <summary>All backbones by the names that recipes use. A new one is one more line here.</summary>
public static class BackboneCatalog
{
    private static readonly Dictionary<string, Func<Backbone>> Makers = new(StringComparer.Ordinal)
    {
        ["resnet18"] = () => new ResNet([2, 2, 2, 2], bottleneck: false),
        ["resnet34"] = () => new ResNet([3, 4, 6, 3], bottleneck: false),
        ["resnet50"] = () => new ResNet([3, 4, 6, 3], bottleneck: true),
        ["resnet101"] = () => new ResNet([3, 4, 23, 3], bottleneck: true),
        ["resnet152"] = () => new ResNet([3, 8, 36, 3], bottleneck: true),
        ["hrnet-w32"] = () => new HrNet(32),
        ["hrnet-w48"] = () => new HrNet(48),
        ["mobilenet-v2"] = () => new MobileNetV2(),
        ["cspnext-tiny"] = () => new CspNeXt(0.167, 0.375),
        ["cspnext-s"] = () => new CspNeXt(0.33, 0.5),
        ["vit-small"] = () => new VisionTransformer(384, 12, 6),
        // One block a layer, a quarter of the channels: learns the built-in demo in minutes on two CPU cores.
        ["resnet10-quarter"] = () => new ResNet([1, 1, 1, 1], bottleneck: false, width: 16),
    };

    /// <summary>All names.</summary>
    public static IReadOnlyCollection<string> Names => Makers.Keys;

    /// <summary>Whether a backbone of that name exists.</summary>
    public static bool Contains(string name) => Makers.ContainsKey(name);

    /// <summary>Builds one with random weights.</summary>
    /// <exception cref="ArgumentException">No such backbone.</exception>
    public static Backbone Create(string name) => Makers.TryGetValue(name, out var make)
        ? make()
        : throw new ArgumentException($"There is no backbone '{name}'. There are: {string.Join(", ", Makers.Keys)}.");
}
