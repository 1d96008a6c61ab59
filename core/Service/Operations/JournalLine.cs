using System.Text.Json;
using System.Text.Json.Serialization;

namespace SnapshotBot.Service.Operations;

/// <summary>One line of a journal: a fact, a fact settled, or the operation's close.</summary>
internal sealed record JournalLine
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Number { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Fact { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Data { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Settled { get; init; }

    /// <summary>The outcome as JSON text; set on the closing line.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Outcome { get; init; }

    public static string Serialize(JournalLine line) => JsonSerializer.Serialize(line, OperationsJson.Default.JournalLine);
}

/// <summary>A journal as another process left it.</summary>
/// <param name="Open">Facts neither taken back nor settled, with their numbers, oldest first.</param>
/// <param name="Outcome">How it ended; null when it did not come to its end.</param>
internal sealed record JournalLeft(IReadOnlyList<(int Number, Fact Fact)> Open, string? Outcome)
{
    /// <summary>Whether the operation had come to its end, so that its facts are finished rather than taken back.</summary>
    public bool IsClosed => Outcome is not null;

    /// <summary>Reads the journal back.</summary>
    /// <exception cref="JournalUnreadableException">A line is not one of ours, or names a fact this program does not know.</exception>
    public static JournalLeft Read(DataFolder folder, FactTypes types, OperationId operation)
    {
        var facts = new SortedDictionary<int, Fact>();
        string? outcome = null;
        foreach (var text in folder.ReadJournal(operation))
        {
            var line = Parse(operation, text);
            if (line.Fact is not null && line.Data is { } data)
                facts.Add(line.Number, types.Read(operation, line.Fact, data));
            else if (line.Settled is { } settled)
                facts.Remove(settled);
            else if (line.Outcome is not null)
                outcome = line.Outcome;
        }

        return new([.. facts.Select(open => (open.Key, open.Value))], outcome);
    }

    private static JournalLine Parse(OperationId operation, string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, OperationsJson.Default.JournalLine) ?? throw new JournalUnreadableException(operation, "an empty line");
        }
        catch (JsonException)
        {
            throw new JournalUnreadableException(operation, "a line that is no JSON");
        }
    }
}

/// <summary>All kinds of facts of this program.</summary>
internal sealed class FactTypes(IEnumerable<FactType> types)
{
    private readonly Dictionary<string, FactType> _byName = types.ToDictionary(type => type.Name, StringComparer.Ordinal);

    public FactType Of(Fact fact) => _byName.Values.Single(type => type.Type == fact.GetType());

    public Fact Read(OperationId operation, string name, JsonElement data)
    {
        if (!_byName.TryGetValue(name, out var type))
            throw new JournalUnreadableException(operation, $"the unknown fact '{name}'");
        try
        {
            return data.Deserialize(type.Json) as Fact ?? throw new JournalUnreadableException(operation, $"an empty fact '{name}'");
        }
        catch (JsonException)
        {
            throw new JournalUnreadableException(operation, $"a damaged fact '{name}'");
        }
    }
}

/// <summary>A journal that can't be read as a whole. It is left alone: half of it undone would be worse.</summary>
public sealed class JournalUnreadableException(OperationId operation, string what)
    : Exception($"The journal of operation {operation} holds {what}. It was left as it is; look at the containers it names.")
{
    public OperationId Operation { get; } = operation;
}
