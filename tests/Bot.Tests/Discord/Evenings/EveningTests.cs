using Shouldly;
using SnapshotBot.Service.Guilds;
using Xunit;

// Cancel, which all of these pass on, is the test's own token.
#pragma warning disable xUnit1069

namespace SnapshotBot.Bot.Tests.Discord.Evenings;

/// <summary>
/// Nine evenings of people with their game server, told from the first press to the last. Each is kept as text under Golden/evenings, as those
/// people read it.
/// </summary>
public sealed class EveningTests
{
    // Long on purpose: what is awaited comes when it comes, and a busy machine is not a fault.
    private const int Patience = 600_000;

    private static readonly string[] Twelve = ["Anna", "Ben", "Cleo", "Dora", "Emil", "Finn", "Gina", "Hugo", "Ida", "Jan", "Kim", "Lea"];

    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById(EveningBench.Zone);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task FirstInstall_FromInvitationToFirstSnapshot()
    {
        await using var bench = await EveningBench.OpenAsync("The first evening: from the invitation to the first snapshot", Cancel);
        var story = bench.Story;
        await bench.StartBotAsync();
        story.Tell("the bot was invited; its terminal shows a one-time code");
        story.Call(bench.Bot.Code, "CODE");
        _ = await story.CommandAsync("owner", "panel");
        var setup = await story.CommandAsync("owner", "settings claim", ("code", bench.Bot.Code));
        setup = await story.SelectAsync("owner", setup, "viewer: who may look", "Snapshot viewer");
        setup = await story.SelectAsync("owner", setup, "operator: who may take snapshots", "Snapshot operator");
        setup = await story.SelectAsync("owner", setup, "admin: who may restore and delete", "Snapshot admin");
        setup = await story.SelectAsync("owner", setup, "channel", "snapshots");
        _ = await story.SelectAsync("owner", setup, "container", bench.ContainerName);
        _ = await story.CommandAsync("owner", "panel");
        var panel = await story.SeesAsync("Create snapshot");
        panel.IsPinned.ShouldBeTrue();
        _ = await story.FormAsync("operator", panel, "Create snapshot", ("Name", "the first evening"), ("Lock against accidental deletion", true));
        var saved = await story.SeesAsync("Saved");
        saved.Versions.Count.ShouldBeGreaterThan(1, "one message, edited");
        var own = await story.CommandAsync("viewer", "snapshot list");
        _ = await story.ClickAsync("viewer", own, "Open");
        _ = await story.ClickAsync("viewer", panel, "Create snapshot");

        // And that it goes on by itself: words that are not understood, then a preview, then a schedule.
        own = await story.ClickAsync("admin", panel, "Schedules");
        var preview = await story.FormAsync("admin", own, "Create schedule", ("Name", "nightly"), ("How often", "evry 6h"));
        _ = await story.CommandAsync("owner", "settings zone", ("zone", EveningBench.Zone));
        preview = await story.ClickAsync("admin", preview, "Set: go on");
        preview = await story.ClickAsync("admin", preview, "Use that");
        var change = await story.OpenAsync("admin", preview, "Change");
        preview = await story.SubmitAsync("admin", change, ("How often", "daily at 4am"), ("Keep", "14 days, 8 weeks"));
        _ = await story.ClickAsync("admin", preview, "Save");
        own = await story.CommandAsync("admin", "schedule list");
        _ = await story.ClickAsync("admin", own, "Open");
        await bench.EndAsync("1-first-install");
    }

