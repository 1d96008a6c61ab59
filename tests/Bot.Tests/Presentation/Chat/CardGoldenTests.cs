using SnapshotBot.Bot.Presentation;
using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Bot.Tests.Support;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Service;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Schedules;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Service.Upkeep;
using Xunit;

namespace SnapshotBot.Bot.Tests.Presentation.Chat;

/// <summary>What people see, kept as text under Golden/chat and looked at.</summary>
public sealed class CardGoldenTests
{
    private const ulong Guild = 1234567890123456789;
    private const string Anna = "3234567890123456789";

    private static readonly PendingConfirm Pending = new("abcdefgh23456789", Samples.Time.AddMinutes(5));

    private static SnapshotInfo Named(string name, int day, bool locked) => Samples.Snapshot with
    {
        Id = new SnapshotId($"6924f2a01b2c3d{day:00}"),
        Name = name,
        CreatedAt = Samples.Time.AddDays(-day),
        CreatedBy = Anna,
        Locked = locked,
        Warnings = [],
    };

    private static GuildServer Home(string name, string id) => new(Samples.Server with { Id = new ServerId(id), Name = name, State = ServerState.Running }, ServerReach.Home);

    private static GuildSettings Settings => new() { Guild = Guild, IsAllowed = true, Viewer = Guild, Operator = 7, Admin = 8, Channel = 9, Zone = TimeZoneInfo.Utc, UndoTime = TimeSpan.FromHours(24), Countdown = TimeSpan.FromSeconds(30), FreezeBudget = TimeSpan.FromSeconds(10) };

    public static TheoryData<string> Names => [.. Cards.Keys];

