namespace SnapshotBot.Service.Games;

/// <summary>What a game said when it was asked: a closed family.</summary>
internal abstract record GameReply
{
    private GameReply()
    {
    }

    /// <param name="Text">A step's answer; of a protocol the game's own keywords, or nothing.</param>
    /// <param name="Online">Players, when a protocol told.</param>
    /// <param name="Names">Names, when a protocol told.</param>
    /// <param name="Version">The version, when a protocol told.</param>
    public sealed record Said(string Text, int? Online, IReadOnlyList<string> Names, string? Version) : GameReply
    {
        public static Said Of(string text) => new(text, null, [], null);
    }

    public sealed record Nothing(string Reason) : GameReply;
}
