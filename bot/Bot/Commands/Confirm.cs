namespace SnapshotBot.Bot.Commands;

/// <summary>Whether a command asks before it acts.</summary>
internal enum Confirm
{
    /// <summary>Nothing is lost by it.</summary>
    Never,

    /// <summary>The terminal wants <c>--yes</c>, a chat a second press.</summary>
    Always,

    /// <summary>As <see cref="Always"/>, but a run that only shows its plan is not asked.</summary>
    UnlessPlanned,
}