    [Fact(Timeout = Patience)]
    public async Task BadUpdate_TwelveOnline_OnlyAModeratorAwake()
    {
        await using var bench = await EveningBench.OpenAsync("A bad update, twelve online, and only a moderator awake", Cancel);
        var story = bench.Story;
        var old = await bench.ImageAsync("1.21.1");
        await bench.ReplaceGameAsync(old);
        await bench.SetUpAsync();
        await bench.AddCastleAsync();
        var id = await bench.SnapshotAsync("before-update");
        await bench.PlayAsync(TimeSpan.FromMinutes(16), "Anna", "Ben");
        story.Tell("Anna and Ben play for a while; then the server is updated to 1.21.4; twelve come to look, and their houses are gone");
        await bench.ReplaceGameAsync(await bench.ImageAsync("1.21.4"));
        await bench.ShellAsync("echo 'day 2, converted' >/data/level.dat; rm /data/world/region/r.1.0.mca; echo x >/data/world/converted");
        await bench.OnlineAsync(Twelve);
        var panel = await bench.PanelAsync();
        var own = await story.ClickAsync("operator", panel, "Open");
        own.Text.ShouldNotContain("Restore…");
        var asked = await story.ClickAsync("operator", own, "Ask an admin");
        asked.Text.ShouldContain("Asked");
        var ask = await story.SeesAsync("asks to put");

        // The moderator can't press it, whoever else is asleep.
        _ = await story.ClickAsync("operator", ask, "Restore…");
        var cost = await story.ClickAsync("admin", ask, "Restore…");
        cost.Text.ShouldContain("12");
        cost.Text.ShouldContain("1.21.4");
        _ = await story.ClickAsync("admin", cost, "What changes");
        var costAgain = await story.CommandAsync("admin", "snapshot restore", ("snapshot", id));
        _ = await story.ClickAsync("admin", costAgain, "Restore");
        var restored = await story.SeesAsync("Restored");
        restored.Versions.Count.ShouldBeGreaterThan(1);
        await bench.FindCastleAsync();
        (await bench.ReadAsync("/data/level.dat")).ShouldBe("day 1");
        (await bench.ReadAsync("/data/said.log")).ShouldContain("Get to a safe place");
        _ = await story.ClickAsync("viewer", restored, "Undo");
        await bench.EndAsync("2-bad-update");
    }

    [Fact(Timeout = Patience)]
    public async Task Griefed_OneAreaAndOnePlayer_AllElseStays()
    {
        await using var bench = await EveningBench.OpenAsync("A griefed base: one place and one player come back, all else stays", Cancel);
        var story = bench.Story;
        await bench.SetUpAsync();
        await bench.AddCastleAsync();
        _ = await bench.SnapshotAsync("saturday");
        story.Tell("somebody blows up the tower and empties Anna's bag; at the harbour they build on, and Ben finds gold");
        await bench.ShellAsync("echo crater >/data/world/region/r.0.0.mca; echo 'harbour 2' >/data/world/region/r.1.0.mca; echo '' >/data/players/Anna.dat; echo 'gold 9' >/data/players/Ben.dat");
        var panel = await bench.PanelAsync();
        var own = await story.ClickAsync("admin", panel, "Open");
        var parts = await story.ClickAsync("admin", own, "Only a part…");
        var place = await story.OpenAsync("admin", parts, "A place on the map…");
        var cost = await story.SubmitAsync("admin", place, ("From x z", "40 60"), ("To x z", "120, 200"));
        _ = await story.ClickAsync("admin", cost, "Restore");
        _ = await story.SeesAsync("Restored");
        (await bench.ReadAsync("/data/world/region/r.0.0.mca")).ShouldBe("tower");
        (await bench.ReadAsync("/data/world/region/r.1.0.mca")).ShouldBe("harbour 2");

        own = await story.CommandAsync("admin", "snapshot info", ("snapshot", await bench.IdOfAsync("saturday")));
        parts = await story.ClickAsync("admin", own, "Only a part…");
        cost = await story.SelectAsync("admin", parts, "One player…", "Anna");
        _ = await story.ClickAsync("admin", cost, "Restore");
        _ = await bench.Discord.WaitAsync(() => bench.Restored() == 2 ? this : null, Cancel);
        (await bench.ReadAsync("/data/players/Anna.dat")).ShouldBe("sword 1");
        (await bench.ReadAsync("/data/players/Ben.dat")).ShouldBe("gold 9");

        // A moderator looks through the files; what holds a secret is not for them.
        own = await story.CommandAsync("operator", "snapshot browse", ("snapshot", await bench.IdOfAsync("saturday")));
        own = await story.SelectAsync("operator", own, "Open a folder…", "📁 data");
        own = await story.SelectAsync("operator", own, "Tick files and folders…", "server.properties");
        var file = await story.ClickAsync("operator", own, "Download");
        file.Body["attachments"]!.AsArray().Count.ShouldBe(1);
        own = await story.CommandAsync("operator", "snapshot browse", ("snapshot", await bench.IdOfAsync("saturday")), ("path", "/data"));
        own = await story.SelectAsync("operator", own, "Tick files and folders…", "🔑 rcon.password");
        (await story.ClickAsync("operator", own, "Download")).Text.ShouldContain("only admins");

        // Ticks stay while looking around, and come back together.
        own = await story.CommandAsync("admin", "snapshot browse", ("snapshot", await bench.IdOfAsync("saturday")), ("path", "/data/players"));
        own = await story.SelectAsync("admin", own, "Tick files and folders…", "Ben.dat");
        own = await story.ClickAsync("admin", own, "⬆ Up");
        own = await story.SelectAsync("admin", own, "Tick files and folders…", "level.dat");
        cost = await story.ClickAsync("admin", own, "Restore ticked…");
        cost.Text.ShouldContain("/data/players/Ben.dat");
        cost.Text.ShouldContain("/data/level.dat");
        _ = await story.ClickAsync("admin", cost, "Cancel");
        await bench.EndAsync("3-griefed");
    }

