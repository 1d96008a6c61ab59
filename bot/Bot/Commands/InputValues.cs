namespace SnapshotBot.Bot.Commands;

/// <summary>What was given for a command's inputs, by their names.</summary>
internal sealed class InputValues(IReadOnlyDictionary<string, IReadOnlyList<string>> given)
{
    public T Get<T>(Input<T> input) => input.Parse(given.TryGetValue(input.Name, out var words) ? words : []);
}
