using SnapshotBot.Engine;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Tests.FirstWeek;

/// <summary>A game with a profile of its own in the data folder: files in the container stand for its players, its chat and its answers.</summary>
internal static class TestGame
{
    private const string Profile = """
        {
          "schema": 1, "name": "test-game", "title": "Test game",
          "match": { "labels": { "test-game": "yes" } },
          "stop": { "graceSeconds": 10 },
          "announce": { "step": { "exec": ["/bin/sh", "-c", "echo \"$0\" >> /tmp/said", "{text}"] } },
          "players": { "step": { "exec": ["cat", "/tmp/players"] }, "names": "(?m)^(\\w+)$", "none": "\\A\\s*\\z" },
          "version": { "step": { "exec": ["cat", "/tmp/version"] } },
          "ready": { "step": { "exec": ["cat", "/data/ready"], "expect": "ready" } },
          "parts": [
            { "word": "player", "kind": "player-by-id", "names": "/data/usercache.json", "paths": ["/data/world/playerdata/{uuid}.dat", "/data/world/stats/{uuid}.json"] },
            { "word": "area", "kind": "area", "worlds": "/data", "squareSize": 512, "paths": ["/data/{world}/region/{square}.mca", "/data/{world}/entities/{square}.mca"] },
            { "word": "config", "kind": "paths", "paths": ["/conf/server.properties", "/data/*.yml"] }
          ]
        }
        """;

    public const string Anna = "11111111-1111-1111-1111-111111111111";
    public const string Ben = "22222222-2222-2222-2222-222222222222";

    /// <summary>A world of two players and three squares, with a configuration.</summary>
    public const string MakeWorld =
        $$"""mkdir -p /data/world/region /data/world/entities /data/world/playerdata /data/world/stats && echo '[{"name":"Anna","uuid":"{{Anna}}"},{"name":"Ben","uuid":"{{Ben}}"}]' > /data/usercache.json"""
        + $" && for p in {Anna} {Ben}; do echo old > /data/world/playerdata/$p.dat; echo old > /data/world/stats/$p.json; done"
        + " && for r in 0.0 0.-1 1.0; do echo old > /data/world/region/r.$r.mca; echo old > /data/world/entities/r.$r.mca; done"
        + " && echo old > /conf/server.properties && echo old > /data/bukkit.yml && echo old > /data/world/level.dat";

    /// <summary>All of it changed, and more of each kind.</summary>
    public const string PlayOn =
        "for f in $(find /data /conf -type f -not -name usercache.json -not -name ready); do echo new > $f; done"
        + " && echo new > /data/world/region/r.5.5.mca && echo new > /data/world/entities/r.5.5.mca && echo new > /data/late.yml";

    /// <summary>Every file with what is in it, one a line.</summary>
    public const string Show = "cd / && for f in $(find data conf -type f | grep -v usercache); do echo \"/$f $(cat $f)\"; done";

    /// <summary>Starts it.</summary>
    /// <param name="bench">Where.</param>
    /// <param name="command">What its container does; null: sleep.</param>
    public static async Task<(ContainerId Id, ServerInfo Server)> StartAsync(ServiceBench bench, string? command = null)
    {
        var profiles = Directory.CreateDirectory(Path.Combine(bench.Root, "sb-data", "profiles")).FullName;
        await File.WriteAllTextAsync(Path.Combine(profiles, "test-game.json"), Profile, ServiceBench.Cancel);
        var id = await bench.StartGameAsync(change: one => one with { Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["test-game"] = "yes" }, Command = command is null ? one.Command : ["/bin/sh", "-c", command] });
        await bench.ShellAsync(id, MakeWorld);
        return (id, await bench.AddServerAsync("Survival", id));
    }

    /// <summary>The files that hold the old word, and those that hold the new one.</summary>
    public static async Task<(IReadOnlyList<string> Old, IReadOnlyList<string> New)> LookAsync(ServiceBench bench, ContainerId id)
    {
        var lines = (await bench.ShellAsync(id, Show)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return (Ending(" old"), Ending(" new"));

        List<string> Ending(string word) =>
            [.. lines.Where(line => line.EndsWith(word, StringComparison.Ordinal)).Select(line => line[..^word.Length]).Order(StringComparer.Ordinal)];
    }
}
