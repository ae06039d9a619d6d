using System.Text;
using LeanPose.Cli.Recipes;
using LeanPose.Cli.Terminal;
using LeanPose.Datasets;
using LeanPose.Randomness;
using LeanPose.Testing;
using LeanPose.Testing.Fuzzing;
using Xunit;

namespace LeanPose.Cli.Tests.Recipes;

/// <summary>Recipes with typing errors, lost and doubled parts: read, or refused with the file's name.</summary>
public sealed class DamagedRecipesTests : IDisposable
{
    private static readonly string[] s_tokens = [":", "- ", "\n", "\t", "{", "}", "[", "]", "&a", "*a", "<<: *a", "!!binary", "|", ">", "#", "'", "\"", "~", ".nan", "-1", "1e999", "%", "---\n", "\u0000", "? "];
    private static readonly int s_count = 500 * Mutation.Factor;
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_damaged_recipe_is_never_a_surprise()
    {
        var original = File.ReadAllText(Path.Combine(TestMaterial.RepositoryRoot, "recipes", "studio-50-sspcm.yaml"));
        var path = _folder["recipe.yaml"];
        for (var i = 0; i < s_count; i++)
        {
            File.WriteAllText(path, Damaged(original, i));
            try
            {
                RecipeReader.Read(path, []);
            }
            catch (Exception e) when (e is CommandException or DataException)
            {
                Assert.True(e.Message.Contains("recipe.yaml", StringComparison.Ordinal), $"damage {i}: {e.Message}");
            }
            catch (Exception e)
            {
                Assert.Fail($"damage {i}: {e}");
            }
        }
    }

    private static string Damaged(string original, int number)
    {
        var random = KeyedRandom.For(20251123, "recipe", number);
        var text = new StringBuilder(original);
        for (var n = 1 + random.NextInt(4); n > 0 && text.Length > 0; n--)
        {
            var at = random.NextInt(text.Length);
            var length = Math.Min(1 + random.NextInt(12), text.Length - at);
            switch (random.NextInt(5))
            {
                case 0:
                    text[at] = (char)(32 + random.NextInt(95));
                    break;
                case 1:
                    text.Remove(at, length);
                    break;
                case 2:
                    text.Insert(at, text.ToString(at, length));
                    break;
                case 3 when random.NextInt(6) == 0:
                    text.Length = at;
                    break;
                default:
                    text.Insert(at, s_tokens[random.NextInt(s_tokens.Length)]);
                    break;
            }
        }

        return text.ToString();
    }
}
