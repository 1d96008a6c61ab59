using Shouldly;
using SnapshotBot.Playground;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Testing.Engines;
using Xunit;

// Cancel, which all of these pass on, is the test's own token.
#pragma warning disable xUnit1069

namespace SnapshotBot.Bot.Tests.Discord;

/// <summary>What is written down is what became of it, not what was asked for; and nobody gets a right from having asked.</summary>
public sealed class AuditTests
{
    private const int Patience = 600_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task Lines_OfWhatWasDoneRefusedAndUnchanged_SaySo()
    {
        await using var bench = await DiscordBench.OpenAsync(RateLimits.Off, Cancel);
        await bench.SetUpAsync(Cancel);
        _ = await bench.TerminalAsync("server", "add", "castle", "--container", bench.ContainerName);
        var theirs = IdOf(await bench.TerminalAsync("snapshot", "create", "castle", "--name", "theirs", "--lock"));
        var open = IdOf(await bench.TerminalAsync("snapshot", "create", "castle", "--name", "open"));
        await using var audit = await AuditReader.OpenAsync(bench, Cancel);
        await using var bot = await bench.ServeAsync(Cancel);
        var (mod, admin) = (bench.As("operator"), bench.As("admin"));

        // Locking what another locked locks nothing, so it gives nobody the right to unlock.
        (await mod.ReadAsync(mod.Command("snapshot lock", ("snapshot", theirs)), Cancel)).Text.ShouldContain("already");
        await audit.HasAsync(mod, "snapshot lock", theirs, AuditVerdict.Accepted, "unchanged", Cancel);
        (await mod.ReadAsync(mod.Command("snapshot unlock", ("snapshot", theirs)), Cancel)).Text.ShouldContain("needs the admin role");
        await audit.HasAsync(mod, "snapshot unlock", theirs, AuditVerdict.Refused, "role", Cancel);
        (await bench.TerminalAsync("snapshot", "info", theirs)).Json.GetProperty("snapshot").GetProperty("locked").GetBoolean().ShouldBeTrue();

        // What somebody locked by mistake they may take back, also when it was made locked; not when somebody else locked it since.
        (await mod.ReadAsync(mod.Command("snapshot lock", ("snapshot", open)), Cancel)).Text.ShouldContain("Locked");
        (await mod.ReadAsync(mod.Command("snapshot unlock", ("snapshot", open)), Cancel)).Text.ShouldContain("Unlocked");
        await audit.HasAsync(mod, "snapshot unlock", open, AuditVerdict.Accepted, null, Cancel);
        _ = await admin.ReadAsync(admin.Command("snapshot lock", ("snapshot", open)), Cancel);
        (await mod.ReadAsync(mod.Command("snapshot unlock", ("snapshot", open)), Cancel)).Text.ShouldContain("needs the admin role");
        _ = await mod.ReadAsync(mod.Command("snapshot create", ("name", "own"), ("lock", true)), Cancel);
        _ = await bench.SeesAsync("viewer", "Saved", Cancel);
        var own = (await mod.AnswerAsync(mod.Type("snapshot unlock", "snapshot", "own"), Cancel)).Choices.ShouldHaveSingleItem().Value;
        (await mod.ReadAsync(mod.Command("snapshot unlock", ("snapshot", own)), Cancel)).Text.ShouldContain("Unlocked");

        // A rule that kept somebody from it, and, when many more lines were written, a server that was busy.
        _ = await bench.Engine.StartAsync(
            EngineBench.Sleeper with { Labels = new Dictionary<string, string> { ["snapshotbot.offer"] = "true" } }, "mc2", Cancel);
        (await admin.ReadAsync(admin.Command("server add", ("name", "castle"), ("container", bench.Engine.Name("mc2").Value)), Cancel)).Text.ShouldContain("castle");
        await audit.HasAsync(admin, "server add", null, AuditVerdict.Refused, "server-name-taken", Cancel);
        for (var i = 0; i < 16; i++)
        {
            _ = await mod.ReadAsync(mod.Command("snapshot note", ("snapshot", own), ("note", $"note {i}")), Cancel);
        }

        var done = (await bench.TerminalAsync("operation", "list", "--all")).Json.GetProperty("operations")[0].GetProperty("id").GetString();
        var server = (await bench.TerminalAsync("server", "list")).Json.GetProperty("servers")[0].GetProperty("id").GetString();
        await bench.ChangeCatalogAsync($"UPDATE operations SET \"State\" = 1, \"Kind\" = 'snapshot restore', \"Scope\" = 'server:{server}' WHERE \"Id\" = '{done}'", Cancel);
        (await mod.ReadAsync(mod.Command("snapshot create", ("name", "late")), Cancel)).Text.ShouldContain("Yours was not queued");
        await audit.HasAsync(mod, "snapshot create", server, AuditVerdict.Refused, "busy", Cancel);
        await bench.ChangeCatalogAsync($"DELETE FROM operations WHERE \"Id\" = '{done}'", Cancel);

        // And it can be asked for: by admins, of one person, in pages; at the terminal too.
        (await mod.ReadAsync(mod.Command("operation list", ("audit", true)), Cancel)).Text.ShouldContain("needs the admin role");
        var page = await admin.ReadAsync(admin.Command("operation list", ("audit", true)), Cancel);
        page.Text.ShouldContain("busy");
        page.Text.ShouldNotContain("server add");
        page = await bench.PressAsync(admin, page, "Older ▶", Cancel);
        page.Text.ShouldContain("name-taken");
        (await admin.ReadAsync(admin.Command("operation list", ("audit", true), ("by", "admin")), Cancel)).Text.ShouldNotContain("busy");
        (await bench.TerminalAsync("operation", "list", "--audit", "--by", $"{admin.Person.Id}")).Json.GetProperty("audit").EnumerateArray()
            .Select(line => line.GetProperty("reason").GetString()).ShouldContain("server-name-taken");
        (await bot.StopAsync()).ShouldBe(0, bot.Errors);
    }

    private static string IdOf(Support.ProgramRun made) => made.Json.GetProperty("snapshot").GetProperty("id").GetString()!;
}
