using System.Collections.Immutable;
using System.Text.Json.Serialization;
using LeanPose.Geometry;
using LeanPose.Heatmaps;
using LeanPose.Learning.Methods;

namespace LeanPose.Learning.Recipes;

/// <summary>One experiment. A recipe file holds exactly these fields; every one but the data has a default.</summary>
public sealed record Recipe
{
    /// <summary>Name of the experiment; also the default name of its run folder.</summary>
    public string Name { get; init; } = "run";

    /// <summary>What the experiment is for, one or two sentences.</summary>
    public string Description { get; init; } = "";

    /// <summary>The one seed from which every random draw follows.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Which pictures and labels.</summary>
    public DataRecipe Data { get; init; } = new();

    /// <summary>Which network.</summary>
    public ModelRecipe Model { get; init; } = new();

    /// <summary>How it learns.</summary>
    public MethodOptions Method { get; init; } = new SupervisedOptions();

    /// <summary>Random changes of every crop (the easy view).</summary>
    public AugmentationRecipe Augmentation { get; init; } = new();

    /// <summary>How long, how fast, on what.</summary>
    public TrainingRecipe Training { get; init; } = new();

    /// <summary>What it is watched for.</summary>
    public GuardRecipe Guard { get; init; } = new();

    /// <summary>How it is measured.</summary>
    public EvaluationRecipe Evaluation { get; init; } = new();
}

/// <summary>Where the pictures and labels are.</summary>
public sealed record DataRecipe
{
    /// <summary>Folder from which the paths of pictures, annotations, boxes and splits start; itself relative to the current folder.</summary>
    public string Root { get; init; } = ".";

    /// <summary>Persons with labels to learn from.</summary>
    public PersonSource Labelled { get; init; } = new();

    /// <summary>Persons without labels (labels, if any, are ignored). Needed by the semi-supervised methods.</summary>
    public PersonSource? Unlabelled { get; init; }

    /// <summary>Persons with labels to measure on.</summary>
    public PersonSource? Validation { get; init; }

    /// <summary>Folder, from where leanpose runs, in which what was decoded is kept from run to run; null keeps it in memory only.</summary>
    public string? Cache { get; init; }

    /// <summary>Bound on the size of that folder, in GiB.</summary>
    public int CacheGigabytes { get; init; } = 20;
}

/// <summary>A set of persons: a COCO file, a file of detected boxes, a plain folder of pictures with one person each, or a packed file.</summary>
public sealed record PersonSource
{
    /// <summary>Folder of the pictures.</summary>
    public string Images { get; init; } = "";

    /// <summary>COCO keypoints file. Leave it out for boxes or a plain folder.</summary>
    public string? Annotations { get; init; }

    /// <summary>Detected boxes (COCO results list). Only for unlabelled persons.</summary>
    public string? Boxes { get; init; }

    /// <summary>Split file: only what it names.</summary>
    public string? Split { get; init; }

    /// <summary>Split file: all but what it names.</summary>
    public string? Exclude { get; init; }

    /// <summary>Packed file (<c>leanpose data pack</c>); takes the place of images, annotations and boxes.</summary>
    public string? Packed { get; init; }

    /// <summary>Which part of the packed file; null means the one called like this source (labelled, unlabelled, validation), else its only one.</summary>
    public string? Part { get; init; }

    /// <summary>Only the first N persons in file order.</summary>
    public int? First { get; init; }

    /// <summary>Only persons that training with labels could use, as the literature counts unlabelled COCO persons (149 813 in train2017); the labels stay hidden.</summary>
    public bool RequireKeypoints { get; init; }
}

/// <summary>The network and its input.</summary>
public sealed record ModelRecipe
{
    /// <summary>Backbone of the deployed network: resnet18, resnet34, resnet50, resnet101, resnet152, hrnet-w32, hrnet-w48, mobilenet-v2, cspnext-tiny, cspnext-s, vit-small, or resnet10-quarter (a small one for trials on a CPU).</summary>
    public string Backbone { get; init; } = "resnet18";

    /// <summary>Backbone of the teachers, or of the second network of a method of two; null means the same.</summary>
    public string? TeacherBackbone { get; init; }

    /// <summary>Crop width in pixels, a multiple of 32.</summary>
    public int InputWidth { get; init; } = 192;

    /// <summary>Crop height in pixels, a multiple of 32.</summary>
    public int InputHeight { get; init; } = 256;

    /// <summary>Standard deviation of the target Gaussians, heatmap pixels.</summary>
    public double Sigma { get; init; } = 2;

    /// <summary>How crops are cut and heatmaps lie on them: <c>standard</c>, in pixels as HRNet does, or <c>udp</c>, between pixel centres (unbiased data processing).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] // in the keys by which checkpoints of earlier builds are known there is none
    public CropRule Crop { get; init; }

