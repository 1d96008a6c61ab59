using SnapshotBot.Engine;
using SnapshotBot.Testing;
using SnapshotBot.Testing.Engines;

namespace SnapshotBot.Service.Tests;

/// <summary>
/// Everything a game's files carry: names, types, owners, modes, times to the nanosecond, links, device numbers, attributes and access lists,
/// contents. Looked at from the host, as the running container sees it: a container has no programs that would tell all of it.
/// </summary>
internal static class WorldPrint
{
    private static readonly string[] Usual = ["/data", "/conf", "/game"];

    public static Task<string> TakeAsync(ServiceBench bench, ContainerId container, params string[] tops) => TakeAsync(bench.Engine, container, tops);

    public static async Task<string> TakeAsync(EngineBench engine, ContainerId container, params string[] tops)
    {
        var root = await RootAsync(engine, container);
        var lines = from top in tops.Length > 0 ? tops : Usual
                    where Directory.Exists(root + top)
                    from entry in TreeState.ReadWithTop(root + top)
                    select $"{top}{entry.Key} {entry.Value}";
        return string.Join('\n', lines);
    }

    /// <summary>A running container's root directory as a path of the host's.</summary>
    public static async Task<string> RootAsync(EngineBench engine, ContainerId container) =>
        $"/proc/{(await engine.Engine.Containers.InspectAsync(container, ServiceBench.Cancel)).State.ProcessId}/root";
}
