using System.Globalization;
using System.Text;
using SnapshotBot.Engine;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Service.Restore;

/// <summary>
/// Finds the upper directory of a container just made. overlay2 says it; the containerd store hides it until the container runs, which it must
/// not before its files are right: there, it is among the folders that were added to the store since, and a file put into it tells which one it is.
/// </summary>
internal sealed class NewLayerFinder(HostFiles files, ServerStore servers, Helpers helpers, RunState runState)
{
    /// <summary>The store's folders before the container is made, or null where the store is not known.</summary>
    public async Task<LayerStore?> LookAsync(IDockerEngine engine, CancellationToken cancellationToken) =>
        StoreAt(Remembered() ?? await FromRunningAsync(engine, cancellationToken));

    /// <summary>The same; where nothing shows the store, as on a new machine, a helper does.</summary>
    public async Task<LayerStore?> LookAsync(IDockerEngine engine, OperationContext context, CancellationToken cancellationToken)
    {
        if (!(await engine.ReadInfoAsync(cancellationToken)).HasContainerdImageStore)
            return null;
        return await LookAsync(engine, cancellationToken) ?? StoreAt(await FromHelperAsync(engine, context, cancellationToken));
    }

    /// <summary>Where a container made since has its upper directory.</summary>
    /// <exception cref="RefusedException">It can't be told.</exception>
    public async Task<string> FindAsync(IDockerEngine engine, ContainerDetails made, LayerStore? before, CancellationToken cancellationToken)
    {
        switch (await engine.WritableLayers.FindAsync(made, cancellationToken))
        {
            case WritableLayerLookup.Found { Layer: { IsWholeDifference: true } layer }:
                return layer.UpperDirectory;
            case WritableLayerLookup.Found:
                throw new RefusedException(new Refusal.LayerUnreachable(made.Name, LayerFault.NotTheDifference));
            case WritableLayerLookup.HiddenWhileStopped when before is not null:
                var added = Numbers(before.Root).Except(before.Numbers).Order().Select(before.ContentOf).ToList();
                if ((added.Count == 1 ? added[0] : await MarkedAsync(engine, made.Id, added, cancellationToken)) is { } upper)
                    return upper;
                break;
        }

        throw new RefusedException(new Refusal.LayerUnreachable(made.Name, LayerFault.NoUpperDirectory));
    }

    /// <summary>
    /// Which of several new folders is the container's own: the one in which a file turns up that is put into the container. One is that with its
    /// hosts and resolv.conf, and others are making containers too. Null when it can't be told.
    /// </summary>
    private async Task<string?> MarkedAsync(IDockerEngine engine, ContainerId made, IReadOnlyList<string> added, CancellationToken cancellationToken)
    {
        var name = $".snapshotbot-{Guid.NewGuid():N}";
        try
        {
            await engine.Containers.PlaceFileAsync(made, name, cancellationToken);
        }
        catch (EngineRefusedException)
        {
            // It is made read-only, and only one that nothing else was made beside can be told: its own is the last, made upon the other.
            return added.Count == 2 ? added[1] : null;
        }

        if (added.FirstOrDefault(upper => files.Status($"{upper}/{name}") is not null) is not { } own)
        {
            return null;
        }

        using var folder = files.OpenFolder(own);
        folder.RemoveFile(Encoding.ASCII.GetBytes(name));
        return own;
    }

    private string? Remembered() =>
        servers.All().SelectMany(server => server.Containers).Select(one => StoreOf(one.Upper)).FirstOrDefault(one => one is not null && files.Status(one) is not null);

    private LayerStore? StoreAt(string? root) => root is null ? null : new LayerStore(root, Numbers(root));

    private async Task<string?> FromRunningAsync(IDockerEngine engine, CancellationToken cancellationToken)
    {
        foreach (var container in (await engine.Containers.ListAsync(cancellationToken)).Where(one => one.Status == ContainerStatus.Running))
        {
            try
            {
                var details = await engine.Containers.InspectAsync(container.Id, cancellationToken);
                if (await engine.WritableLayers.FindAsync(details, cancellationToken) is WritableLayerLookup.Found found && StoreOf(found.Layer.UpperDirectory) is { } root)
                    return root;
            }
            catch (EngineNotFoundException)
            {
                // Gone between the list and the look.
            }
        }

        return null;
    }

    /// <summary>On a new machine nothing runs yet that would show the store: a helper does, for a moment.</summary>
    private async Task<string?> FromHelperAsync(IDockerEngine engine, OperationContext context, CancellationToken cancellationToken)
    {
        var id = await helpers.StartAsync("look", [], context, cancellationToken);
        var details = await engine.Containers.InspectAsync(id, cancellationToken);
        var root = await engine.WritableLayers.FindAsync(details, cancellationToken) is WritableLayerLookup.Found found ? StoreOf(found.Layer.UpperDirectory) : null;
        await runState.EnsureStoppedAsync(id, TimeSpan.Zero, cancellationToken);
        return root;
    }

    // ".../snapshots/17/fs"
    private static string? StoreOf(string? upper)
    {
        if (upper is null || !upper.EndsWith(LayerStore.Content, StringComparison.Ordinal))
            return null;
        var folder = upper[..^LayerStore.Content.Length];
        var name = folder[(folder.LastIndexOf('/') + 1)..];
        return name.Length > 0 && name.All(char.IsAsciiDigit) ? HostFiles.Parent(folder) : null;
    }

    private HashSet<long> Numbers(string root)
    {
        using var folder = files.OpenFolder(root);
        var numbers = new HashSet<long>();
        var buffer = new byte[32 * 1024];
        while (folder.ReadEntries(buffer) is > 0 and var filled)
        {
            foreach (var entry in new DirectoryEntries(buffer.AsSpan(0, filled)))
            {
                if (long.TryParse(Encoding.ASCII.GetString(entry.Name), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                    numbers.Add(number);
            }
        }

        return numbers;
    }
}

/// <summary>A layer store's folders at one moment.</summary>
internal sealed record LayerStore(string Root, IReadOnlySet<long> Numbers)
{
    /// <summary>What is below a layer's folder.</summary>
    public const string Content = "/fs";

    public string ContentOf(long number) => string.Create(CultureInfo.InvariantCulture, $"{Root}/{number}{Content}");
}
