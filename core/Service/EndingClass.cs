namespace SnapshotBot.Service;

/// <summary>How an ending that is not a success weighs; the terminal's exit codes and the chat's colours follow from it.</summary>
public enum EndingClass
{
    /// <summary>Something broke, or damage was found.</summary>
    Failed = 1,

    /// <summary>What was asked makes no sense: a bad name, a wrong password, an ambiguous word.</summary>
    BadInput = 2,

    /// <summary>A rule forbids it now: locked, busy, no space, unsafe.</summary>
    Refused = 3,

    /// <summary>What was named does not exist.</summary>
    NotFound = 4,
}
