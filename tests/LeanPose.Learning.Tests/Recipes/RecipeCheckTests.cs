using LeanPose.Learning.Methods;
using LeanPose.Learning.Recipes;
using Xunit;

namespace LeanPose.Learning.Tests.Recipes;

public sealed class RecipeCheckTests
{
    private static readonly Recipe Good = new()
    {
        Data = new DataRecipe
        {
            Labelled = new PersonSource { Images = "images", Annotations = "labelled.json" },
            Unlabelled = new PersonSource { Images = "more" },
            Validation = new PersonSource { Images = "images", Annotations = "val.json" },
        },
        Training = new TrainingRecipe { Steps = 100 },
    };

    public static TheoryData<string, Func<Recipe, Recipe>> OneWrong => new()
    {
        { "name: found a/b; expected a name that can be a folder's", r => r with { Name = "a/b" } },
        { "name: found an empty text; expected a name that can be a folder's", r => r with { Name = "" } },
        { "seed: found -1; expected 0 or more", r => r with { Seed = -1 } },
        { "data.labelled.images: nothing there; expected the folder of the pictures", r => r with { Data = r.Data with { Labelled = r.Data.Labelled with { Images = "" } } } },
        { "data.labelled.annotations: nothing there; expected a COCO keypoints file", r => r with { Data = r.Data with { Labelled = r.Data.Labelled with { Annotations = null } } } },
        { "data.labelled.first: found 0; expected 1 or more", r => r with { Data = r.Data with { Labelled = r.Data.Labelled with { First = 0 } } } },
        { "data.validation.boxes: found 'b.json'; expected nothing: boxes have no keypoints and serve unlabelled persons only", r => r with { Data = r.Data with { Validation = r.Data.Validation! with { Boxes = "b.json" } } } },
        { "data.unlabelled: found both annotations and boxes; expected one of them, or neither for a plain folder of pictures", r => r with { Data = r.Data with { Unlabelled = r.Data.Unlabelled! with { Boxes = "b.json", Annotations = "a.json" } } } },
        { "data.unlabelled: nothing there; expected a source of unlabelled persons, because method 'sspcm' learns from them", r => r with { Method = new SspcmOptions(), Data = r.Data with { Unlabelled = null } } },
        { "data.validation: nothing there; expected a source of labelled persons, because evaluation.every is set", r => r with { Evaluation = r.Evaluation with { Every = 10 }, Data = r.Data with { Validation = null } } },
        { "model.backbone: found 'resnet-18' (did you mean 'resnet18'?); expected one of resnet18, resnet34, resnet50, resnet101, resnet152, hrnet-w32, hrnet-w48, mobilenet-v2, cspnext-tiny, cspnext-s, vit-small, resnet10-quarter", r => r with { Model = r.Model with { Backbone = "resnet-18" } } },
        { "model.inputWidth: found 100; expected a multiple of 32", r => r with { Model = r.Model with { InputWidth = 100 } } },
        { "model.inputHeight: found 0; expected a multiple of 32", r => r with { Model = r.Model with { InputHeight = 0 } } },
        { "model.sigma: found 0; expected above 0", r => r with { Model = r.Model with { Sigma = 0 } } },
        { "model.skeleton: found 'coco' (did you mean 'coco17'?); expected one of coco17, mpii16, aic14, crowdpose14, lsp14, wepdtof14, posetrack17, jhmdb15, halpe26, union24, dataset", r => r with { Model = r.Model with { Skeleton = "coco" } } },
        { "method.scoreThreshold: found 1.5; expected from 0 to 1", r => r with { Method = new SspcmOptions { ScoreThreshold = 1.5 } } },
        { "method.periods: found 0; expected 1 or more", r => r with { Method = new SspcmOptions { Periods = 0 } } },
        { "method.jointCutoutJoints: found -1; expected 0 or more", r => r with { Method = new PoseDualOptions { JointCutoutJoints = -1 } } },
        { "method.randAugmentMagnitude: found 31; expected from 0 to 30", r => r with { Method = new PoseConsOptions { RandAugmentMagnitude = 31 } } },
        { "method.confidenceMask: found NaN; expected a number", r => r with { Method = new PoseConsOptions { ConfidenceMask = double.NaN } } },
        { "method.views: found no view; expected one view at least; 'none' for a turn without damage", r => r with { Method = new MultiAugsDualOptions { Views = [] } } },
        { "method.studentViews[1]: found 'jk'; expected none, jc, jo, co, cm, mu, ra, joco, jccm, or several joined by '+', no damage twice", r => r with { Method = new SspcmOptions { StudentViews = ["jo", "jk"] } } },
        { "method.alternatingViews[0]: found 'jo+joco'; expected none, jc, jo, co, cm, mu, ra, joco, jccm, or several joined by '+', no damage twice", r => r with { Method = new DualCorrectOptions { AlternatingViews = ["jo+joco"] } } },
        { "method.occasionalProbability: found 0.6 for each of 2 views; expected probabilities that sum up to 1 at most", r => r with { Method = new DualCorrectOptions { OccasionalProbability = 0.6 } } },
        { "method.distanceRadius: found 0; expected above 0", r => r with { Method = new DualCorrectOptions { DistanceRadius = 0 } } },
        { "method.hardRotation: found -1; expected degrees from 0 to 180", r => r with { Method = new SspcmOptions { HardRotation = -1 } } },
        { "augmentation.flipProbability: found NaN; expected from 0 to 1", r => r with { Augmentation = r.Augmentation with { FlipProbability = double.NaN } } },
        { "augmentation.scale: found 1; expected 0 or more and below 1", r => r with { Augmentation = r.Augmentation with { Scale = 1 } } },
        { "training.batch: found 0; expected 1 or more", r => r with { Training = r.Training with { Batch = 0 } } },
        { "training: found neither steps nor epochs; expected exactly one of steps and epochs", r => r with { Training = r.Training with { Steps = null } } },
        { "training: found both steps and epochs; expected exactly one of steps and epochs", r => r with { Training = r.Training with { Epochs = 3 } } },
        { "training.learningRate: found 0; expected above 0, 10 at most", r => r with { Training = r.Training with { LearningRate = 0 } } },
        { "training.milestones: found [80, 60]; expected ascending numbers", r => r with { Training = r.Training with { Milestones = [80, 60] } } },
        { "training.milestones: found [50, 101]; expected numbers from 1 to 100 (steps of the run)", r => r with { Training = r.Training with { Milestones = [50, 101] } } },
        { "training.milestones: found [9]; expected numbers from 1 to 8 (epochs of the run)", r => r with { Training = r.Training with { Steps = null, Epochs = 8, Milestones = [9] } } },
        { "training.gamma: found 0; expected above 0, 1 at most", r => r with { Training = r.Training with { Gamma = 0 } } },
        { "training.device: found 'gpu'; expected cpu, cuda or cuda:N", r => r with { Training = r.Training with { Device = "gpu" } } },
        { "training.loaderThreads: found 0; expected 1 or more", r => r with { Training = r.Training with { LoaderThreads = 0 } } },
        { "evaluation.batch: found 0; expected 1 or more", r => r with { Evaluation = r.Evaluation with { Batch = 0 } } },
    };

