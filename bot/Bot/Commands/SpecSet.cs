namespace SnapshotBot.Bot.Commands;

/// <summary>Commands in the order help shows them.</summary>
internal sealed class SpecSet(IReadOnlyList<SpecSet.Entry> entries)
{
    private IReadOnlyList<CommandSpec>? _all;

    /// <summary>All of them; made when they are first asked for.</summary>
    public IReadOnlyList<CommandSpec> All => _all ??= [.. entries.Select(entry => entry.Make())];

    /// <summary>The command of exactly this name, as in <c>snapshot create</c>.</summary>
    public CommandSpec? Named(string name) => entries.FirstOrDefault(entry => entry.Name == name)?.Make();

    /// <summary>By name, so that a command that is typed needs none of the others: to make all of them is felt at every start.</summary>
    internal sealed record Entry(string Name, Func<CommandSpec> Make);
}
