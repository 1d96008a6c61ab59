namespace SnapshotBot.Bot.Commands;

/// <summary>What a command gives back.</summary>
internal abstract record Reply;

/// <summary>Read, or done already. A surface draws the outcome by its type.</summary>
internal sealed record Answer(object Outcome) : Reply;