    [Fact(Timeout = Patience)]
    public async Task DiskNearlyFull_AtNight_PausesAndComesBack()
    {
        await using var bench = await EveningBench.OpenAsync("The disk is nearly full at night", Cancel);
        var story = bench.Story;
        await DiskRoom.MountAsync(bench.Repository, 64);
        await bench.SetUpAsync();
        await bench.AddCastleAsync();
        _ = await bench.SnapshotAsync("evening");
        _ = await bench.ScheduleAsync("nightly", "daily at 04:00");
        story.Tell("in the night something else fills the disk; at four the schedule is due");
        bench.Fill(96);
        await bench.ShellAsync("echo 'day 2' >/data/level.dat");
        bench.Time.JumpTo(new TimeOnly(4, 0, 5), Berlin);
        var incident = await story.SeesAsync("🚨");
        incident.Channel.Name.ShouldBe("snapshots");
        _ = await bench.RunEndedAsync("nightly", 1);
        _ = await story.ClickAsync("operator", incident, "Mute 24 h");
        await story.UntilAsync(incident, "muted");
        var own = await story.ClickAsync("admin", incident, "Storage");
        own = await story.ClickAsync("admin", own, "Schedules");
        own = await story.ClickAsync("admin", own, "Open");
        await bench.ShellAsync("head -c 6000000 /dev/urandom >/data/world/heights");
        _ = await story.ClickAsync("admin", own, "Run now");
        _ = await story.SeesAsync("Not enough room");
        story.Tell("in the morning somebody moves the films elsewhere");
        bench.Fill(0);
        bench.Time.Jump(TimeSpan.FromMinutes(6));
        await story.UntilAsync(incident, "fine again");
        _ = await bench.SeesAsync(post => post.Text.Contains("is fine again.", StringComparison.Ordinal));
        var again = await story.CommandAsync("admin", "schedule run", ("name", "nightly"));
        again.Text.ShouldContain("on its way");
        _ = await bench.RunEndedAsync("nightly", 3);
        await bench.EndAsync("4-disk-full");
    }

    [Fact(Timeout = Patience)]
    public async Task NewMachine_FromTheRepositoryAlone_EverythingIsBack()
    {
        await using var bench = await EveningBench.OpenAsync("A new machine: everything comes back from the repository", Cancel);
        var story = bench.Story;
        await bench.KeepElsewhereAsync();
        await bench.SetUpAsync();
        await bench.AddCastleAsync();
        _ = await bench.ScheduleAsync("nightly", "daily at 04:00");
        _ = await bench.SnapshotAsync("last evening");
        story.Tell("the machine dies: container, world and the bot's own data are gone; the repository lies elsewhere");
        await bench.LoseMachineAsync();
        _ = await bench.TerminalAsync("catalog", "rebuild");
        story.Tell("on the new machine somebody runs `snapshotbot catalog rebuild` and starts the bot");
        await bench.StartBotAsync();
        var panel = await story.CommandAsync("admin", "panel");
        panel.Text.ShouldContain("posted");
        var posted = await story.SeesAsync("Create snapshot");
        var own = await story.ClickAsync("admin", posted, "Schedules");
        own = await story.ClickAsync("admin", own, "Turn on 1 paused");
        _ = await story.ClickAsync("admin", own, "Snapshots");
        own = await story.ClickAsync("admin", posted, "Open");
        var cost = await story.ClickAsync("admin", own, "Restore…");
        _ = await story.ClickAsync("admin", cost, "Restore");
        _ = await story.SeesAsync("Restored");
        await bench.FindCastleAsync();
        (await bench.ReadAsync("/data/level.dat")).ShouldBe("day 1");
        await bench.EndAsync("5-new-machine");
    }

