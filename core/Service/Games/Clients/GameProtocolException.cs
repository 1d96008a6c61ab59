namespace SnapshotBot.Service.Games.Clients;

/// <summary>A game's answer is not what its protocol says: too long, cut short, of another kind.</summary>
internal sealed class GameProtocolException(string problem) : Exception(problem);
