using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Playground;
using SnapshotBot.Playground.People;
using SnapshotBot.Playground.State;
using SnapshotBot.Testing.Engines;
using Xunit;

// Cancel, which all of these pass on, is the test's own token.
#pragma warning disable xUnit1069

namespace SnapshotBot.Bot.Tests.Discord;

/// <summary>Scripted people in a stand-in Discord, the real program, a real engine: what happens from the invitation to the undo.</summary>
public sealed class StoryTests
{
    // Long on purpose: what is awaited comes when it comes, and a busy machine is not a fault.
    private const int Patience = 600_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task Guild_FromClaimToUndo_DoesWhatPeoplePress()
    {
        await using var bench = await DiscordBench.OpenAsync(Cancel);
        await using var bot = await bench.ServeAsync(Cancel);
        var owner = bench.As("owner");

        // Nobody has set it up: shown nothing, told how.
        var early = await owner.ReadAsync(owner.Command("snapshot list"), Cancel);
        early.Text.ShouldContain("/settings claim");
        (await owner.ReadAsync(owner.Command("settings claim", ("code", bot.Code!)), Cancel)).Text.ShouldContain("first server");
        _ = await owner.ReadAsync(
            owner.Command(
                "settings roles", ("viewer", "Snapshot viewer"), ("operator", "Snapshot operator"),
                ("admin", "Snapshot admin")),
            Cancel);

        // A server, with suggestions.
        var admin = bench.As("admin");
        var suggested = await admin.AnswerAsync(admin.Type("server add", "container", "", ("name", "castle")), Cancel);
        suggested.Choices.Select(choice => choice.Value).ShouldContain(bench.ContainerName);
        (await admin.ReadAsync(admin.Command("server add", ("name", "castle"), ("container", bench.ContainerName)), Cancel)).Text.ShouldContain("castle");

        // The panel, the blue button, the form, a message that grows up.
        (await admin.ReadAsync(admin.Command("panel"), Cancel)).Text.ShouldContain("posted");
        var panel = await bench.SeesAsync("viewer", "castle", Cancel);
        panel.IsPinned.ShouldBeTrue();
        var operatorOf = bench.As("operator");
        var form = await operatorOf.AnswerAsync(operatorOf.Click(panel, "Create snapshot"), Cancel);
        form.Modal.ShouldNotBeNull();
        _ = await operatorOf.ReadAsync(
            operatorOf.Submit(form, ("Name", "before @everyone **update**"), ("Lock against accidental deletion", false), ("Note", "last good")), Cancel);
        var saved = await bench.SeesAsync("viewer", "Saved", Cancel);
        saved.Versions.Count.ShouldBeGreaterThan(1, "one message, edited");
        saved.Text.ShouldContain("before ＠everyone \\*\\*update\\*\\*");
        saved.Text.ShouldNotContain("@everyone");

        // Locked from the message; then it refuses to be deleted.
        (await operatorOf.ReadAsync(operatorOf.Click(saved, "Lock"), Cancel)).Text.ShouldContain("Locked");
        var snapshot = await SuggestedAsync(admin, "snapshot delete", "before");
        (await admin.ReadAsync(admin.Command("snapshot delete", ("snapshot", snapshot)), Cancel)).Text.ShouldContain($"is locked by <@{operatorOf.Person.Id}> since <t:");

        // What has changed since; operators see the paths, viewers how much.
        _ = await bench.Engine.ShellAsync(bench.Container, "echo 'day 2' >/data/level.dat; echo x >/data/new", Cancel);
        (await operatorOf.ReadAsync(operatorOf.Command("snapshot diff", ("snapshot", snapshot)), Cancel)).Text.ShouldContain("/data/level.dat");
        var viewer = bench.As("viewer");
        var totals = (await viewer.ReadAsync(viewer.Command("snapshot diff", ("snapshot", snapshot)), Cancel)).Text;
        totals.ShouldContain("1 added");
        totals.ShouldNotContain("/data/");

        // Back: the cost first, then the red button; the message has Undo.
        var cost = await admin.ReadAsync(admin.Command("snapshot restore", ("snapshot", snapshot)), Cancel);
        cost.Text.ShouldContain("Way back");
        cost.OnlyFor.ShouldBe(admin.Person);
        (await bench.WorldAsync(Cancel)).ShouldBe("day 2");
        _ = await admin.ReadAsync(admin.Click(cost, "Restore"), Cancel);
        var restored = await bench.SeesAsync("viewer", "Restored", Cancel);
        (await bench.WorldAsync(Cancel)).ShouldBe("day 1");

        var undo = await admin.ReadAsync(admin.Click(restored, "Undo"), Cancel);
        undo.Text.ShouldContain("Undo the last restore");
        _ = await admin.ReadAsync(admin.Click(undo, "Undo"), Cancel);
        _ = await bench.SeesAsync("viewer", "Undone", Cancel);
        (await bench.WorldAsync(Cancel)).ShouldBe("day 2");

        // A second server beside the first, from the same snapshot.
        var copy = bench.Engine.Name("copy").Value;
        _ = await admin.ReadAsync(admin.Command("snapshot duplicate", ("snapshot", snapshot), ("name", copy)), Cancel);
        var made = await bench.SeesAsync("viewer", "Duplicated", Cancel);
        _ = await operatorOf.ReadAsync(operatorOf.Click(made, "Start"), Cancel);
        _ = await bench.SeesAsync("viewer", "Started", Cancel);
        (await operatorOf.ReadAsync(operatorOf.Click(made, "Remove…"), Cancel)).Text.ShouldContain("needs the admin role");
        var sure = await admin.ReadAsync(admin.Click(made, "Remove…"), Cancel);
        _ = await admin.ReadAsync(admin.Click(sure, "Remove"), Cancel);
        _ = await bench.SeesAsync("viewer", "🗑 Removed", Cancel);
        (await bench.WorldAsync(Cancel)).ShouldBe("day 2");
        await EndAsync(bench, bot);
    }

