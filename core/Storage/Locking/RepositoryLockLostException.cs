namespace SnapshotBot.Storage.Locking;

/// <summary>The lock could not be renewed in time or was removed by somebody; the work stopped. What was committed is untouched.</summary>
public sealed class RepositoryLockLostException() : IOException(
    "The lock on the repository was lost: it could not be renewed, or somebody removed it. The work was stopped so that nothing is damaged; " +
    "what was stored before is untouched. Look whether the repository's place can be reached, then try again.");
