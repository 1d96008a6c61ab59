using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Servers;
using Xunit;

namespace SnapshotBot.Service.Tests;

public sealed class GuildTests
{
    private const ulong Home = 1_300_000_000_000_000_001;
    private const ulong Other = ulong.MaxValue - 1;

    [Theory]
    [InlineData("restore", "Two Operators", true, "two-operators")]
    [InlineData("restore", "everybody", false, null)]
    [InlineData("roles.viewer", "@everyone", true, "1300000000000000001")]
    [InlineData("roles.viewer", "none", true, null)]
    [InlineData("zone", "Europe/Berlin", true, "Europe/Berlin")]
    [InlineData("zone", "Mars/Olympus", false, null)]
    [InlineData("quota", "120 GB", true, "128849018880")]
    [InlineData("quota", "-1", false, null)]
    [InlineData("retention", "last=7,daily=14", true, "last=7,daily=14")]
    [InlineData("retention", "last=0", false, null)]
    [InlineData("guilds", "1, 2,1", true, "1,2")]
    [InlineData("guilds", "1;2", false, null)]
    [InlineData("notify", "daily", true, "daily")]
    [InlineData("password-kept", "perhaps", false, null)]
    [InlineData("undo-time", "3d", true, "3d")]
    [InlineData("undo-time", "none", true, null)]
    [InlineData("undo-time", "24", false, null)]
    [InlineData("undo-time", "59m", false, null)]
    [InlineData("undo-time", "31d", false, null)]
    [InlineData("countdown", "0s", true, "0s")]
    [InlineData("countdown", "10m", true, "10m")]
    [InlineData("countdown", "11m", false, null)]
    [InlineData("countdown", "-5s", false, null)]
    [InlineData("freeze-budget", "1s", true, "1s")]
    [InlineData("freeze-budget", "0s", false, null)]
    [InlineData("freeze-budget", "61s", false, null)]
    public void TryNormalize_Text_GivesWhatIsKept(string key, string text, bool understood, string? value)
    {
        SettingKind.Find(key)!.TryNormalize(text, Home, out var kept).ShouldBe(understood);
        kept.ShouldBe(value);
    }

    [Fact]
    public async Task Set_RoleOfTheOnlyGuild_NeedsNoGuild()
    {
        await using var bench = new DataBench();
        var changes = bench.Get<SettingChanges>();
        var reads = bench.Get<SettingReads>();

        (await changes.SetAsync("roles.admin", "5", null, DataBench.Cancel)).ShouldBeOfType<SettingOutcome.Refused>()
            .Refusal.ShouldBeOfType<Refusal.GuildNeeded>().Allowed.ShouldBeEmpty();
        (await changes.SetAsync("guilds", $"{Home}", null, DataBench.Cancel)).ShouldBe(new SettingOutcome.Set("guilds", null, $"{Home}"));
        (await changes.SetAsync("roles.admin", "5", null, DataBench.Cancel)).ShouldBe(new SettingOutcome.Set("roles.admin", Home, "5"));

        reads.Of(Home).Admin.ShouldBe(5ul);
        reads.Of(Home).IsAllowed.ShouldBeTrue();
        reads.Of(Other).IsAllowed.ShouldBeFalse();
        reads.Of(Other).Admin.ShouldBeNull();
    }

    [Fact]
    public async Task Of_SettingOfAllAndOfOneGuild_TheGuildsOwnHolds()
    {
        await using var bench = new DataBench();
        var changes = bench.Get<SettingChanges>();
        await changes.SetAsync("guilds", $"{Home},{Other}", null, DataBench.Cancel);
        await changes.SetAsync("restore", "operators", null, DataBench.Cancel);
        await changes.SetAsync("restore", "two operators", Other, DataBench.Cancel);

        bench.Get<SettingReads>().Of(Home).Restore.ShouldBe(RestorePolicy.Operators);
        bench.Get<SettingReads>().Of(Other).Restore.ShouldBe(RestorePolicy.TwoOperators);
        bench.Get<SettingReads>().Allowed().ShouldBe([Home, Other]);
    }

