namespace SnapshotBot.Storage.Backends;

/// <summary>Makes the backend for a location. Nothing is read or written before the backend's first call.</summary>
public static class BackendFactory
{
    /// <summary>Makes the backend; safe to call for a place that does not exist yet.</summary>
    /// <param name="location">Where the repository lies or shall lie.</param>
    /// <param name="timeProvider">Measures the waits between attempts.</param>
    public static IBackend Open(RepositoryLocation location, TimeProvider timeProvider) => location switch
    {
        RepositoryLocation.Local local => new LocalBackend(local.Path, new LocalBackendOptions()),
        RepositoryLocation.Rest rest => new RestBackend(rest, new RestBackendOptions(), timeProvider),
        _ => throw new ArgumentOutOfRangeException(nameof(location), location, "Unknown kind of location."),
    };
}