    [Fact(Timeout = Patience)]
    public async Task Create_BotKilledBetweenSendingAndWritingDown_OneMessageGoesOn()
    {
        await using var bench = await DiscordBench.OpenAsync(Cancel);
        await bench.SetUpAsync(Cancel);
        _ = await bench.TerminalAsync("server", "add", "castle", "--container", bench.ContainerName);
        var operatorOf = bench.As("operator");
        Post message;
        await using (var first = await bench.ServeAsync(Cancel))
        {
            // What is sent arrives, and no answer to it ever comes back.
            bench.Discord.Faults.OnRest("POST", "/channels/", new RestFault.Kind.DoneButLost(), 1000);
            _ = operatorOf.Command("snapshot create", ("name", "one"));
            message = await bench.SeesAsync("viewer", "one", Cancel);
            await first.KillAsync();
        }

        bench.Discord.Faults.ClearRest();
        await using var second = await bench.ServeAsync(Cancel);
        _ = await bench.Discord.WaitAsync(() => message.Text.Contains("Saved", StringComparison.Ordinal) ? message : null, Cancel);
        bench.Guild.Channels.SelectMany(channel => channel.Posts).Where(post => post.OnlyFor is null && post.Author is null).ShouldHaveSingleItem();
        await EndAsync(bench, second);
    }

    [Fact(Timeout = Patience)]
    public async Task Roles_ViewerStrangerAndOtherGuild_AreKeptFromWhatIsNotTheirs()
    {
        await using var bench = await DiscordBench.OpenAsync(Cancel);
        await bench.SetUpAsync(Cancel);
        _ = await bench.TerminalAsync("server", "add", "castle", "--container", bench.ContainerName);
        var made = await bench.TerminalAsync("snapshot", "create", "castle", "--name", "secret-name");
        var id = made.Json.GetProperty("snapshot").GetProperty("id").GetString()!;
        var other = bench.Discord.AddUsualGuild("Elsewhere");
        await using var bot = await bench.ServeAsync(Cancel);

        await RefusedAsync("viewer", bench.As("viewer"), id);
        await RefusedAsync("stranger", bench.As("stranger"), id);
        await RefusedAsync("elsewhere", bench.Discord.As(other.Owner, other.Channels[0]), id);

        // Nothing of another guild's is suggested either.
        var elsewhere = bench.Discord.As(other.Owner, other.Channels[0]);
        (await elsewhere.AnswerAsync(elsewhere.Type("snapshot info", "snapshot", ""), Cancel)).Choices.ShouldBeEmpty();
        var stranger = bench.As("stranger");
        (await stranger.AnswerAsync(stranger.Type("snapshot info", "snapshot", ""), Cancel)).Choices.ShouldBeEmpty();

        // A container that is not offered can't be added from here, whatever is typed.
        var admin = bench.As("admin");
        (await admin.ReadAsync(admin.Command("server add", ("name", "x"), ("container", "somebody-elses")), Cancel)).Text.ShouldContain("No such container");
        other.Channels.SelectMany(channel => channel.Posts).ShouldAllBe(post => !post.Body.ToJsonString().Contains("secret-name"));
        (await bench.TerminalAsync("snapshot", "list")).Output.ShouldContain("secret-name");
        await EndAsync(bench, bot);
    }

