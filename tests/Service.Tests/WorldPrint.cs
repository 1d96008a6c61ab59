using SnapshotBot.Engine;
using SnapshotBot.Testing.Engines;

namespace SnapshotBot.Service.Tests;

/// <summary>Everything a game sees of its files: names, types, owners, modes, times, links, contents.</summary>
internal static class WorldPrint
{
    // %i would differ after a restore and may; link counts may not.
    private const string Script =
        "for top in /data /conf /game; do find $top -exec stat -c '%n %F %a %u %g %h %s %Y %N' {} + ; find $top -type f -exec sha256sum {} + ; done";

    public static Task<string> TakeAsync(ServiceBench bench, ContainerId container) => TakeAsync(bench.Engine, container);

    public static async Task<string> TakeAsync(EngineBench engine, ContainerId container)
    {
        var lines = (await engine.ShellAsync(container, Script, ServiceBench.Cancel)).Split('\n');
        return string.Join('\n', lines.Order(StringComparer.Ordinal));
    }
}
