namespace SnapshotBot.Engine;

/// <summary>Finds where on the host a container's own changes are.</summary>
public interface IWritableLayers
{
    /// <summary>
    /// From what the engine says of the container, or, where it hides that, from the mounts of the running container's process.
    /// Nothing is read but <c>/proc</c>.
    /// </summary>
    Task<WritableLayerLookup> FindAsync(ContainerDetails container, CancellationToken cancellationToken);
}

/// <summary>Where a container's layer is, or why that can't be said.</summary>
public abstract record WritableLayerLookup
{
    private WritableLayerLookup()
    {
    }

    public sealed record Found(WritableLayer Layer) : WritableLayerLookup;

    /// <summary>The engine hides it and the container does not run: known only while it runs.</summary>
    public sealed record HiddenWhileStopped : WritableLayerLookup;

    /// <summary>The layer is no overlay (or not one that can be read as it lies); <paramref name="Reason"/> says why.</summary>
    public sealed record Unsupported(string Reason) : WritableLayerLookup;
}

/// <summary>How the place of a layer was learnt.</summary>
public enum WritableLayerSource
{
    /// <summary>The engine said it.</summary>
    Engine,

    /// <summary>Read from the mounts of the container's process.</summary>
    ProcessMounts,
}

/// <summary>The parts of a container's overlay, as paths on the engine's host.</summary>
public sealed record WritableLayer
{
    /// <summary>What the container changed: added and changed files, whiteouts, opaque directories.</summary>
    public required string UpperDirectory { get; init; }

    public required string WorkDirectory { get; init; }

    /// <summary>The image's layers, the topmost first.</summary>
    public required IReadOnlyList<string> LowerDirectories { get; init; }

    public required WritableLayerSource Source { get; init; }

    /// <summary>With it a changed file's content may still be in a lower layer: the upper directory is not the difference.</summary>
    public required bool HasMetaCopy { get; init; }

    /// <summary>With it a renamed directory is only a pointer: the upper directory is not the difference.</summary>
    public required bool HasRedirects { get; init; }

    /// <summary>Whether whiteouts and opaque marks are in <c>user.overlay</c> instead of <c>trusted.overlay</c>.</summary>
    public required bool UsesUserAttributes { get; init; }

    /// <summary>Whether the upper directory alone says all that the container changed.</summary>
    public bool IsWholeDifference => !HasMetaCopy && !HasRedirects;
}