    /// <summary>Output keypoints: <c>union24</c>, another known skeleton's name, or <c>dataset</c> for the labelled set's own.</summary>
    public string Skeleton { get; init; } = "union24";

    /// <summary>compat: feed blue first, normalised with the constants of red first, as the published SSPCM code does.</summary>
    public bool Bgr { get; init; }

    /// <summary>Weights to start the backbone (or the whole network) from: a safetensors file, a PyTorch checkpoint, or a name of <c>leanpose weights list</c>; null starts from random numbers.</summary>
    public string? Weights { get; init; }

    /// <summary>The same for the auxiliary network, so that two teachers (or the two networks of a method of two) start from different features; null means those of its like.</summary>
    public string? AuxiliaryWeights { get; init; }

    /// <summary>The same for teachers with a backbone of their own.</summary>
    public string? TeacherWeights { get; init; }

    /// <summary>Whether the weights may lack layers (they then start from random numbers; the log lists them).</summary>
    public bool AllowPartialWeights { get; init; }

    /// <summary>The same network, without the files that it starts from.</summary>
    public ModelRecipe WithoutWeights() => this with { Weights = null, AuxiliaryWeights = null, TeacherWeights = null };
}

/// <summary>Random geometry of the easy view (specification 2.2).</summary>
public sealed record AugmentationRecipe
{
    /// <summary>Scale factor = clip(1 + this·N(0,1), 1 - this, 1 + this).</summary>
    public double Scale { get; init; } = 0.25;

    /// <summary>Rotation = clip(this·N(0,1), ±2·this), degrees.</summary>
    public double Rotation { get; init; } = 30;

    /// <summary>Share of crops that are rotated at all.</summary>
    public double RotationProbability { get; init; } = 0.6;

    /// <summary>Share of crops that are mirrored.</summary>
    public double FlipProbability { get; init; } = 0.5;
}

/// <summary>Arithmetic of the training step.</summary>
public enum Precision
{
    /// <summary>bf16 where the device computes it natively, float32 elsewhere.</summary>
    Auto,

    /// <summary>32-bit floats throughout.</summary>
    Float32,

    /// <summary>bf16 convolutions; float32 weights, losses and batch-norm statistics.</summary>
    Bf16,
}

/// <summary>Length, optimiser, machine.</summary>
public sealed record TrainingRecipe
{
    /// <summary>Labelled persons per step.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>Unlabelled persons per step; null means as many as labelled ones.</summary>
    public int? UnlabelledBatch { get; init; }

    /// <summary>Length of the run in steps. Give this or <see cref="Epochs"/>.</summary>
    public int? Steps { get; init; }

    /// <summary>Length of the run in epochs.</summary>
    public int? Epochs { get; init; }

    /// <summary>Steps of an epoch (SSPCM's period); null means one pass over the unlabelled persons, or over the labelled ones where there are no others.</summary>
    public int? EpochSteps { get; init; }

    /// <summary>Adam's learning rate at the start.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>When the learning rate falls, in epochs when the length is in epochs, else in steps.</summary>
    public ImmutableArray<int> Milestones { get; init; } = [];

    /// <summary>Factor by which it falls.</summary>
    public double Gamma { get; init; } = 0.1;

    /// <summary>Steps over which the learning rate rises linearly from a tenth of its value; 0 for none.</summary>
    public int WarmupSteps { get; init; }

    /// <summary>Steps between checkpoints.</summary>
    public int CheckpointEvery { get; init; } = 100;

    /// <summary>Steps between log lines.</summary>
    public int LogEvery { get; init; } = 20;

    /// <summary><c>cpu</c>, <c>cuda</c> (the first device) or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>CUDA: whether the same run gives the same numbers again, at some cost in speed. On the CPU it always does.</summary>
    public bool Deterministic { get; init; } = true;

    /// <summary>CUDA: whether float32 convolutions may round their factors to 10 bits (TF32), which is faster.</summary>
    public bool Tf32 { get; init; }

    /// <summary>Arithmetic.</summary>
    public Precision Precision { get; init; } = Precision.Float32;

    /// <summary>Threads of the tensor library; null means one per core. Methods with several networks give each network its share.</summary>
    public int? Threads { get; init; }

    /// <summary>Threads that read pictures. The result does not depend on it.</summary>
    public int LoaderThreads { get; init; } = 2;
}

/// <summary>How a run measures itself on the validation persons.</summary>
public sealed record EvaluationRecipe
{
    /// <summary>Steps between evaluations; null means only at the end.</summary>
    public int? Every { get; init; }

    /// <summary>How keypoints are read off the heatmaps.</summary>
    public Decoder Decoder { get; init; } = HeatmapCodec.DefaultDecoder;

    /// <summary>Whether heatmaps of the mirrored crop are averaged in.</summary>
    public bool Flip { get; init; }

    /// <summary>Persons per forward pass.</summary>
    public int Batch { get; init; } = 32;
}