    [Fact(Timeout = Patience)]
    public async Task TestCopy_ForAnUpdate_BesideTheRealOne()
    {
        await using var bench = await EveningBench.OpenAsync("A test copy, to try the update on", Cancel);
        var story = bench.Story;
        story.Call(bench.Engine.Name("trial").Value, "trial");
        await bench.SetUpAsync();
        await bench.AddCastleAsync();
        _ = await bench.SnapshotAsync("before-update");
        var panel = await bench.PanelAsync();
        var own = await story.ClickAsync("admin", panel, "Open");
        var form = await story.OpenByAsync("admin", own, "More…", "Test copy…");
        _ = await story.SubmitAsync("admin", form, ("Name of the new server", bench.Engine.Name("trial").Value));
        var made = await story.SeesAsync("Duplicated");
        _ = await story.ClickAsync("operator", made, "Remove…");
        _ = await story.ClickAsync("operator", made, "Start");
        _ = await story.SeesAsync("Started");
        story.Tell("they try the update on the copy and break it; the real one does not notice");
        (await bench.ReadAsync("/data/level.dat")).ShouldBe("day 1");
        own = await story.CommandAsync("viewer", "server list");
        own.Text.ShouldContain("castle");
        var sure = await story.ClickAsync("admin", made, "Remove…");
        _ = await story.ClickAsync("admin", sure, "Remove");
        _ = await story.SeesAsync("🗑 Removed");
        await bench.EndAsync("6-test-copy");
    }

    [Fact(Timeout = Patience)]
    public async Task ThreeFailedNights_OneMessage_RingsTwice_RunNowEndsIt()
    {
        await using var bench = await EveningBench.OpenAsync("Three failed nights, told in one message", Cancel);
        var story = bench.Story;
        await DiskRoom.MountAsync(bench.Repository, 64);
        await bench.SetUpAsync();
        await bench.AddCastleAsync();
        _ = await bench.SnapshotAsync("the last good one");
        _ = await bench.ScheduleAsync("nightly", "daily at 04:00");
        story.Tell("the backup disk breaks and can only be read any more");
        await DiskRoom.RemountAsync(bench.Repository, "ro");
        for (var night = 1; night <= 3; night++)
        {
            await bench.ShellAsync($"echo 'day {night + 1}' >/data/level.dat");
            bench.Time.JumpTo(new TimeOnly(4, 0, 5), Berlin);
            _ = await bench.RunEndedAsync("nightly", night);
            bench.Time.Jump(TimeSpan.FromMinutes(2));
            var told = night == 1 ? "failed" : $"{night} times in a row";
            _ = await bench.SeesAsync(post => post.Text.Contains("🚨", StringComparison.Ordinal) && post.Text.Contains("nightly", StringComparison.Ordinal) && post.Text.Contains(told, StringComparison.Ordinal));
            if (night != 2)
            {
                story.Tell(night == 1 ? "the first night" : "the third night: one message still, and it rings again");
                _ = await story.SeesAsync(post => post.Text.Contains("🚨", StringComparison.Ordinal) && post.Text.Contains("nightly", StringComparison.Ordinal) && post.Text.Contains(told, StringComparison.Ordinal));
            }
        }

        // The one that rings has taken the place of the one before.
        _ = await bench.Discord.WaitAsync(
            () => bench.Posts(post => post.Text.Contains("🚨", StringComparison.Ordinal) && post.Text.Contains("nightly", StringComparison.Ordinal)).Count == 1 ? bench : null, Cancel);
        var incident = await bench.SeesAsync(post => post.Text.Contains("🚨", StringComparison.Ordinal) && post.Text.Contains("nightly", StringComparison.Ordinal));
        _ = await story.ClickAsync("admin", incident, "History");
        _ = await story.ClickAsync("operator", incident, "Run now");
        story.Tell("somebody puts in a good disk");
        await DiskRoom.RemountAsync(bench.Repository, "rw");
        _ = await story.ClickAsync("admin", incident, "Run now");
        _ = await bench.RunEndedAsync("nightly", 4);
        bench.Time.Jump(TimeSpan.FromMinutes(2));
        await story.UntilAsync(incident, "fine again");
        _ = await story.SeesAsync(post => post.Text.Contains("is fine again.", StringComparison.Ordinal));
        await bench.EndAsync("7-three-nights");
    }

