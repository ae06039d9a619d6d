namespace LeanPose.Learning.Weights;

/// <summary>Weights that others publish. Nothing is fetched unless a user asks for it.</summary>
/// <param name="Name">Name in recipes and on the command line.</param>
/// <param name="Backbone">The backbone that they fit.</param>
/// <param name="TrainedOn">What they were trained for.</param>
/// <param name="Address">Where the publisher keeps them.</param>
/// <param name="Sha256">The file's SHA-256 in hexadecimal, or its first eight digits where only those are published; null where none are.</param>
/// <param name="Megabytes">Size in 2²⁰ bytes as published; null where it is not.</param>
/// <param name="Licence">What the publisher says; terms of the training pictures come on top.</param>
public sealed record PublishedWeights(string Name, string Backbone, string TrainedOn, Uri Address, string? Sha256, double? Megabytes, string Licence)
{
    /// <summary>The publisher's file name, under which they are kept.</summary>
    public string FileName => Path.GetFileName(Address.AbsolutePath);
}

/// <summary>All published weights that are known by name. A new one is one more line here.</summary>
public static class WeightCatalog
{
    private const string TorchVision = "https://download.pytorch.org/models/", OpenMmLab = "https://download.openmmlab.com/mmpose/", DeiT = "https://dl.fbaipublicfiles.com/deit/";
    private const string Imagenet = "ImageNet-1k classes", Coco = "COCO keypoints (17), 256×192";

    /// <summary>All of them.</summary>
    // torchvision's and DeiT's file names end with the first digits of the checksum, which their own loaders compare. OpenMMLab's
    // look the same, but are not those of the files as served.
    public static IReadOnlyList<PublishedWeights> All { get; } =
    [
        new("resnet18-imagenet", "resnet18", Imagenet, new(TorchVision + "resnet18-f37072fd.pth"), "f37072fd", 44.7, "BSD-3-Clause"),
        new("resnet18-imagenet-2018", "resnet18", Imagenet + " (the file SSPCM names)", new(TorchVision + "resnet18-5c106cde.pth"), "5c106cde", 44.7, "BSD-3-Clause"),
        new("resnet34-imagenet", "resnet34", Imagenet, new(TorchVision + "resnet34-b627a593.pth"), "b627a593", 83.3, "BSD-3-Clause"),
        new("resnet50-imagenet", "resnet50", Imagenet, new(TorchVision + "resnet50-0676ba61.pth"), "0676ba61", 97.8, "BSD-3-Clause"),
        new("resnet50-imagenet-v2", "resnet50", Imagenet + ", newer recipe", new(TorchVision + "resnet50-11ad3fa6.pth"), "11ad3fa6", 97.8, "BSD-3-Clause"),
        new("resnet101-imagenet", "resnet101", Imagenet, new(TorchVision + "resnet101-63fe2227.pth"), "63fe2227", 170.5, "BSD-3-Clause"),
        new("resnet152-imagenet", "resnet152", Imagenet, new(TorchVision + "resnet152-394f9c45.pth"), "394f9c45", 230.4, "BSD-3-Clause"),
        new("mobilenet-v2-imagenet", "mobilenet-v2", Imagenet, new(TorchVision + "mobilenet_v2-b0353104.pth"), "b0353104", 13.6, "BSD-3-Clause"),
        new("vit-small-imagenet", "vit-small", Imagenet + " (DeiT)", new(DeiT + "deit_small_patch16_224-cd65a155.pth"), "cd65a155", null, "Apache-2.0"),
        new("hrnet-w32-imagenet", "hrnet-w32", Imagenet, new(OpenMmLab + "pretrain_models/hrnet_w32-36af842e.pth"), null, null, "Apache-2.0"),
        new("hrnet-w48-imagenet", "hrnet-w48", Imagenet, new(OpenMmLab + "pretrain_models/hrnet_w48-8ef0771d.pth"), null, null, "Apache-2.0"),
        new("hrnet-w32-coco", "hrnet-w32", Coco, new(OpenMmLab + "top_down/hrnet/hrnet_w32_coco_256x192-c78dce93_20200708.pth"), null, null, "Apache-2.0"),
        new("hrnet-w48-coco", "hrnet-w48", Coco, new(OpenMmLab + "top_down/hrnet/hrnet_w48_coco_256x192-b9e0b3ab_20200708.pth"), null, null, "Apache-2.0"),
        new("cspnext-tiny-coco", "cspnext-tiny", Coco + ", and AI Challenger", new(OpenMmLab + "v1/projects/rtmposev1/cspnext-tiny_udp-aic-coco_210e-256x192-cbed682d_20230130.pth"), null, null, "Apache-2.0"),
        new("cspnext-s-coco", "cspnext-s", Coco + ", and AI Challenger", new(OpenMmLab + "v1/projects/rtmposev1/cspnext-s_udp-aic-coco_210e-256x192-92f5a029_20230130.pth"), null, null, "Apache-2.0"),
    ];

    /// <summary>The one of that name, or null.</summary>
    public static PublishedWeights? Find(string name) => All.FirstOrDefault(w => w.Name == name);
}
