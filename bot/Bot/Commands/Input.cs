using System.Globalization;

namespace SnapshotBot.Bot.Commands;

internal enum InputShape
{
    /// <summary>A word that must be given.</summary>
    Word,

    /// <summary>A word that may be left out.</summary>
    OptionalWord,

    /// <summary>One word or more.</summary>
    Words,

    /// <summary>Any number of words.</summary>
    OptionalWords,

    /// <summary>There or not.</summary>
    Flag,

    /// <summary>An option with a value.</summary>
    Value,

    /// <summary>An option that may be repeated.</summary>
    Values,
}

/// <summary>One thing a command is told, on whatever surface it is given.</summary>
internal abstract record Input(string Name, InputShape Shape, string Help)
{
    /// <summary>What stands for the value in help, as in <c>--name N</c>.</summary>
    public string ValueName { get; init; } = "";

    /// <summary>Another spelling, as in <c>-o</c>.</summary>
    public string? Short { get; init; }

    public bool Required { get; init; }

    public bool IsOption => Shape is InputShape.Flag or InputShape.Value or InputShape.Values;

    public static Input<string> Word(string name, string help) => new(name, InputShape.Word, help, given => given[0]);

    public static Input<string?> OptionalWord(string name, string help) =>
        new(name, InputShape.OptionalWord, help, given => given.Count == 0 ? null : given[0]);

    public static Input<IReadOnlyList<string>> Words(string name, string help) => new(name, InputShape.Words, help, given => given);

    public static Input<IReadOnlyList<string>> OptionalWords(string name, string help) => new(name, InputShape.OptionalWords, help, given => given);

    public static Input<bool> Flag(string name, string help) => new(name, InputShape.Flag, help, given => given.Count > 0);

    public static Input<string?> Value(string name, string valueName, string help) =>
        new(name, InputShape.Value, help, given => given.Count == 0 ? null : given[0]) { ValueName = valueName };

    public static Input<IReadOnlyList<string>> Values(string name, string valueName, string help) =>
        new(name, InputShape.Values, help, given => given) { ValueName = valueName };

    public static Input<int?> Number(string name, string help) =>
        new(name, InputShape.Value, help, given => given.Count == 0 ? null : ParseNumber(name, given[0])) { ValueName = "N" };

    public static Input<DateTimeOffset?> Time(string name, string help) =>
        new(name, InputShape.Value, help, given => given.Count == 0 ? null : ParseTime(name, given[0])) { ValueName = "T" };

    /// <summary>An option whose value is made of its text by a function that throws <see cref="BadInputException"/>; absent gives the fallback.</summary>
    public static Input<T> Parsed<T>(string name, string valueName, string help, Func<string, T> parse, T absent) =>
        new(name, InputShape.Value, help, given => given.Count == 0 ? absent : parse(given[0])) { ValueName = valueName };

    public static Input<TimeSpan?> Span(string name, string help) =>
        new(name, InputShape.Value, help, given => given.Count == 0 ? null : ParseSpan(name, given[0])) { ValueName = "TIME" };

    /// <summary>A time such as <c>2h</c>.</summary>
    /// <exception cref="BadInputException">It is none.</exception>
    public static TimeSpan ParseSpan(string name, string text) =>
        Service.Guilds.SettingKind.ParseTime(text) ?? throw new BadInputException(name, text, "a time such as 30s, 5m, 2h or 3d");

    private static int ParseNumber(string name, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new BadInputException(name, text, "a whole number such as 10");

    private static DateTimeOffset ParseTime(string name, string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces, out var time)
            ? time
            : throw new BadInputException(name, text, "a time such as 2026-11-24T04:00:00Z or 2026-11-24");
}

/// <summary>An input with the type of its value.</summary>
/// <param name="Parse">From the words given, none when there were none; throws <see cref="BadInputException"/>.</param>
internal sealed record Input<T>(string Name, InputShape Shape, string Help, Func<IReadOnlyList<string>, T> Parse) : Input(Name, Shape, Help);
