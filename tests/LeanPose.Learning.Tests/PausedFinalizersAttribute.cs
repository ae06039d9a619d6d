using System.Reflection;
using LeanPose.Learning.Native;
using LeanPose.Learning.Tests.Native;
using Xunit.v3;

namespace LeanPose.Learning.Tests;

/// <summary>
/// Holds back finalizers during each test, as every step of the product does: a test that gives operators numbers
/// would else fail once in a great while (<see cref="FinalizerPause"/>).
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class PausedFinalizersAttribute : BeforeAfterTestAttribute
{
    // One is enough: tests take turns.
    private FinalizerPause? _pause;

    // The test of the pause itself waits for finalizers.
    public override void Before(MethodInfo methodUnderTest, IXunitTest test) =>
        _pause = methodUnderTest.DeclaringType == typeof(FinalizerPauseTests) ? null : FinalizerPause.Begin();

    public override void After(MethodInfo methodUnderTest, IXunitTest test) => _pause?.Dispose();
}