    [Fact(Timeout = Patience)]
    public async Task TwoGuilds_HomeAndGuest_EachSeesItsOwn()
    {
        await using var bench = await EveningBench.OpenAsync("Two servers in one guild, one of them a guest in another", Cancel);
        var story = bench.Story;
        var other = bench.Discord.AddUsualGuild("The Harbour");
        await bench.SetUpAsync();
        await bench.AddCastleAsync();
        await bench.AddSecondAsync("harbour");
        _ = await bench.TerminalAsync("settings", "set", "guilds", $"{bench.Guild.Id},{other.Id}");
        await bench.SetAsync(other, SettingKind.Viewer, "everyone");
        await bench.SetAsync(other, SettingKind.Admin, $"{other.Role("Snapshot admin").Id}");
        _ = await bench.SnapshotAsync("a secret plan", "castle");
        _ = await bench.TerminalAsync("server", "share", "castle", "--guild", $"{other.Id}");
        story.Tell("in The Castle, at home: two servers");
        var home = await story.CommandAsync("viewer", "snapshot list");
        _ = await story.SelectAsync("viewer", home, "Open a server…", "🟡 castle");
        _ = await story.CommandAsync("operator", "snapshot create");
        story.Tell("in The Harbour, a guest: only the castle's state");
        story.Guild = other;
        var guest = await story.CommandAsync("viewer", "snapshot list");
        guest.Text.ShouldContain("castle");
        guest.Text.ShouldNotContain("harbour");
        guest.Text.ShouldNotContain("a secret plan");
        (await story.CommandAsync("admin", "snapshot create", ("server", "castle"))).Text.ShouldContain("lives elsewhere");
        (await story.CommandAsync("admin", "snapshot info", ("snapshot", "castle/a secret plan"))).Text.ShouldContain("No such");
        (await story.CommandAsync("admin", "server stop", ("server", "harbour"))).Text.ShouldContain("No such server here");
        story.As("admin").Palette.Count.ShouldBeGreaterThan(0);
        var typed = await story.As("admin").AnswerAsync(story.As("admin").Type("snapshot restore", "snapshot", ""), Cancel);
        typed.Choices.ShouldBeEmpty();
        other.Channels.SelectMany(channel => channel.Posts).ShouldAllBe(post => !post.Body.ToJsonString().Contains("secret plan", StringComparison.Ordinal));
        await bench.EndAsync("8-two-guilds");
    }

    [Fact(Timeout = Patience)]
    public async Task Member_AsksWhenTheLastBackupWas()
    {
        await using var bench = await EveningBench.OpenAsync("A member asks when the last backup was", Cancel);
        var story = bench.Story;
        await bench.SetUpAsync();
        await bench.AddCastleAsync();
        _ = await bench.ScheduleAsync("nightly", "daily at 04:00");
        _ = await bench.SnapshotAsync("friday");
        var own = await story.CommandAsync("stranger", "server list");
        own.OnlyFor.ShouldBe(bench.Guild.Person("stranger"));
        own.Text.ShouldContain("Last snapshot");
        own = await story.ClickAsync("stranger", own, "Open");
        own.Text.ShouldNotContain("Restore…");
        _ = await story.CommandAsync("stranger", "schedule list");
        _ = await story.CommandAsync("stranger", "snapshot restore", ("snapshot", await bench.IdOfAsync("friday")));
        await bench.EndAsync("9-member-asks");
    }
}