    [Theory]
    [MemberData(nameof(OneWrong))]
    public void Says_what_is_wrong_and_what_may_stand_there(string expected, Func<Recipe, Recipe> spoil) =>
        Assert.Equal([expected], RecipeCheck.Validate(spoil(Good)).Select(p => p.ToString()));

    [Fact]
    public void A_good_recipe_has_no_problems()
    {
        Assert.Empty(RecipeCheck.Validate(Good));
        Assert.All(MethodCatalog.Defaults, method => Assert.Empty(RecipeCheck.Validate(Good with { Method = method })));
        Assert.Empty(RecipeCheck.Validate(Good with { Method = new DualCorrectOptions { OccasionalViews = [], DistanceRadius = 6 } }));
    }

    [Fact]
    public void Equal_milestones_are_allowed_and_apply_twice() =>
        Assert.Empty(RecipeCheck.Validate(Good with { Training = Good.Training with { Milestones = [60, 60, 100] } }));

    [Fact]
    public void Everything_wrong_is_said_at_once() => Assert.Equal(
        ["seed", "model.sigma", "augmentation.scale", "training.batch", "evaluation.batch"],
        RecipeCheck.Validate(Good with
        {
            Seed = -1,
            Model = Good.Model with { Sigma = -1 },
            Augmentation = Good.Augmentation with { Scale = 2 },
            Training = Good.Training with { Batch = 0 },
            Evaluation = Good.Evaluation with { Batch = 0 },
        }).Select(p => p.Path));
}
