using System.Text;

namespace LeanPose.Datasets;

/// <summary>Brings the many spellings of keypoint names to COCO's: <c>Right Shoulder</c>, <c>rightShoulder</c>, <c>shoulder-r</c> → <c>right_shoulder</c>.</summary>
internal static class KeypointNames
{
    public static string Normalize(string name)
    {
        var words = Words(name);
        if (words.Count > 1)
        {
            if (Side(words[0]) is { } first)
            {
                words[0] = first;
            }
            else if (Side(words[^1]) is { } last)
            {
                words.RemoveAt(words.Count - 1);
                words.Insert(0, last);
            }
        }

        var joined = string.Join('_', words);
        return joined switch
        {
            "pelvis" => "root",
            "top_head" or "headtop" or "top_of_head" => "head_top",
            _ => joined,
        };
    }

    private static string? Side(string word) => word switch
    {
        "l" or "left" => "left",
        "r" or "right" => "right",
        _ => null,
    };

    private static List<string> Words(string name)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            var separator = name[i] is '_' or '-' or '.' || char.IsWhiteSpace(name[i]);
            var capital = char.IsUpper(name[i]) && i > 0
                && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])));
            if ((separator || capital) && word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }

            if (!separator)
                word.Append(char.ToLowerInvariant(name[i]));
        }

        if (word.Length > 0)
            words.Add(word.ToString());
        return words;
    }
}
