using LeanPose.Learning.Tests;

// Initial weights come from libtorch's one generator and leaks are counted over the whole process, so tests take turns.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: Xunit.AssemblyFixture(typeof(OneThread))]
[assembly: PausedFinalizers]

namespace LeanPose.Learning.Tests;

/// <summary>
/// Networks this small gain nothing from a second thread, and where the processor is busy with other things libtorch's
/// threads wait for one another many times longer than they compute.
/// </summary>
public sealed class OneThread
{
    public OneThread() => TorchSharp.torch.set_num_threads(1);
}
