using System.Collections;

namespace SnapshotBot.Chat.Interactions;

/// <summary>An option as it was filled in.</summary>
public abstract record OptionValue
{
    private OptionValue()
    {
    }

    public sealed record Text(string Value) : OptionValue;

    public sealed record Integer(long Value) : OptionValue;

    public sealed record Boolean(bool Value) : OptionValue;

    public sealed record Role(RoleId Value) : OptionValue;

    public sealed record Channel(ChannelId Value) : OptionValue;

    public sealed record User(UserId Value) : OptionValue;
}

/// <summary>The options of a command; each getter gives null for what was not filled in or is of another kind.</summary>
public sealed class OptionValues(IReadOnlyDictionary<string, OptionValue> values) : IEnumerable<KeyValuePair<string, OptionValue>>
{
    public static readonly OptionValues Empty = new(new Dictionary<string, OptionValue>(StringComparer.Ordinal));

    public int Count => values.Count;

    public string? Text(string name) => (Find(name) as OptionValue.Text)?.Value;

    public long? Integer(string name) => (Find(name) as OptionValue.Integer)?.Value;

    public bool? Boolean(string name) => (Find(name) as OptionValue.Boolean)?.Value;

    public RoleId? Role(string name) => (Find(name) as OptionValue.Role)?.Value;

    public ChannelId? Channel(string name) => (Find(name) as OptionValue.Channel)?.Value;

    public UserId? User(string name) => (Find(name) as OptionValue.User)?.Value;

    public OptionValue? Find(string name) => values.GetValueOrDefault(name);

    public IEnumerator<KeyValuePair<string, OptionValue>> GetEnumerator() => values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>What was filled in at one input of a form.</summary>
public abstract record FieldValue
{
    private FieldValue()
    {
    }

    public sealed record Text(string Value) : FieldValue;

    public sealed record Picks(IReadOnlyList<string> Values) : FieldValue
    {
        public bool Equals(Picks? other) => other is not null && Values.SequenceEqual(other.Values, StringComparer.Ordinal);

        public override int GetHashCode() => Values.Count;
    }

    public sealed record Tick(bool IsTicked) : FieldValue;
}

/// <summary>
/// A sent form. A client that can't show a select or a checkbox asks for text instead; the getters read a text kindly ("yes", "on", "x" tick).
/// </summary>
public sealed class FieldValues(IReadOnlyDictionary<string, FieldValue> values) : IEnumerable<KeyValuePair<string, FieldValue>>
{
    private static readonly string[] Yes = ["yes", "y", "ja", "true", "on", "1", "x", "lock", "oui", "si", "da"];

    /// <summary>Trimmed; null when empty or not there.</summary>
    public string? Text(string id) => Find(id) switch
    {
        FieldValue.Text(var text) when !string.IsNullOrWhiteSpace(text) => text.Trim(),
        FieldValue.Picks { Values: [var first, ..] } => first,
        _ => null,
    };

    public IReadOnlyList<string> Picks(string id) => Find(id) switch
    {
        FieldValue.Picks(var picks) => picks,
        FieldValue.Text(var text) when !string.IsNullOrWhiteSpace(text) => [text.Trim()],
        _ => [],
    };

    public bool IsTicked(string id) => Find(id) switch
    {
        FieldValue.Tick(var ticked) => ticked,
        FieldValue.Text(var text) => Yes.Contains(text.Trim(), StringComparer.OrdinalIgnoreCase),
        FieldValue.Picks(var picks) => picks.Count > 0,
        _ => false,
    };

    public FieldValue? Find(string id) => values.GetValueOrDefault(id);

    public IEnumerator<KeyValuePair<string, FieldValue>> GetEnumerator() => values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
