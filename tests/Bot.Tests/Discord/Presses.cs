using SnapshotBot.Playground.State;

namespace SnapshotBot.Bot.Tests.Discord;

/// <summary>What people of a busy guild press.</summary>
internal sealed class Presses(DiscordBench bench, string snapshot, Random random)
{
    public const int Seed = 20_261_124;

    private readonly Post _open = bench.As("owner").Say("hello");

    /// <summary>A guild that is set up, with a server that has two snapshots.</summary>
    /// <returns>The id of the first.</returns>
    public static async Task<string> PrepareAsync(DiscordBench bench, CancellationToken cancellationToken)
    {
        await bench.SetUpAsync(cancellationToken);
        _ = await bench.TerminalAsync("server", "add", "castle", "--container", bench.ContainerName);
        var made = await bench.TerminalAsync("snapshot", "create", "castle", "--name", "the one");
        _ = await bench.TerminalAsync("snapshot", "create", "castle", "--name", "another");
        return made.Json.GetProperty("snapshot").GetProperty("id").GetString()!;
    }

    /// <summary>Of what reads the repository.</summary>
    public Exchange Reading() => random.Next(4) switch
    {
        0 => bench.As("operator").Command("snapshot browse", ("snapshot", snapshot)),
        1 => bench.As("operator").Command("snapshot get", ("snapshot", snapshot), ("path", "/data/level.dat")),
        2 => bench.As("viewer").Command("snapshot diff", ("snapshot", snapshot)),
        _ => bench.As("admin").Command("snapshot restore", ("snapshot", snapshot)),
    };

    /// <summary>Of what is pressed most.</summary>
    public Exchange Any()
    {
        var (viewer, mod, admin) = (bench.As("viewer"), bench.As("operator"), bench.As("admin"));
        return random.Next(14) switch
        {
            0 => viewer.Command("snapshot list"),
            1 => viewer.Type("snapshot info", "snapshot", "the"),
            2 => viewer.Forge(_open, "pan:sna::0:u"),
            3 => viewer.Forge(_open, "pan:sch::0:u"),
            4 => viewer.Forge(_open, "open:" + snapshot),
            5 => mod.Forge(_open, "new:"),
            6 => mod.Forge(_open, "form:rename:" + snapshot),
            7 => mod.ForgeForm(_open, "form:note:" + snapshot, ("note", $"note {random.Next(1000)}")),
            8 => mod.Forge(_open, "run:lock:" + snapshot),
            9 => admin.Forge(_open, "run:unlock:" + snapshot),
            10 => admin.Command("snapshot delete", ("snapshot", snapshot)),
            11 => bench.As("stranger").Command("snapshot list"),
            12 => admin.Type("server add", "container", ""),
            _ => viewer.Command("server list"),
        };
    }
}
