using SnapshotBot.Engine;

namespace SnapshotBot.Bot.Demo;

/// <summary>What one demo made on an engine, copies that people made of it too, and its removal.</summary>
internal sealed class DemoRemains(IDockerEngine engine, string id)
{
    /// <summary>Marks its containers. Not one of our own labels: those are taken from copies, and copies must be found too.</summary>
    public const string Label = "demo-of-snapshotbot";

    // Removing must go on after Ctrl-C, but not for ever.
    private static readonly TimeSpan CleanUpTime = TimeSpan.FromMinutes(2);

    public string Image => "snapshotbot-demo:" + id;

    /// <summary>What the names of its containers and volumes begin with.</summary>
    public string Prefix => "snapshotbot-demo-" + id;

    public Dictionary<string, string> Labels => new(StringComparer.Ordinal) { [Label] = id };

    /// <summary>Removes what demos left that were killed: those whose folder is still there and held by nobody.</summary>
    public static async Task RemoveAbandonedAsync(IDockerEngine engine)
    {
        foreach (var left in DemoFolder.Abandoned())
        {
            using (left)
            {
                await left.CleanUpAsync(new DemoRemains(engine, left.Id).RemoveAsync);
            }
        }
    }

    /// <returns>What could not be removed, none when all is gone.</returns>
    public async Task<IReadOnlyList<string>> RemoveAsync()
    {
        using var deadline = new CancellationTokenSource(CleanUpTime);
        var left = new List<string>();
        var containers = await ListAsync(
            "containers", left, async () => (await engine.Containers.ListAsync(deadline.Token)).Where(one => one.Labels.GetValueOrDefault(Label) == id));
        await Task.WhenAll(containers.Select(one => TryAsync($"container {one.Name}", left, () => RemoveAsync(one.Id, deadline.Token))));

        // A copy's volume is known by the container that had it.
        var named = containers.SelectMany(one => one.Mounts).Select(mount => mount.VolumeName).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var volumes = await ListAsync("volumes", left, async () => (await engine.Volumes.ListAsync(deadline.Token))
            .Where(one => named.Contains(one.Name.Value) || one.Name.Value.StartsWith(Prefix + "-", StringComparison.Ordinal)));
        await Task.WhenAll(volumes.Select(one => TryAsync($"volume {one.Name}", left, () => engine.Volumes.RemoveAsync(one.Name, deadline.Token))));
        await TryAsync($"image {Image}", left, () => engine.Images.UntagAsync(ImageTag.Parse(Image), deadline.Token));
        return left;
    }

    private async Task RemoveAsync(ContainerId container, CancellationToken cancellationToken)
    {
        try
        {
            // Cut off while frozen: a paused container can't be stopped.
            await engine.Containers.UnpauseAsync(container, cancellationToken);
        }
        catch (EngineConflictException)
        {
            // It is not paused.
        }

        await engine.Containers.StopAsync(container, TimeSpan.Zero, cancellationToken);
        await engine.Containers.RemoveAsync(container, AnonymousVolumes.Remove, cancellationToken);
    }

    private async Task<IReadOnlyList<T>> ListAsync<T>(string what, List<string> left, Func<Task<IEnumerable<T>>> list)
    {
        try
        {
            return [.. await list()];
        }
        catch (Exception exception) when (exception is EngineException or OperationCanceledException)
        {
            left.Add($"{what} {Prefix}-*");
            return [];
        }
    }

    private static async Task TryAsync(string what, List<string> left, Func<Task> remove)
    {
        try
        {
            await remove();
        }
        catch (EngineNotFoundException)
        {
            // It was never made, or is gone already.
        }
        catch (Exception exception) when (exception is EngineException or OperationCanceledException)
        {
            lock (left)
            {
                left.Add(what);
            }
        }
    }
}