    [Fact(Timeout = Patience)]
    public async Task Buttons_TamperedForeignAndAnswered_AreRefused()
    {
        await using var bench = await DiscordBench.OpenAsync(Cancel);
        await bench.SetUpAsync(Cancel);
        _ = await bench.TerminalAsync("server", "add", "castle", "--container", bench.ContainerName);
        var made = await bench.TerminalAsync("snapshot", "create", "castle", "--name", "precious");
        var id = made.Json.GetProperty("snapshot").GetProperty("id").GetString()!;
        await using var audit = await AuditReader.OpenAsync(bench, Cancel);
        await using var bot = await bench.ServeAsync(Cancel);
        var admin = bench.As("admin");
        var card = await admin.ReadAsync(admin.Command("snapshot delete", ("snapshot", id)), Cancel);

        // Made-up ids, and those of others.
        var open = await bench.PublicPostAsync(Cancel);
        foreach (var wish in (string[])["run:delete:" + new string('0', 16), "yes:abcdefghjkmnpqrs", "pan:sna:s-000000000000:0:u", "x'; drop table", "undel:zz"])
        {
            (await audit.RefusedAsync(admin, () => admin.Forge(open, wish), wish, Cancel)).Text.ShouldNotContain("precious", Case.Sensitive, wish);
        }

        // A confirm belongs to who was asked, and is worth one press.
        var yes = card.Body.ToJsonString().Split("\"custom_id\":\"yes:")[1].Split('"')[0];
        (await bench.As("owner").ReadAsync(bench.As("owner").Forge(open, "yes:" + yes), Cancel)).Text.ShouldContain("belongs to");
        _ = await admin.ReadAsync(admin.Click(card, "Delete"), Cancel);
        _ = await bench.SeesAsync("viewer", "Deleted", Cancel);
        (await admin.ReadAsync(admin.Forge(open, "yes:" + yes), Cancel)).Text.ShouldContain("too old");

        // And what was deleted can be put back for a while.
        var deleted = await bench.SeesAsync("viewer", "Deleted", Cancel);
        _ = await admin.ReadAsync(admin.Click(deleted, "Undo"), Cancel);
        _ = await bench.SeesAsync("viewer", "Put back", Cancel);
        await EndAsync(bench, bot);
    }

    [Fact(Timeout = Patience)]
    public async Task Restore_BotKilledInTheMiddle_MessageGoesOnAndItsButtonsWork()
    {
        await using var bench = await DiscordBench.OpenAsync(Cancel);
        await bench.SetUpAsync(Cancel);
        _ = await bench.TerminalAsync("server", "add", "castle", "--container", bench.ContainerName);
        var made = await bench.TerminalAsync("snapshot", "create", "castle", "--name", "one");
        var id = made.Json.GetProperty("snapshot").GetProperty("id").GetString()!;
        _ = await bench.Engine.ShellAsync(bench.Container, "echo 'day 2' >/data/level.dat; rm /data/world/region", Cancel);
        var admin = bench.As("admin");
        Post message;
        _ = await bench.Engine.ShellAsync(bench.Container, "touch " + DiscordBench.Saving, Cancel);
        await using (var first = await bench.ServeAsync(Cancel))
        {
            var cost = await admin.ReadAsync(admin.Command("snapshot restore", ("snapshot", id)), Cancel);
            _ = await admin.ReadAsync(admin.Click(cost, "Restore"), Cancel);
            message = await bench.SeesAsync("viewer", "stopping", Cancel);
            await first.KillAsync();
        }

        // It was in the middle of it: the game has not ended yet, since it is not let, and nothing is back.
        (await bench.WorldAsync(Cancel)).ShouldBe("day 2");
        message.Text.ShouldContain("stopping");
        _ = await bench.Engine.ShellAsync(bench.Container, "rm " + DiscordBench.Saving, Cancel);

        await using var second = await bench.ServeAsync(Cancel);
        _ = await bench.Discord.WaitAsync(() => message.Text.Contains("Restored", StringComparison.Ordinal) || message.Text.Contains("failed", StringComparison.Ordinal) ? message : null, Cancel);
        var end = message.Text;
        if (end.Contains("Restored", StringComparison.Ordinal))
        {
            (await bench.WorldAsync(Cancel)).ShouldBe("day 1");
            (await admin.ReadAsync(admin.Click(message, "Undo"), Cancel)).Text.ShouldContain("Undo the last restore");
        }
        else
        {
            (await bench.WorldAsync(Cancel)).ShouldBe("day 2");
            (await admin.ReadAsync(admin.Click(message, "Details"), Cancel)).Text.ShouldContain("restore");
        }

        await EndAsync(bench, second);
    }