    [Fact]
    public async Task For_TimesOfAServer_AreItsGuildsThenThoseOfAllThenTheProgramsOwn()
    {
        await using var bench = new DataBench();
        var changes = bench.Get<SettingChanges>();
        var reads = bench.Get<SettingReads>();
        GameServer ServerOf(ulong? guild) => new() { Id = ServerId.New(), Name = "castle", Containers = [], Guild = guild };
        reads.For(ServerOf(null)).UndoTime.ShouldBe(TimeSpan.FromHours(24));
        await changes.SetAsync("undo-time", "2h", null, DataBench.Cancel);
        await changes.SetAsync("guilds", $"{Home},{Other}", null, DataBench.Cancel);
        await changes.SetAsync("undo-time", "3d", Other, DataBench.Cancel);
        await changes.SetAsync("countdown", "1m", Home, DataBench.Cancel);

        reads.For(null).UndoTime.ShouldBe(TimeSpan.FromHours(2));
        reads.For(ServerOf(Other)).UndoTime.ShouldBe(TimeSpan.FromDays(3));
        reads.For(ServerOf(Other)).Countdown.ShouldNotBe(TimeSpan.FromMinutes(1));
        reads.For(ServerOf(null)).Countdown.ShouldBe(TimeSpan.FromMinutes(1), "the first guild is home to servers that name none");
        reads.For(ServerOf(Home)).FreezeBudget.ShouldBe(TimeSpan.FromSeconds(10));
        (await changes.SetAsync("freeze-budget", "2m", null, DataBench.Cancel)).ShouldBeOfType<SettingOutcome.Refused>()
            .Refusal.ShouldBeOfType<Refusal.SettingRefused>().Most.ShouldBe(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Claim_RightCodeOnce_AllowsTheGuildAndNoOther()
    {
        await using var bench = new DataBench();
        var claim = bench.Get<GuildClaim>();
        claim.IsOpen.ShouldBeTrue();

        (await claim.ClaimAsync("WRONG", Other, DataBench.Cancel)).ShouldBe(ClaimOutcome.Wrong);
        (await claim.ClaimAsync(" " + claim.Code.ToLowerInvariant(), Home, DataBench.Cancel)).ShouldBe(ClaimOutcome.Claimed);
        (await claim.ClaimAsync(claim.Code, Other, DataBench.Cancel)).ShouldBe(ClaimOutcome.Closed);

        bench.Get<SettingReads>().Allowed().ShouldBe([Home]);
    }

    [Fact]
    public async Task Claim_TooManyGuesses_EvenTheRightCodeIsDead()
    {
        await using var bench = new DataBench();
        var claim = bench.Get<GuildClaim>();
        for (var i = 0; i < 10; i++)
            await claim.ClaimAsync($"GUESS{i}", Other, DataBench.Cancel);

        (await claim.ClaimAsync(claim.Code, Other, DataBench.Cancel)).ShouldBe(ClaimOutcome.TooManyGuesses);
        bench.Get<SettingReads>().Allowed().ShouldBeEmpty();
    }

    [Fact]
    public async Task Reach_HomeGuestAndStranger_AreToldApart()
    {
        await using var bench = new DataBench();
        await bench.Get<SettingChanges>().SetAsync("guilds", $"{Home},{Other}", null, DataBench.Cancel);
        var server = new GameServer { Id = ServerId.New(), Name = "modpack", Containers = [] };
        await bench.Get<ServerStore>().AddAsync(server, ServerOrigin.Command, DataBench.Cancel);
        var guilds = bench.Get<GuildServers>();

        (await guilds.FindAsync("modpack", Home, DataBench.Cancel))!.Reach.ShouldBe(ServerReach.Home);
        (await guilds.FindAsync("modpack", Other, DataBench.Cancel)).ShouldBeNull();
        (await guilds.ShareAsync("modpack", 7, ShareWish.Show, DataBench.Cancel)).ShouldBeOfType<ShareOutcome.Refused>();
        (await guilds.ShareAsync("modpack", Other, ShareWish.Show, DataBench.Cancel)).ShouldBeOfType<ShareOutcome.Shared>();
        (await guilds.FindAsync("modpack", Other, DataBench.Cancel))!.Reach.ShouldBe(ServerReach.Guest);
        await guilds.ShareAsync("modpack", Other, ShareWish.Withdraw, DataBench.Cancel);
        (await guilds.ListAsync(Other, DataBench.Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Take_Confirm_OnceByTheAskedInTimeAndInThatGuild()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await using var bench = new DataBench(services => services.AddSingleton<TimeProvider>(time));
        var confirms = bench.Get<Confirms>();
        var asked = await confirms.AskAsync(Home, 1, "restore it", DataBench.Cancel);

        (await confirms.TakeAsync(asked.Handle, Other, 1, DataBench.Cancel)).ShouldBeOfType<ConfirmAnswer.Gone>();
        (await confirms.TakeAsync(asked.Handle, Home, 2, DataBench.Cancel)).ShouldBe(new ConfirmAnswer.Anothers(1));
        (await confirms.TakeAsync("zzzz", Home, 1, DataBench.Cancel)).ShouldBeOfType<ConfirmAnswer.Gone>();
        (await confirms.TakeAsync(asked.Handle, Home, 1, DataBench.Cancel)).ShouldBe(new ConfirmAnswer.Yes("restore it"));
        (await confirms.TakeAsync(asked.Handle, Home, 1, DataBench.Cancel)).ShouldBeOfType<ConfirmAnswer.Gone>();

        var late = await confirms.AskAsync(Home, 1, "restore it", DataBench.Cancel);
        time.Advance(Confirms.Lifetime + TimeSpan.FromSeconds(1));
        (await confirms.TakeAsync(late.Handle, Home, 1, DataBench.Cancel)).ShouldBe(new ConfirmAnswer.Expired("restore it"));
    }

    [Fact]
    public async Task TryTakeTurn_AgainTooSoon_IsNotGiven()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await using var bench = new DataBench(services => services.AddSingleton<TimeProvider>(time));
        var posted = bench.Get<PostedMessages>();

        (await posted.TryTakeTurnAsync("ask:s-1", Home, 3, TimeSpan.FromMinutes(10), DataBench.Cancel)).ShouldBeTrue();
        (await posted.TryTakeTurnAsync("ask:s-1", Home, 3, TimeSpan.FromMinutes(10), DataBench.Cancel)).ShouldBeFalse();
        (await posted.TryTakeTurnAsync("ask:s-2", Home, 3, TimeSpan.FromMinutes(10), DataBench.Cancel)).ShouldBeTrue();
        time.Advance(TimeSpan.FromMinutes(11));
        (await posted.TryTakeTurnAsync("ask:s-1", Home, 3, TimeSpan.FromMinutes(10), DataBench.Cancel)).ShouldBeTrue();
    }

    [Fact]
    public async Task Posted_PutAgain_ReplacesAndIsFoundByItsBeginning()
    {
        await using var bench = new DataBench();
        var posted = bench.Get<PostedMessages>();
        await posted.PutAsync("operation:1", Home, 2, null, null, DataBench.Cancel);
        await posted.PutAsync("operation:1", Home, 2, Other, "state", DataBench.Cancel);
        await posted.PutAsync("panel:2", Home, 2, 9, null, DataBench.Cancel);

        posted.Beginning("operation:").ShouldHaveSingleItem().Message.ShouldBe(Other);
        posted.OfMessage(9)!.Subject.ShouldBe("panel:2");
        posted.Find("operation:1")!.State.ShouldBe("state");
        await posted.RemoveAsync("operation:1", DataBench.Cancel);
        posted.Find("operation:1").ShouldBeNull();
    }

    [Fact]
    public async Task Audit_AcceptedAndRefused_AreListedNewestFirst()
    {
        await using var bench = new DataBench();
        var audit = bench.Get<AuditLog>();
        await audit.AddAsync(new AuditEntry(Home, 1, "snapshot lock", "abc", AuditVerdict.Accepted, null), DataBench.Cancel);
        await audit.AddAsync(new AuditEntry(Home, Other, "snapshot delete", "abc", AuditVerdict.Refused, "role"), DataBench.Cancel);
        await audit.AddAsync(new AuditEntry(Other, 1, "settings", null, AuditVerdict.Refused, "guild-not-allowed"), DataBench.Cancel);

        audit.List(new AuditFilter(Home), 10).Select(line => (line.Entry.Person, line.Entry.Verdict)).ShouldBe([(Other, AuditVerdict.Refused), (1ul, AuditVerdict.Accepted)]);
        audit.List(new AuditFilter(Guild: null, 1), 10).Select(line => line.Entry.Act).ShouldBe(["settings", "snapshot lock"]);
        var newest = audit.List(new AuditFilter(Home), 1).ShouldHaveSingleItem();
        audit.List(new AuditFilter(Home, Before: newest.Id), 10).ShouldHaveSingleItem().Entry.Act.ShouldBe("snapshot lock");
    }
}
