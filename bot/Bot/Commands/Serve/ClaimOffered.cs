namespace SnapshotBot.Bot.Commands.Serve;

/// <summary>Nobody has set this bot up yet; who knows the code may.</summary>
internal sealed record ClaimOffered(string Code);
