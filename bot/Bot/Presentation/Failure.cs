namespace SnapshotBot.Bot.Presentation;

/// <summary>How a command ended: the process's exit code.</summary>
internal enum ExitCode
{
    Done = 0,

    /// <summary>It failed, or damage was found.</summary>
    Failed = 1,

    /// <summary>Wrong usage, bad input, wrong password, a name that means several.</summary>
    BadInput = 2,

    /// <summary>A rule forbids it: locked, busy, no room, unsafe.</summary>
    Refused = 3,
    NotFound = 4,
    Cancelled = 130,
}

/// <summary>Why a command did not do what was asked, for people and for scripts.</summary>
/// <param name="Code">Stable, kebab-case: scripts branch on it.</param>
/// <param name="Message">What happened and what was not harmed.</param>
/// <param name="Hint">What to do, or null when there is nothing.</param>
internal sealed record Failure(ExitCode Exit, string Code, string Message, string? Hint)
{
    /// <summary>The operation that failed, when it was one.</summary>
    public string? Operation { get; init; }
}

/// <summary>Ends a command with a failure that is already put in words.</summary>
internal sealed class CommandFailedException(Failure failure) : Exception(failure.Message)
{
    public Failure Failure { get; } = failure;
}
