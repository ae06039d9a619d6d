using System.Text;
using LeanPose.Randomness;

namespace LeanPose.Testing.Fuzzing;

/// <summary>Damages files as disks, editors and careless tools do; the same for the same number.</summary>
public static class Mutation
{
    private static readonly byte[][] s_tokens = [.. new[]
    {
        "null", "true", "-1", "0", "1e999", "-1e308", "NaN", "9223372036854775807", "99999999999999999999", "0.5", "{", "}", "[", "]", "\"", ",", ":", "\\ud800", "[[[[[[[[", "\"x\"", "{}", "[]",
    }.Select(Encoding.ASCII.GetBytes)];

    /// <summary>How often <c>LEANPOSE_FUZZ</c> repeats the usual number of files; 1 without it.</summary>
    public static int Factor => int.TryParse(Environment.GetEnvironmentVariable("LEANPOSE_FUZZ"), out var factor) && factor > 0 ? factor : 1;

    /// <summary>One to four damages: bits, bytes, lost or doubled parts, a cut-off end, other values in place of numbers.</summary>
    public static byte[] Of(byte[] original, int number)
    {
        var random = KeyedRandom.For(20251123, "mutation", number);
        var bytes = original.ToList();
        for (var n = 1 + random.NextInt(4); n > 0 && bytes.Count > 0; n--)
        {
            var at = random.NextInt(bytes.Count);
            var length = Math.Min(1 + random.NextInt(16), bytes.Count - at);
            switch (random.NextInt(8))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.NextInt(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.NextInt(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 4 when random.NextInt(4) == 0:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 5:
                    bytes.InsertRange(at, s_tokens[random.NextInt(s_tokens.Length)]);
                    break;
                default:
                    ReplaceNumber(bytes, at, s_tokens[random.NextInt(s_tokens.Length)]);
                    break;
            }
        }

        return [.. bytes];
    }

    private static void ReplaceNumber(List<byte> bytes, int from, byte[] token)
    {
        var start = bytes.FindIndex(from, b => b is >= (byte)'0' and <= (byte)'9');
        if (start < 0)
            return;
        var end = bytes.FindIndex(start, b => b is not (>= (byte)'0' and <= (byte)'9'));
        bytes.RemoveRange(start, (end < 0 ? bytes.Count : end) - start);
        bytes.InsertRange(start, token);
    }
}
