using System.Collections;
using System.CommandLine;
using System.Text.RegularExpressions;

namespace LeanPose.Cli.Terminal;

/// <summary>An option whose default stands in the help as one would type it.</summary>
internal interface ITypedOption
{
    /// <summary>The help with the default as typed in place of what the library makes of its value: <c>96x128</c> for <c>(96, 128)</c>.</summary>
    string Typed(string help);
}

/// <inheritdoc cref="ITypedOption"/>
internal sealed class TypedOption<T> : Option<T>, ITypedOption
{
    private readonly string _fallback;
    private readonly T _value;

    /// <summary>An option that is parsed by a function of its own.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="fallback">The default, as it would be typed.</param>
    /// <param name="parse">Throws a <see cref="FormatException"/> that says what is expected.</param>
    public TypedOption(string name, string fallback, Func<string, T> parse)
        : base(name)
    {
        (_fallback, _value) = (fallback, parse(fallback));
        DefaultValueFactory = _ => _value;
    }

    /// <inheritdoc/>
    public string Typed(string help)
    {
        var shown = _value is IEnumerable several and not string ? string.Join('|', several.Cast<object>()) : $"{_value}";
        // Where the line is full, the library breaks it at a space.
        var words = string.Join(@"\s+", shown.Split(' ').Select(Regex.Escape));
        return Regex.Replace(help, $@"(?<=\[default:\s+){words}(?=\])", _fallback.Replace("$", "$$", StringComparison.Ordinal));
    }
}