    private static Dictionary<string, Func<Message>> Cards => new(StringComparer.Ordinal)
    {
        ["panel-posted"] = () => PanelCard.Of(Panel(PanelOwner.Everyone)),
        ["panel-own-page"] = () => PanelCard.Of(Panel(PanelOwner.Asker) with { State = new PanelState(PanelTab.Snapshots, "s-1", 1, PanelFilter.Usual) }),
        ["panel-overview"] = () => PanelCard.Of(Panel(PanelOwner.Everyone) with
        {
            Chosen = null,
            Servers =
            [
                new PanelServer(Home("modpack", "s-1"), Named("nightly", 0, false), null, Light.Green, null),
                new PanelServer(Home("**valheim** @everyone", "s-2"), Named("x", 3, false), null, Light.Red, "3 runs of nightly missed"),
            ],
        }),
        ["panel-first"] = () => PanelCard.Of(Panel(PanelOwner.Everyone) with { Snapshots = [], Fitting = 0, Kept = 0, Locked = 0, First = new FirstSnapshot(23_600_000_000, TimeSpan.FromSeconds(532)) }),
        ["panel-no-server"] = () => PanelCard.Of(Panel(PanelOwner.Everyone) with { Servers = [], Chosen = null }),
        ["panel-schedules"] = () => PanelCard.Of(Panel(PanelOwner.Asker) with
        {
            State = new PanelState(PanelTab.Schedules, "s-1", 0, PanelFilter.Usual),
            Role = GuildRole.Admin,
        }),
        ["panel-schedules-filled"] = () => PanelCard.Of(Panel(PanelOwner.Asker) with
        {
            State = new PanelState(PanelTab.Schedules, "s-1", 0, PanelFilter.Usual),
            Role = GuildRole.Admin,
            Schedules = [ScheduleSamples.Nightly, ScheduleSamples.Played with { Name = "after the update @here", Pause = SchedulePause.Rebuilt, Next = null, Last = [] }],
        }),
        ["schedule"] = () => ScheduleCards.Of(ScheduleSamples.Nightly, ScheduleRights.Change),
        ["schedule-paused-viewer"] = () => ScheduleCards.Of(
            ScheduleSamples.Nightly with { Pause = SchedulePause.ByPerson, PausedBy = Anna, Next = null }, ScheduleRights.Look),
        ["schedule-did-you-mean"] = () => SchedulePreviewCard.DidYouMean("evry 6h", "every 6 hours", Pending),
        ["schedule-which-zone"] = () => SchedulePreviewCard.WhichZone(Pending),
        ["part"] = () => PartCard.Of(
            Samples.Snapshot,
            [
                new SnapshotPart("player", SnapshotPartKind.Player, ["Anna", "B_e_n", "a b"], 512), new SnapshotPart("area", SnapshotPartKind.Area, ["world"], 512),
                new SnapshotPart("config", SnapshotPartKind.Paths, [], 512), new SnapshotPart("mods", SnapshotPartKind.Paths, [], 512),
            ]),
        ["part-unknown-game"] = () => PartCard.Of(Samples.Snapshot, []),
        ["browse"] = () => BrowseCard.Of(Browsing()),
        ["browse-second-page"] = () => BrowseCard.Of(Browsing() with { Page = 1, Ticked = [], MayRestore = false }),
        ["open-admin"] = () => SnapshotCard.Of(Details(), new SnapshotRights(true, true, true, true)),
        ["open-viewer"] = () => SnapshotCard.Of(Details(), new SnapshotRights(false, false, false, false)),
        ["operation-queued"] = () => OperationCard.Of(Operation(OperationState.Queued)),
        ["operation-copying"] = () => OperationCard.Of(Operation(OperationState.Running) with
        {
            Info = Info(OperationState.Running) with { Progress = new OperationProgress("read", 8_800_000_000, 21_400_000_000, ProgressUnit.Bytes, null) },
            StepTime = TimeSpan.FromSeconds(40),
        }),
        ["operation-restarted"] = () => OperationCard.Of(Operation(OperationState.Running) with { RestartedAt = Samples.Time }),
        ["operation-saved-and-not-released"] = () => OperationCard.Of(Operation(OperationState.Ended) with
        {
            Outcome = new CreateSnapshotOutcome.Created(Samples.Snapshot with
            {
                Warnings = [new SnapshotWarning("image-left-out", "game:1", null), new SnapshotWarning("release-failed", "", "It did not answer in time.")],
            }),
        }),
        ["operation-saved"] = () => OperationCard.Of(Operation(OperationState.Ended) with { Outcome = new CreateSnapshotOutcome.Created(Samples.Snapshot with { Warnings = [] }) }),
        ["operation-saved-live"] = () => OperationCard.Of(
            Operation(OperationState.Ended) with { Outcome = new CreateSnapshotOutcome.Created(Samples.Snapshot with { Grade = ConsistencyGrade.Live, Locked = false }) }),
        ["operation-failed"] = () => OperationCard.Of(Operation(OperationState.Failed) with
        {
            Failure = new Failure(ExitCode.Refused, "no-space", "Disk full: 1.2 GB missing.", "Free space, then try again."),
        }),
        ["operation-watching"] = () => OperationCard.Of(Restoring(OperationState.Running) with
        {
            Info = Restoring(OperationState.Running).Info with { Progress = new OperationProgress("health", 12, 30, ProgressUnit.Seconds, "mc") },
            StepTime = TimeSpan.FromSeconds(12),
        }),
        ["operation-restored-silent"] = () => OperationCard.Of(Restoring(OperationState.Ended) with
        {
            Outcome = new RestoreOutcome.Restored
            {
                Operation = Samples.Operation,
                Snapshot = Samples.Snapshot.Id,
                AsOf = Samples.Snapshot.CreatedAt,
                Downtime = TimeSpan.FromSeconds(72),
                FilesAdded = 18,
                FilesReplaced = 312,
                FilesRemoved = 44,
                Recreated = [],
                Killed = [],
                Silent = "127.0.0.1:25565 did not answer in time.",
                Players = new PlayersWarned.Nobody(),
                UndoUntil = Samples.Time.AddHours(24),
            },
        }),
        ["operation-taken-back"] = () => OperationCard.Of(Restoring(OperationState.Ended) with { Failure = RefusalText.Of(new Refusal.WriterStarted("sftp", "world")) }),
        ["operation-failed-twenty-three-kept"] = () => OperationCard.Of(Operation(OperationState.Failed) with
        {
            Kept = 23,
            Failure = new Failure(ExitCode.Refused, "no-space", "Disk full: 1.2 GB missing.", "Free space, then try again."),
        }),
        ["operation-failed-damaged"] = () => OperationCard.Of(Operation(OperationState.Failed) with
        {
            Info = Info(OperationState.Failed) with { Kind = RestoreSnapshot.KindText },
            Request = new RestoreSnapshot { Server = Samples.Server.Id, Snapshot = Samples.Snapshot.Id },
            Name = "nightly 21 Nov",
            Failure = new Failure(ExitCode.Failed, "repository-damaged", "Pack 0a0a0a0a is missing.", null),
            NextGood = Named("nightly 20 Nov", 4, false) with { VerifiedAt = Samples.Time },
        }),
        ["operation-swapped-back"] = () => OperationCard.Of(Operation(OperationState.Ended) with
        {
            Info = Info(OperationState.Ended) with { Kind = RestoreSnapshot.KindText },
            Request = new RestoreSnapshot { Server = Samples.Server.Id, Snapshot = Samples.Snapshot.Id },
            Name = "before update",
            Outcome = SwappedBack,
            Failure = RestorePages.SwappedBack(SwappedBack),
        }),
        ["operation-swapped-back-details"] = () => PageCard.Of(new Page([.. RestorePages.LastWords(SwappedBack)])),
        ["operation-damage-found"] = () => OperationCard.Of(Operation(OperationState.Ended) with
        {
            Info = Info(OperationState.Ended) with { Kind = VerifySnapshot.KindText },
            Request = new VerifySnapshot(Samples.Snapshot.Id),
            Outcome = new VerifySnapshotOutcome.Damaged(Samples.Snapshot, 3, 1000, [new("/data/level.dat", "gone"), new("/data/r.0.0.mca", "gone"), new("/data/r.0.1.mca", "gone")]),
            NextGood = Named("nightly 20 Nov", 4, false) with { VerifiedAt = Samples.Time },
        }),
        ["operation-cancelled"] = () => OperationCard.Of(Operation(OperationState.Cancelled)),
        ["operation-queued-bot-stops"] = () => OperationCard.Of(Operation(OperationState.Queued) with { IsBotEnding = true }),
        ["operation-running-bot-stops"] = () => OperationCard.Of(Operation(OperationState.Running) with { IsBotEnding = true }),
        ["operation-moved"] = () => OperationCard.Of(Operation(OperationState.Running) with { LinkAfter = ChatText.Link(1, 2, 3) }),
        ["confirm-delete"] = () => ConfirmCard.Of(SnapshotBot.Bot.Commands.Snapshot.Delete.Spec, "before update", null, Pending),
        ["refused-role"] = () => Notes.NotAllowed("restore", GuildRole.Admin, "6924f2a01b2c3d4e"),
        ["refused-locked"] = () => LockedCard.Of(Samples.Snapshot, new LockHolder(Anna, Samples.Time), GuildRole.Operator),
        ["refused-locked-admin"] = () => LockedCard.Of(Samples.Snapshot, null, GuildRole.Admin),
        ["refused-no-space"] = () => Notes.Of(RefusalText.Of(new Refusal.NoSpace("/backup", 4_100_000_000, 4_900_000_000, 2_000_000_000))),
        ["refused-damaged"] = () => DamagedCard.Of(Named("nightly 21 Nov", 3, false), Named("nightly 20 Nov", 4, false) with { VerifiedAt = Samples.Time }),
        ["refused-damaged-none-good"] = () => DamagedCard.Of(Named("nightly 21 Nov", 3, false), null),
        ["refused-elsewhere"] = Notes.Elsewhere,
        ["refused-not-yours"] = () => Notes.NotYours(5),
        ["refused-expired"] = () => Notes.Expired(CustomId.Of(Verb.Run, "restore", "6924f2a01b2c3d4e")),
        ["refused-not-set-up"] = Notes.NotSetUp,
        ["refused-claim"] = Notes.ClaimFirst,
        ["operation-on-its-way-untold"] = () => Notes.OnItsWayUntold("**before update**", 9),
        ["not-taken"] = () => Notes.NotTaken("Nobody was asked; nothing was changed."),
        ["refused-cant-write"] = () => Notes.CantWriteThere(9, "**before update** goes on all the same."),
        ["refused-busy"] = () => Notes.Busy("modpack", "restored", "<@5>", TimeSpan.FromSeconds(112), ChatText.Link(1, 2, 3)),
        ["refused-unexpected"] = () => Notes.Unexpected("7F3K"),
        ["ask-admin"] = () => AskCard.Of(Samples.Snapshot, 5, 8, AskKind.Admin, Cost()),
        ["ask-second"] = () => AskCard.Of(Samples.Snapshot, 5, 7, AskKind.Second, null),
        ["setup"] = () => SetupCard.Of(Settings with { Admin = null }, ["mc", "valheim"], 0, null, null),
        ["setup-first-snapshot"] = () => SetupCard.Of(Settings, ["valheim"], 1, null, new FirstSnapshot(23_600_000_000, TimeSpan.FromSeconds(532))),
        ["settings"] = () => SetupCard.Show(Settings, passwordKept: false),
        ["diff-operator"] = () => DiffCard.Of(Difference(), "before update", "now", PathsSeen.Shown),
        ["diff-viewer"] = () => DiffCard.Of(Difference(), "before update", "now", PathsSeen.Hidden),
        ["diff-same"] = () => DiffCard.Of(new(0, 0, 0, 0, 0, []), "before update", "now", PathsSeen.Hidden),
        ["incident"] = () => IncidentCard.Of(Incident(), 8, null),
        ["incident-nights"] = () => IncidentCard.Of(
            Incident() with
            {
                Cause = new IncidentCause.RunFailed("sch-1", "nightly", "refused", "", null)
                {
                    Refusal = new Refusal.NoSpace("/backup", 4_100_000_000, 2_900_000_000, 2_000_000_000),
                    Nights = [Samples.Time.AddDays(-2), Samples.Time.AddDays(-1), Samples.Time],
                    LastGood = "nightly 21 Nov",
                    LastGoodAt = Samples.Time.AddDays(-3),
                },
            },
            null, new IncidentMute(Anna, Samples.Time.AddHours(24))),
        ["incident-guard"] = () => IncidentCard.Of(
            Incident() with { Cause = new IncidentCause.WorldShrank(Samples.Snapshot.Id, "nightly", "/data", 22_978_560_000, 2_040_109_465, 1374, 12), LastGood = Samples.Snapshot.Id }, null, null),
        ["incident-files-shrank"] = () => IncidentCard.Of(
            Incident() with { Cause = new IncidentCause.WorldShrank(Samples.Snapshot.Id, "nightly", "/data", 2_000_000, 1_900_000, 1374, 90), LastGood = Samples.Snapshot.Id }, null, null),
        ["incident-repository-damaged"] = () => IncidentCard.Of(
            Incident() with { ServerId = null, Server = null, Cause = new IncidentCause.Damaged(null, null, 2, "Pack 0a0a0a0a is missing."), Times = 1 }, null, null),
        ["incident-copy-source-damaged"] = () => IncidentCard.Of(
            Incident() with { ServerId = null, Server = null, Cause = SourceDamaged, Times = 1 }, null, null),
        ["incident-server-gone"] = () => IncidentCard.Of(Incident() with { Cause = new IncidentCause.Gone("sch-1", "nightly", IncidentCause.Gone.Server), Times = 1 }, 8, null),
        ["incident-channel-gone"] = () => IncidentCard.Of(Incident() with { Cause = new IncidentCause.Gone("sch-1", "nightly", IncidentCause.Gone.Channel), Times = 1 }, null, null),
        ["incident-over"] = () => IncidentCard.Of(Incident() with { ResolvedAt = Samples.Time }, null, null),
        ["daily"] = () => DailyCard.Of([new DailyLine(Samples.Time, "schedule run", "modpack", false), new DailyLine(Samples.Time, "schedule run", "valheim", true)]),
        ["audit"] = () => AuditLineCard.Of(new AuditEntry(Guild, 5, "snapshot delete", "6924f2a01b2c3d4e", AuditVerdict.Refused, "role")),
        ["cost"] = () => CostCard.Of(new CostQuestion(Cost(), null, "", CostTurn.First), Pending),
        ["cost-version"] = () => CostCard.Of(
            new CostQuestion(
                Cost() with
                {
                    GameVersionNow = "1.21.4",
                    GameVersionThen = "1.21.1",
                    Recreate = [new RecreateReason("mc", "definition", "itzg/minecraft-server:latest", "itzg/minecraft-server:latest")],
                    Notes = [new ManagerNote(ContainerManager.Watchtower, "mc", null, ManagerEffect.BringsNewerBack)],
                },
                null, "", CostTurn.First),
            Pending),
        ["cost-grown"] = () => CostCard.Of(new CostQuestion(Cost(), null, "\nonly `player Anna`", CostTurn.Second), Pending),
        ["cost-played"] = () => CostCard.Of(
            new CostQuestion(
                Cost() with { Played = new PlayedSince(TimeSpan.FromMinutes(134), true, [new("Anna", TimeSpan.FromMinutes(130)), new("Ben", TimeSpan.FromMinutes(100)), new("C", TimeSpan.FromMinutes(3)), new("D", TimeSpan.FromMinutes(1))]) },
                null, "", CostTurn.First),
            Pending),
        ["cost-undo"] = () => CostCard.Of(new CostQuestion(Cost() with { StopsAlong = ["sftp", "back_up"] }, "modpack", "", CostTurn.First), Pending),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Card_Sample_LooksAsItDid(string name)
    {
        var message = Cards[name]();

        Golden.ShouldMatch(MessageText.Of(message), $"chat/{name}.txt");
    }

    private static RestoreOutcome.SwappedBack SwappedBack => new(Samples.Snapshot.Id, Samples.Snapshot.Id, "mc", "it ended with exit code 3")
    {
        Log = "[04:00:01] Loading world\r\n[04:00:02] \u001b[31mFATAL\u001b[0m `region` of @everyone is of a later version\n",
    };

    private static PanelView Panel(PanelOwner owner)
    {
        var server = new PanelServer(Home("modpack", "s-1"), Named("before-update", 0, true), Samples.Time.AddHours(3), Light.Amber, "⚠ only one copy, on the same disk");
        return new PanelView
        {
            State = PanelState.First,
            Owner = owner,
            Servers = [server],
            Chosen = server,
            Snapshots = [Named("before-update", 0, true), Named("nightly 24 Nov", 1, false), Named("a_b *c* <@&1> [x](https://evil.example)\u202egnp", 2, false), Named("d", 3, false), Named("e", 4, false), Named(new string('n', 200), 5, false)],
            Fitting = 23,
            Kept = 23,
            Locked = 3,
            Role = GuildRole.Viewer,
            Zone = TimeZoneInfo.Utc,
        };
    }

    private static BrowseView Browsing() => new()
    {
        Handle = "abcdefgh23456789",
        Snapshot = Samples.Snapshot,
        Folder = "/data",
        IsTop = false,
        Entries = [Entry("world", "dir", 0), Entry("rcon.password", "file", 8) with { IsSecret = true }, .. Enumerable.Range(0, 28).Select(at => Entry($"file-{at:00} `@here`", "file", 1000 * at))],
        Page = 0,
        Ticked = ["/data/file-00 `@here`", "/data/world/level.dat"],
        MayRestore = true,
    };

    private static SnapshotEntry Entry(string name, string type, long size) => new()
    {
        Name = name,
        Path = "/data/" + name,
        Type = type,
        Size = size,
        Mode = 0x1A4,
        UserId = 0,
        GroupId = 0,
        ModifiedAt = Samples.Time,
    };

    private static SnapshotDetails Details() => new() { Snapshot = Samples.Snapshot with { CreatedBy = Anna }, Containers = [], Mounts = [], GameVersion = "1.21.1" };

    private static OperationInfo Info(OperationState state) => new()
    {
        Id = Samples.Operation,
        Kind = CreateSnapshot.KindText,
        Scope = OperationScope.OfServer(Samples.Server.Id.Value),
        Server = "modpack",
        RequestedBy = Anna,
        State = state,
        CancelRequested = false,
        QueuedAt = Samples.Time,
    };

    private static OperationView Operation(OperationState state) => new()
    {
        Info = Info(state),
        Request = new CreateSnapshot { Server = Samples.Server.Id, Name = "before update" },
    };

    private static OperationView Restoring(OperationState state) => Operation(state) with
    {
        Info = Info(state) with { Kind = RestoreSnapshot.KindText },
        Request = new RestoreSnapshot { Server = Samples.Server.Id, Snapshot = Samples.Snapshot.Id },
        Name = "before update",
    };

    private static SnapshotDiff.Difference Difference() => new(1, 2, 1, 2060, 2058,
    [
        new DiffEntry("/data/new `x`", DiffChange.Added, "file", null, 10), new DiffEntry("/data/level.dat", DiffChange.Changed, "file", 10, 12),
        new DiffEntry("/data/gone", DiffChange.Removed, "file", 10, null),
    ]);

    private static IncidentCause SourceDamaged =>
        new IncidentCause.CopyFailed("/mnt/usb/copy", IncidentCause.CopyFailed.SourceDamaged, "Damaged here and left out: modpack/nightly 3. Every other snapshot is in the copy.");

    private static IncidentInfo Incident() => new()
    {
        Id = "6924f2a01b2c3d4e",
        ServerId = Samples.Server.Id,
        Server = "modpack",
        Cause = new IncidentCause.RunFailed("sch-1", "nightly", "no-space", "Disk full: 3 GB missing.", "Free 3 GB."),
        OpenedAt = Samples.Time,
        SeenAt = Samples.Time.AddDays(2),
        Times = 3,
        Revision = 1,
    };

    private static RestoreCost.Cost Cost() => new()
    {
        Snapshot = Samples.Snapshot,
        TimeLost = TimeSpan.FromMinutes(134),
        Players = new PlayersNow.Known(12, ["Anna", "B_e_n", "@here"], PlayerWarning.Possible),
        FilesAdded = 18,
        FilesReplaced = 312,
        FilesRemoved = 44,
        Removed = ["/data/new"],
        Bytes = 1_200_000_000,
        Space = new RestoreSpace("/var/lib/docker", 1_200_000_000, 50_000_000_000, 2_000_000_000),
        Recreate = [new RecreateReason("mc", "image", "mc:1.21.4", "mc:1.21.1")],
        Stops = true,
        Downtime = new ExpectedDowntime(TimeSpan.FromSeconds(80), DowntimeBasis.Estimated),
        Notes = [new ManagerNote(ContainerManager.Compose, "mc", "compose.yaml", ManagerEffect.BringsNewerBack)],
        UndoUntil = Samples.Time.AddHours(24),
    };
}
