namespace SnapshotBot.Engine;

/// <summary>Finds the layers of containers on overlay file systems.</summary>
/// <param name="hostRoot">Where the engine's host is mounted when this program runs in a container; else empty.</param>
internal sealed class OverlayLayers(string hostRoot) : IWritableLayers
{
    public async Task<WritableLayerLookup> FindAsync(ContainerDetails container, CancellationToken cancellationToken)
    {
        var defaults = await OverlayDefaults.ReadAsync(hostRoot, cancellationToken);
        var mounted = container.State.ProcessId > 0 ? await ReadRootAsync(container.State.ProcessId, cancellationToken) : null;
        if (container.StorageData.TryGetValue("UpperDir", out var upper) && upper.Length > 0)
        {
            return FromEngine(container, upper, mounted?.Options, defaults);
        }

        if (mounted is null)
        {
            return container.State.ProcessId > 0
                ? new WritableLayerLookup.Unsupported("the mounts of the container's process can't be read: run as root on the engine's own host")
                : new WritableLayerLookup.HiddenWhileStopped();
        }

        return mounted.FileSystem is "overlay"
            ? FromMount(mounted, defaults)
            : new WritableLayerLookup.Unsupported($"its root is on a file system of the kind '{PrintableText.Of(mounted.FileSystem)}', not an overlay");
    }

    private static WritableLayerLookup FromEngine(
        ContainerDetails container, string upper, OverlayOptions? mounted, OverlayDefaults defaults)
    {
        if (!container.StorageDriver.StartsWith("overlay", StringComparison.Ordinal) || !IsAbsolute(upper))
        {
            return new WritableLayerLookup.Unsupported($"the storage driver '{PrintableText.Of(container.StorageDriver)}' keeps no upper directory");
        }

        var options = mounted ?? OverlayOptions.None;
        return new WritableLayerLookup.Found(new WritableLayer
        {
            UpperDirectory = upper,
            WorkDirectory = container.StorageData.GetValueOrDefault("WorkDir", string.Empty),
            LowerDirectories = [.. container.StorageData.GetValueOrDefault("LowerDir", string.Empty).Split(':', StringSplitOptions.RemoveEmptyEntries)],
            Source = WritableLayerSource.Engine,
            HasMetaCopy = options.MetaCopy ?? defaults.MetaCopy,
            HasRedirects = options.Redirects ?? defaults.Redirects,
            UsesUserAttributes = options.UserAttributes || container.StorageDriver == "fuse-overlayfs",
        });
    }

    private static WritableLayerLookup FromMount(MountedRoot root, OverlayDefaults defaults)
    {
        var options = root.Options;
        if (!IsAbsolute(options.Upper) || !IsAbsolute(options.Work))
        {
            return new WritableLayerLookup.Unsupported("its overlay has no upper directory, or names it relative to a folder that is not known");
        }

        return new WritableLayerLookup.Found(new WritableLayer
        {
            UpperDirectory = options.Upper,
            WorkDirectory = options.Work,
            LowerDirectories = options.Lowers,
            Source = WritableLayerSource.ProcessMounts,
            HasMetaCopy = options.MetaCopy ?? defaults.MetaCopy,
            HasRedirects = options.Redirects ?? defaults.Redirects,
            UsesUserAttributes = options.UserAttributes,
        });
    }

    private static bool IsAbsolute(string path) => path.StartsWith('/');

    private async Task<MountedRoot?> ReadRootAsync(int processId, CancellationToken cancellationToken)
    {
        try
        {
            return MountedRoot.Find(await ProcFile.ReadAsync($"{hostRoot}/proc/{processId}/mountinfo", cancellationToken));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Gone, or not ours to read: the caller says what that means.
            return null;
        }
    }
}
