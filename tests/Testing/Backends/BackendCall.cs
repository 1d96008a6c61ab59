using SnapshotBot.Storage.Backends;

namespace SnapshotBot.Testing.Backends;

/// <summary>What can be asked of a backend.</summary>
public enum BackendOperation
{
    Create,
    Save,
    Read,
    ReadAll,
    Size,
    List,
    Delete,
}

/// <summary>One call to a <see cref="MemoryBackend"/>.</summary>
public readonly record struct BackendCall(BackendOperation Operation, RepositoryFile File);
