namespace SnapshotBot.Service.Games;

/// <summary>Who plays now, as the game itself says: a closed family.</summary>
internal abstract record PlayersAnswer
{
    private PlayersAnswer()
    {
    }

    /// <param name="Online">How many.</param>
    /// <param name="Names">Those that were told; games may tell fewer than are online, or none.</param>
    public sealed record Known(int Online, IReadOnlyList<string> Names) : PlayersAnswer;

    /// <param name="Reason">Why nobody knows, for the log and for details.</param>
    public sealed record Unknown(string Reason) : PlayersAnswer;
}

/// <summary>What became of a message to the players: a closed family.</summary>
internal abstract record AnnounceAnswer
{
    private AnnounceAnswer()
    {
    }

    public sealed record Told : AnnounceAnswer;

    /// <summary>The profile knows no way, or the container does not offer it.</summary>
    public sealed record NotSupported : AnnounceAnswer;

    public sealed record Failed(string Reason) : AnnounceAnswer;
}

/// <summary>Whether the game itself answers, which is more than that its process is up: a closed family.</summary>
internal abstract record ReadyAnswer
{
    private ReadyAnswer()
    {
    }

    public sealed record Ready : ReadyAnswer;

    /// <summary>It does not answer yet, or not as it should.</summary>
    public sealed record NotYet(string Reason) : ReadyAnswer;

    /// <summary>The profile knows no way to ask.</summary>
    public sealed record NoCheck : ReadyAnswer;
}

/// <summary>How a quiesce went: a closed family.</summary>
internal abstract record QuiesceState
{
    private QuiesceState()
    {
    }

    /// <summary>The game said that it has flushed, and holds its writes until the release.</summary>
    public sealed record Held : QuiesceState;

    /// <summary>The game said that it has flushed, but goes on writing: what follows is frozen, not quiesced.</summary>
    public sealed record Flushed : QuiesceState;

    /// <summary>The profile knows no way, or the game does not run.</summary>
    public sealed record NotSupported : QuiesceState;

    /// <summary>It refused, or answered something else than it should.</summary>
    public sealed record Failed(string Reason) : QuiesceState;

    /// <summary>It did not answer in the profile's time.</summary>
    public sealed record TimedOut : QuiesceState;
}

/// <summary>What became of letting a game write again: a closed family.</summary>
internal abstract record ReleaseAnswer
{
    private ReleaseAnswer()
    {
    }

    /// <summary>It answered as it should, or the run that was asked to hold is over.</summary>
    public sealed record Released : ReleaseAnswer;

    /// <summary>The container does not offer the way to ask; trying again is of no use.</summary>
    public sealed record NotOffered(string Reason) : ReleaseAnswer;

    /// <summary>It may hold its writes still.</summary>
    public sealed record Failed(string Reason) : ReleaseAnswer;
}

/// <summary>What a part people know led to: a closed family.</summary>
internal abstract record PartAnswer
{
    private PartAnswer()
    {
    }

    /// <summary>The part's files and folders as the game sees them, with their container where the server has several. A path that the snapshot
    /// does not have means that it is to be absent after the restore.</summary>
    public sealed record Paths(IReadOnlyList<string> All) : PartAnswer;

    /// <summary>The snapshot has no such player, world or place; <paramref name="Known"/> are some that it has.</summary>
    public sealed record Nothing(string Wanted, IReadOnlyList<string> Known) : PartAnswer;

    /// <summary>Not understood: <paramref name="Usages"/> are the parts this game has, such as <c>player NAME</c>.</summary>
    public sealed record NotUnderstood(string Text, IReadOnlyList<string> Usages) : PartAnswer;
}