    [Fact(Timeout = Patience)]
    public async Task Restore_BotToldToEndInTheMiddle_MessageSaysSoAndTheNextStartGoesOn()
    {
        await using var bench = await DiscordBench.OpenAsync(Cancel);
        await bench.SetUpAsync(Cancel);

        // A game that takes its time to end: the restore is in the middle of stopping it for as long as the test wants.
        var slow = await bench.Engine.StartAsync(
            EngineBench.Sleeper with
            {
                Command = ["/bin/sh", "-c", "trap 'until [ -e /data/may-end ]; do sleep 0.1; done; exit 0' TERM; while true; do sleep 1000 & wait; done"],
                Mounts = [BlueprintMount.Volume(bench.Engine.Name("slow-world"), "/data")],
            },
            "slow", Cancel);
        _ = await bench.Engine.ShellAsync(slow, "mkdir -p /data; echo 'day 1' >/data/level.dat", Cancel);
        _ = await bench.TerminalAsync("server", "add", "keep", "--container", bench.Engine.Name("slow").Value);
        var made = await bench.TerminalAsync("snapshot", "create", "keep", "--name", "one");
        var id = made.Json.GetProperty("snapshot").GetProperty("id").GetString()!;
        _ = await bench.Engine.ShellAsync(slow, "echo 'day 2' >/data/level.dat", Cancel);
        var admin = bench.As("admin");
        Post message;
        await using (var first = await bench.ServeAsync(Cancel))
        {
            var cost = await admin.ReadAsync(admin.Command("snapshot restore", ("snapshot", id)), Cancel);
            _ = await admin.ReadAsync(admin.Click(cost, "Restore"), Cancel);
            message = await bench.SeesAsync("viewer", "stopping", Cancel);

            (await first.StopAsync()).ShouldBe(0, first.Errors);
        }

        message.Text.ShouldContain("The bot is being stopped");
        message.Text.ShouldContain("When it is started again this begins anew by itself");

        _ = await bench.Engine.ShellAsync(slow, "touch /data/may-end", Cancel);
        await using var second = await bench.ServeAsync(Cancel);
        _ = await bench.Discord.WaitAsync(() => message.Text.Contains("Restored", StringComparison.Ordinal) ? message : null, Cancel);
        message.Text.ShouldNotContain("stopped");
        await EndAsync(bench, second);
    }

    private static async Task RefusedAsync(string name, Actor who, string id)
    {
        Func<Exchange>[] tries =
        [
            () => who.Command("snapshot create"), () => who.Command("snapshot delete", ("snapshot", id)), () => who.Command("snapshot restore", ("snapshot", id)),
            () => who.Command("snapshot lock", ("snapshot", id)), () => who.Command("server stop"), () => who.Command("panel"), () => who.Command("snapshot undo"),
            () => who.Command("snapshot duplicate", ("snapshot", id), ("name", "copy")), () => who.Command("snapshot browse", ("snapshot", id)), () => who.Command("snapshot verify", ("snapshot", id)),
            () => who.Command("schedule set", ("name", "x"), ("every", "hourly")), () => who.Command("server add", ("name", "x"), ("container", "y")), () => who.Command("server restart"),
        ];
        foreach (var each in tries)
        {
            var answer = await who.ReadAsync(each(), Cancel);
            answer.OnlyFor.ShouldBe(who.Person, name);
            answer.Text.ShouldNotContain("secret-name", Case.Sensitive, name);
            (answer.Text.Contains("not allowed", StringComparison.Ordinal) || answer.Text.Contains("not set up here", StringComparison.Ordinal)).ShouldBeTrue(name + ": " + answer.Text);
        }

        if (name != "viewer")
        {
            (await who.ReadAsync(who.Command("snapshot list"), Cancel)).Text.ShouldNotContain("secret-name", Case.Sensitive, name);
            (await who.ReadAsync(who.Command("snapshot info", ("snapshot", id)), Cancel)).Text.ShouldNotContain("secret-name", Case.Sensitive, name);
        }
    }

    private static async Task<string> SuggestedAsync(Actor who, string command, string typed) =>
        (await who.AnswerAsync(who.Type(command, "snapshot", typed), Cancel)).Choices.ShouldHaveSingleItem().Value;

    /// <summary>Ends well, in time, having said nothing Discord would refuse and no secret anywhere.</summary>
    private static async Task EndAsync(DiscordBench bench, ServingBot bot)
    {
        (await bot.StopAsync()).ShouldBe(0, bot.Errors);
        foreach (var secret in (string[])[bench.Discord.Token, DiscordBench.Password])
        {
            bench.Said().ShouldNotContain(secret);
            bot.Output.ShouldNotContain(secret);
            bot.Errors.ShouldNotContain(secret);
        }
    }
}
