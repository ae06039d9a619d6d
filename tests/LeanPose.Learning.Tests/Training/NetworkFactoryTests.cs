using LeanPose.Learning.Recipes;
using LeanPose.Learning.Training;
using LeanPose.Learning.Weights;
using LeanPose.Testing;
using Xunit;
using static TorchSharp.torch;

namespace LeanPose.Learning.Tests.Training;

public sealed class NetworkFactoryTests
{
    private static readonly ModelRecipe Model = new() { Backbone = "resnet10-quarter" };

    private static Dictionary<string, float[]> Values(PoseNetwork network)
    {
        using (network)
            return network.State().ToDictionary(s => s.Name, s => Close.Values(s.Value));
    }

    [Fact]
    public void Weights_follow_from_the_seed_and_the_role_alone()
    {
        var factory = new NetworkFactory(Model, 5, 3, CPU);
        var first = Values(factory.Create("student"));
        var teacher = Values(factory.Create("teacher"));
        rand(11).Dispose();
        Assert.Equal(first, Values(factory.Create("student")));
        Assert.NotEqual(first, teacher);
        Assert.NotEqual(first, Values(new NetworkFactory(Model, 5, 4, CPU).Create("student")));
    }

    [Fact]
    public void Teachers_from_one_file_differ_in_their_heads_and_from_two_in_everything()
    {
        using var folder = new TempFolder();
        foreach (var (file, salt) in new[] { ("one", 1UL), ("two", 2UL) })
        {
            using var network = new PoseNetwork("resnet10-quarter", 5);
            HashInitialisation.Fill(network, salt);
            SafeTensors.Write(folder[file], network.State().Where(s => !s.Name.Contains("deconv") && !s.Name.Contains("final")), new Dictionary<string, string>());
        }

        var factory = new NetworkFactory(Model with { Weights = folder["one"] }, 5, 3, CPU);
        var (teacher, auxiliary) = (Values(factory.Create("teacher")), Values(factory.Create("auxiliary")));
        Assert.Equal(teacher["layer3.0.conv1.weight"], auxiliary["layer3.0.conv1.weight"]);
        Assert.NotEqual(teacher["final_layer.weight"], auxiliary["final_layer.weight"]);
        Assert.Equal(2, factory.Notes.Count);

        factory = new NetworkFactory(Model with { Weights = folder["one"], AuxiliaryWeights = folder["two"] }, 5, 3, CPU);
        Assert.Equal(teacher, Values(factory.Create("teacher")));
        Assert.NotEqual(teacher["layer3.0.conv1.weight"], Values(factory.Create("auxiliary"))["layer3.0.conv1.weight"]);
    }

    [Fact]
    public void From_one_whole_network_the_auxiliary_takes_the_backbone_alone()
    {
        using var folder = new TempFolder();
        using (var network = new PoseNetwork("resnet10-quarter", 5))
        {
            HashInitialisation.Fill(network, 1);
            SafeTensors.Write(folder["run"], network.State(), new Dictionary<string, string>());
        }

        var factory = new NetworkFactory(Model with { Weights = folder["run"] }, 5, 3, CPU);
        var (student, auxiliary) = (Values(factory.Create("student")), Values(factory.Create("auxiliary")));
        Assert.Equal(student["layer3.0.conv1.weight"], auxiliary["layer3.0.conv1.weight"]);
        Assert.NotEqual(student["final_layer.weight"], auxiliary["final_layer.weight"]);
        Assert.NotEqual(student["deconv_layers.0.weight"], auxiliary["deconv_layers.0.weight"]);
        Assert.DoesNotContain("random", factory.Notes[0]);
        Assert.Contains("its head is random", factory.Notes[1]);

        // Weights that are its own are taken whole.
        factory = new NetworkFactory(Model with { AuxiliaryWeights = folder["run"] }, 5, 3, CPU);
        Assert.Equal(student, Values(factory.Create("auxiliary")));
    }

    [Fact]
    public void Teachers_may_have_a_backbone_of_their_own()
    {
        var factory = new NetworkFactory(Model with { TeacherBackbone = "resnet18" }, 5, 3, CPU);
        foreach (var (role, backbone) in new[] { ("student", "resnet10-quarter"), ("teacher", "resnet18"), ("auxiliary", "resnet18") })
        {
            using var network = factory.Create(role);
            Assert.Equal(backbone, network.BackboneName);
            Assert.True(network.training);
        }
    }
}
