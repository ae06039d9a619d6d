namespace LeanPose.Learning.Methods;

/// <summary>Options of a learning method; each method derives its own record with its own fields.</summary>
public abstract record MethodOptions
{
    /// <summary>The method's name, as recipes write it under <c>method.name</c>.</summary>
    public abstract string Name { get; }
}
