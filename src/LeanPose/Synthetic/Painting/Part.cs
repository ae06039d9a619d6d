namespace LeanPose.Synthetic.Painting;

/// <summary>Parts of a person that are told apart in the map of who is seen where.</summary>
internal enum Part : byte
{
    None,
    Torso,
    Skirt,
    Neck,
    Head,
    Hair,
    Pack,
    LeftUpperArm,
    LeftForearm,
    LeftHand,
    RightUpperArm,
    RightForearm,
    RightHand,
    LeftThigh,
    LeftShin,
    LeftFoot,
    RightThigh,
    RightShin,
    RightFoot,
}
