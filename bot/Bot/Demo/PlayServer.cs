using SnapshotBot.Engine;
using SnapshotBot.Playground.Page;

namespace SnapshotBot.Bot.Demo;

/// <summary>One of the playground's game servers as the page shows it: it tells its map in its log, and a press changes a file inside.</summary>
internal sealed class PlayServer(IDockerEngine engine, string name, PlayKind kind, string container, TimeProvider time) : PlayGame
{
    // A map and what else is said meanwhile.
    private const int LinesRead = 60;

    // Several open pages share one look.
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan ExecTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestFreeze = TimeSpan.FromSeconds(12);

    private readonly SemaphoreSlim _one = new(1);
    private PlayPicture _seen = new("starting", []);
    private long? _seenAt;

    public override string Name => name;

    public override PlayKind Kind => kind;

    /// <summary>The container's name on the engine.</summary>
    public string Container => container;

    public override async Task<PlayPicture> LookAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_seenAt is not { } at || time.GetElapsedTime(at) > Fresh)
            {
                _seen = await ReadAsync(cancellationToken);
                _seenAt = time.GetTimestamp();
            }

            return _seen;
        }
        finally
        {
            _one.Release();
        }
    }

    public override async Task SetAsync(int column, int row, char tile, CancellationToken cancellationToken)
    {
        if (column is >= 0 and < PlayScripts.Columns && row is >= 0 and < PlayScripts.Rows && ".#HT*~".Contains(tile, StringComparison.Ordinal))
        {
            await TryAsync(found => ExecAsync(found.Id, ["/bin/sh", PlayScripts.Set, $"{column}", $"{row + 1}", tile == '.' ? "\\." : tile == '*' ? "\\*" : $"{tile}"], cancellationToken), cancellationToken);
        }
    }

    public override Task SwitchAsync(PlaySwitch to, CancellationToken cancellationToken) => TryAsync(
        async found =>
        {
            if (found.Status == ContainerStatus.Paused)
            {
                await ThawAsync(found.Id, cancellationToken);
            }

            if (to == PlaySwitch.Off)
            {
                await engine.Containers.StopAsync(found.Id, StopTime, cancellationToken);
            }
            else if (found.Status != ContainerStatus.Paused)
            {
                await engine.Containers.StartAsync(found.Id, cancellationToken);
            }
        },
        cancellationToken);

    // The bot freezes a server for a moment; what stands still for longer nobody holds any more.
    private async Task ThawAsync(ContainerId id, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        while (time.GetElapsedTime(since) < LongestFreeze)
        {
            if (!(await engine.Containers.InspectAsync(id, cancellationToken)).State.IsPaused)
            {
                return;
            }

            await Task.Delay(Fresh, time, cancellationToken);
        }

        await engine.Containers.UnpauseAsync(id, cancellationToken);
    }

    private async Task TryAsync(Func<ContainerSummary, Task> act, CancellationToken cancellationToken)
    {
        try
        {
            if (await FindAsync(cancellationToken) is { } found)
            {
                await act(found);
            }
        }
        catch (EngineException)
        {
            // Frozen, stopped or being made anew just now: the picture says so, and another press is free.
        }

        _seenAt = null;
    }

    private async Task<PlayPicture> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await FindAsync(cancellationToken) is not { } found)
            {
                return new PlayPicture("away", []);
            }

            var state = found.Status.ToString().ToLowerInvariant();
            return new PlayPicture(
                state, kind == PlayKind.Map && found.Status is ContainerStatus.Running or ContainerStatus.Paused ? await MapAsync(found.Id, cancellationToken) : []);
        }
        catch (EngineException)
        {
            return new PlayPicture("away", []);
        }
    }

    // Not by a command inside: one that is being started in the moment of a freeze makes that freeze long.
    private async Task<IReadOnlyList<string>> MapAsync(ContainerId id, CancellationToken cancellationToken)
    {
        var said = (await engine.Containers.ReadLogTailAsync(id, LinesRead, cancellationToken)).Split('\n');
        var last = Array.FindLastIndex(said, Math.Max(0, said.Length - 1 - PlayScripts.Rows), line => line == PlayScripts.MapFollows);
        return last < 0 ? [] : Lines(said.Skip(last + 1));
    }

    // What stands in a container may be anything by now.
    private static IReadOnlyList<string> Lines(IEnumerable<string> map) => [.. map
        .Take(PlayScripts.Rows).Select(line => line.Length > PlayScripts.Columns ? line[..PlayScripts.Columns] : line)];

    private async Task<ContainerSummary?> FindAsync(CancellationToken cancellationToken) =>
        await engine.Containers.FindAsync(container, cancellationToken) is ContainerLookup.Found found ? found.Container : null;

    private Task<ExecResult> ExecAsync(ContainerId id, IReadOnlyList<string> command, CancellationToken cancellationToken) =>
        engine.Containers.ExecAsync(id, new ExecRequest { Command = command, Deadline = ExecTime }, cancellationToken);
}
