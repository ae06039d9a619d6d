using LeanPose.Randomness;
using static TorchSharp.torch;

namespace LeanPose.Learning.Views;

/// <summary>Whose damage it is: all draws follow from this, the damage's name and the place in the batch.</summary>
/// <param name="Seed">The run's seed.</param>
/// <param name="Step">The step.</param>
/// <param name="Network">The network that gets the view.</param>
/// <param name="View">Which of its views, from 0.</param>
public readonly record struct DamageKey(long Seed, long Step, string Network, int View)
{
    /// <summary>The purpose under which a damage draws.</summary>
    public string Purpose(string damage) => View == 0 ? $"{damage}/{Network}" : $"{damage}/{Network}/{View}";
}

/// <summary>
/// Carries out a view's damages. Rectangles of all kinds are written into one map and gathered at once, also where one
/// damage reads what another has made; mixing and colours are operations on the whole batch.
/// </summary>
public static class ViewDamage
{
    /// <summary>Makes the damaged pictures; the given ones stay as they are.</summary>
    /// <param name="images"><c>B×3×H×W</c>, normalised, the easy view.</param>
    /// <param name="view">The damages.</param>
    /// <param name="options">How much.</param>
    /// <param name="positions">[picture, channel] predicted keypoints in crop pixels; joint-aware views alone look at them.</param>
    /// <param name="key">Whose draws.</param>
    public static Tensor Apply(Tensor images, ViewRecipe view, DamageOptions options, (float X, float Y)[,] positions, DamageKey key)
    {
        var (count, height, width) = ((int)images.shape[0], (int)images.shape[2], (int)images.shape[3]);
        PatchMap? pending = null;
        foreach (var damage in view.Damages)
        {
            switch (damage)
            {
                case Damage.MixUp:
                    images = MixUp.Apply(Gather(), MixUp.DrawShare(key.Seed, key.Purpose("mixup"), key.Step), Partners("mixup"));
                    continue;
                case Damage.RandAugment:
                    images = RandAugment.Apply(Gather(), RandAugment.Draw(count, options.RandAugmentMagnitude, key.Seed, key.Purpose("randaugment"), key.Step));
                    continue;
                case Damage.CutMix or Damage.CutOcclude when pending is not null && !options.CleanDonor:
                    pending.NextStage();
                    break;
            }

            pending ??= new PatchMap(count, width, height);
            Rectangles(pending, damage);
        }

        return Gather();

        Tensor Gather()
        {
            var made = pending is null || pending.IsIdentity ? images : pending.Apply(images);
            pending = null;
            return made;
        }

        int[] Partners(string damage) => KeyedRandom.For(key.Seed, key.Purpose(damage) + "/partners", key.Step).Permutation(count);

        void Rectangles(PatchMap map, Damage damage)
        {
            switch (damage)
            {
                case Damage.JointCutout:
                    var holes = Joints("joint-cutout", "", options.JointCutoutHoles);
                    JointCutout.Apply(map, Patches("joint-cutout"), holes, options.SwappedBounds);
                    break;
                case Damage.CutOcclude:
                    var purpose = key.Purpose("cut-occlude");
                    var pictures = Enumerable.Range(0, count).Select(i => KeyedRandom.For(key.Seed, purpose + "/picture", key.Step, i).NextInt(count)).ToArray();
                    CutOcclude.Apply(
                        map, Patches("cut-occlude"), Joints("cut-occlude", "/target", options.CutOccludePatches), Joints("cut-occlude", "/source", options.CutOccludePatches),
                        pictures, options.CutOccludeTransposed, options.CutOccludeGreyBars);
                    break;
                case Damage.Cutout:
                    BlindHoles.Draw(count, options.CutoutHoles, width, height, options, key.Seed, key.Purpose("cutout"), key.Step).Erase(map, options.SwappedBounds);
                    break;
                case Damage.CutMix:
                    BlindHoles.Draw(count, options.CutMixPatches, width, height, options, key.Seed, key.Purpose("cutmix"), key.Step).CopyFrom(map, Partners("cutmix"), options.SwappedBounds);
                    break;
            }
        }

        KeypointPatches Patches(string damage) => KeypointPatches.Draw(positions, key.Seed, key.Purpose(damage), key.Step, options.HoleScale);

        int[][] Joints(string damage, string which, int perPicture) =>
            KeypointPatches.DrawJoints(options.Joints, count, perPicture, key.Seed, key.Purpose(damage) + which, key.Step);
    }
}
