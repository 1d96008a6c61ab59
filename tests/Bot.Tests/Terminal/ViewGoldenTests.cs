using System.Text.Json;
using Shouldly;
using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Commands.Operation;
using SnapshotBot.Bot.Commands.Repository;
using SnapshotBot.Bot.Commands.Schedule;
using SnapshotBot.Bot.Commands.Serve;
using SnapshotBot.Bot.Commands.Server;
using SnapshotBot.Bot.Commands.Setting;
using SnapshotBot.Bot.Commands.Snapshot;
using SnapshotBot.Bot.Demo;
using SnapshotBot.Bot.Hosting;
using SnapshotBot.Bot.Terminal;
using SnapshotBot.Bot.Tests.Support;
using SnapshotBot.Service.Duplicates;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Schedules;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Service.Upkeep;
using Xunit;

namespace SnapshotBot.Bot.Tests.Terminal;

public sealed class ViewGoldenTests
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.Utc;

    public static TheoryData<string> Names => [.. Outcomes.Keys];

    private static Dictionary<string, object> Outcomes => new(StringComparer.Ordinal)
    {
        ["repository-init"] = new RepositoryCreated(new string('d', 64), "/srv/backup", 2),
        ["repository-snapshots"] = new RepositorySnapshots([Samples.RepositorySnapshot]),
        ["repository-archive"] = new RepositoryArchived(
            Samples.RepositorySnapshot, new string('e', 64), new ArchiveCounts(18, 312, 1044, 97, 22_978_560_000, 43_000_000, 21_000_000),
            TimeSpan.FromSeconds(8.25), [new PathWarning("/srv/world/session.lock", "changed while it was read")]),
        ["repository-ls"] = new RepositoryListing(new string('c', 64),
        [
            new RepositoryEntry("/srv/world", "dir", 0, 493, 1000, 1000, Samples.Time, null),
            new RepositoryEntry("/srv/world/level.dat", "file", 2048, 420, 1000, 1000, Samples.Time, null),
            new RepositoryEntry("/srv/world/run", "file", 12, 2541, 0, 0, Samples.Time, null),
            new RepositoryEntry("/srv/world/latest", "symlink", 0, 511, 0, 0, Samples.Time, "../logs/latest.log"),
            new RepositoryEntry("/srv/world/bad\u001b[2Jname", "fifo", 0, 384, 0, 0, Samples.Time, null),
        ]),
        ["repository-restore"] = new RepositoryRestored(
            new string('c', 64), "/srv/world", new RestoreCounts(330, 1000, 44, 43_000_000, 22_900_000_000), TimeSpan.FromSeconds(3), 0, []),
        ["repository-restore-partly"] = new RepositoryRestored(
            new string('c', 64), "/srv/world", new RestoreCounts(329, 1000, 44, 42_000_000, 22_900_000_000), TimeSpan.FromSeconds(3), 1,
            [new RestoreTrouble("/level.dat", "damaged", "A piece of it, 0a0a0a0a, is in no pack.")]),
        ["repository-diff"] = new RepositoryDifference(new string('c', 64), new string('d', 64),
        [
            new DifferenceEntry("/a", DifferenceKind.Added, "file", null, 10),
            new DifferenceEntry("/b", DifferenceKind.Changed, "file", 10, 12),
            new DifferenceEntry("/c", DifferenceKind.Removed, "dir", 0, null),
        ], 22, 10),
        ["repository-check"] = new RepositoryChecked(3, 12, 4096, 1 << 20, [], ["Pack 0b0b0b0b (12 bytes) is in no index; prune removes it."], [], TimeSpan.FromSeconds(2)),
        ["repository-check-damaged"] = new RepositoryChecked(3, 12, 4096, 0, ["Pack 0a0a0a0a is missing."], [],
            [new DamagedSnapshot(new string('c', 64), ["/srv/world/level.dat"], 2)], TimeSpan.FromSeconds(2)),
        ["repository-forget"] = new RepositoryForgotten(
            Execution.Done, [new KeptSnapshot(Samples.RepositorySnapshot, ["last", "daily"])],
            [Samples.RepositorySnapshot with { Id = new string('f', 64) }]),
        ["repository-forget-plan"] = new RepositoryForgotten(Execution.Planned, [new KeptSnapshot(Samples.RepositorySnapshot, ["last"])], []),
        ["repository-prune"] = new RepositoryPruned(Execution.Done, 10, 2, 1, 34_000_000, 900_000_000, 4_000_000, TimeSpan.FromSeconds(4)),
        ["repository-unlock"] = new RepositoryUnlocked(1, 0),
        ["server-list"] = new ServersListed([Samples.Server])
        {
            Lights = new Dictionary<ServerId, Freshness> { [Samples.Server.Id] = new(Light.Red, [new FreshnessReason.RunsMissing("nightly", 3, Samples.Time), new FreshnessReason.OnlyCopy()], Samples.Snapshot) },
        },
        ["server-list-empty"] = new ServersListed([]),
        ["server-info"] = new ServerFound.One(Samples.Server),
        ["server-add"] = new ServerOutcome.Added(Samples.Server),
        ["server-remove"] = new ServerOutcome.Removed(Samples.Server.Id, Samples.Server.Name),
        ["server-share"] = new ShareOutcome.Shared(Samples.Server, 1234567890123456789),
        ["server-share-stop"] = new ShareOutcome.Withdrawn(Samples.Server, 1234567890123456789),
        ["settings-show"] = new SettingsShown(
        [
            new SettingValue("guilds", null, "1234567890123456789,2234567890123456789"), new SettingValue("quota", null, "128849018880"),
            new SettingValue("roles.admin", 1234567890123456789, "3234567890123456789"),
        ]),
        ["settings-show-empty"] = new SettingsShown([]),
        ["settings-set"] = new SettingOutcome.Set("restore", 1234567890123456789, "two-operators"),
        ["settings-set-none"] = new SettingOutcome.Set("channel", 1234567890123456789, null),
        ["server-stop"] = new Changed<RunServerOutcome>(
            Samples.Operation, new RunServer(Samples.Server.Id, RunAction.Stop), new RunServerOutcome.Done(Samples.Server, ["mc"])),
        ["server-start"] = new Changed<RunServerOutcome>(
            Samples.Operation, new RunServer(Samples.Server.Id, RunAction.Start), new RunServerOutcome.Done(Samples.Server, [])),
        ["server-restart"] = new Changed<RunServerOutcome>(
            Samples.Operation, new RunServer(Samples.Server.Id, RunAction.Restart), new RunServerOutcome.Done(Samples.Server, [])),
        ["server-start-unchanged"] = new Changed<RunServerOutcome>(
            Samples.Operation, new RunServer(Samples.Server.Id, RunAction.Start), new RunServerOutcome.Unchanged(Samples.Server)),
        ["snapshot-create"] = new Changed<CreateSnapshotOutcome>(
            Samples.Operation, new CreateSnapshot { Server = Samples.Server.Id }, new CreateSnapshotOutcome.Created(Samples.Snapshot)),
        ["snapshot-list"] = new SnapshotPage([Samples.Snapshot], Samples.Snapshot.Id),
        ["snapshot-list-empty"] = new SnapshotPage([], null),
        ["snapshot-info"] = Details(),
        ["snapshot-lock"] = Change(new LockSnapshot(Samples.Snapshot.Id)),
        ["snapshot-unlock"] = Change(new UnlockSnapshot(Samples.Snapshot.Id)),
        ["snapshot-rename"] = Change(new RenameSnapshot(Samples.Snapshot.Id, "x")),
        ["snapshot-note"] = Change(new NoteSnapshot(Samples.Snapshot.Id, "x")),
        ["snapshot-delete"] = new Changed<DeleteSnapshotOutcome>(
            Samples.Operation, new DeleteSnapshot(Samples.Snapshot.Id), new DeleteSnapshotOutcome.Deleted(Samples.Snapshot) { UndoUntil = Samples.Time.AddMinutes(15) }),
        ["snapshot-restore"] = new Changed<RestoreOutcome>(Samples.Operation, Restore(), Restored()),
        ["snapshot-restore-same"] = new Changed<RestoreOutcome>(
            Samples.Operation, Restore(), new RestoreOutcome.NothingDiffers(Samples.Snapshot.Id)),
        ["snapshot-restore-plan"] = Cost(),
        ["snapshot-undo"] = new Changed<RestoreOutcome>(Samples.Operation, new UndoRestore(Samples.Server.Id), Restored() with { Silent = "127.0.0.1:25565 did not answer in time." }),
        ["snapshot-undo-plan"] = new UndoPlanned(
            Cost() with { Players = new PlayersNow.Unknown("no answer", PlayerWarning.NotPossible), GameVersionNow = null, Recreate = [], Notes = [], Removed = [], Unread = [] }, "modpack"),
        ["snapshot-diff"] = new SnapshotDiff.Difference(1, 2, 1, 2060, 2058,
        [
            new DiffEntry("/data/new", DiffChange.Added, "file", null, 12),
            new DiffEntry("/data/level.dat", DiffChange.Changed, "file", 2048, 2048),
            new DiffEntry("/data/run", DiffChange.Metadata, "file", 5, 5),
            new DiffEntry("/data/old", DiffChange.Removed, "file", 10, null),
        ]),
        ["snapshot-ls"] = new SnapshotListing.Entries("/data", [Entry()]),
        ["snapshot-get"] = new SnapshotFileGot(Entry(), "level.dat", 2048),
        ["server-remove-with-data"] = new Changed<RemoveDuplicateOutcome>(
            Samples.Operation, new RemoveDuplicate(Samples.Server.Id), new RemoveDuplicateOutcome.Removed(Samples.Server.Id, "modpack-test")),
        ["server-ignore"] = new ServerOutcome.Changed(Samples.Server with { Ignored = ["/data/logs", "/data/mods/**/cache"] }, ServerSetting.Ignored),
        ["server-ignore-none"] = new ServerSettingShown(Samples.Server, ServerSetting.Ignored),
        ["server-include"] = new ServerOutcome.Changed(Samples.Server with { Included = ["/plugins", "/conf/ops.json"] }, ServerSetting.Included),
        ["server-include-none"] = new ServerSettingShown(Samples.Server, ServerSetting.Included),
        ["server-keep"] = new KeepOutcome.Kept(Samples.Server),
        ["server-info-tried"] = new ServerFound.One(
            Samples.Server with { Game = new ServerGame("valheim", "Valheim", "lloesche/valheim-server:1.0, 0.220.3") }),
        ["snapshot-duplicate"] = new Changed<DuplicateOutcome>(Samples.Operation, Duplicate(), new DuplicateOutcome.Made
        {
            Server = Samples.Server with { Name = "modpack-test", State = ServerState.Stopped },
            Ports = [new PortPublication(25566, 25565, "tcp"), new PortPublication(24455, 24454, "udp")],
            Blanked = ["RCON_PASSWORD", "server.properties"],
            LeftOut = ["mc:/var/run/docker.sock"],
            EndsAt = Samples.Time.AddDays(2),
        }),
        ["snapshot-duplicate-not-up"] = new Changed<DuplicateOutcome>(Samples.Operation, Duplicate(), new DuplicateOutcome.Made
        {
            Server = Samples.Server with { Name = "modpack-test" },
            Ports = [],
            Blanked = [],
            LeftOut = [],
            NotUp = "modpack-test: it ended with exit code 1",
        }),
        ["snapshot-image"] = new Changed<PublishImageOutcome>(
            Samples.Operation,
            new PublishImage { Snapshot = Samples.Snapshot.Id, Server = Samples.Server.Id, Tag = "games/modpack:before-update" },
            new PublishImageOutcome.Published(new string('d', 64), "games/modpack:before-update", "mc", 912_000_000, ["RCON_PASSWORD"])),
        ["snapshot-verify"] = new Changed<VerifySnapshotOutcome>(
            Samples.Operation, new VerifySnapshot(Samples.Snapshot.Id), new VerifySnapshotOutcome.Good(Samples.Snapshot, 4096, 1 << 30)),
        ["snapshot-verify-damaged"] = new Changed<VerifySnapshotOutcome>(
            Samples.Operation, new VerifySnapshot(Samples.Snapshot.Id),
            new VerifySnapshotOutcome.Damaged(Samples.Snapshot, 4096, 1 << 30, [new VerifyError("/data/level.dat", "blob 0a0a0a0a is missing")])),
        ["catalog-rebuild"] = new Changed<RebuildCatalogOutcome>(Samples.Operation, new RebuildCatalog(), new RebuildCatalogOutcome(2, 23) { Schedules = 3, Settings = 9, KeptAt = Samples.Time }),
        ["catalog-rebuild-nothing-kept"] = new Changed<RebuildCatalogOutcome>(Samples.Operation, new RebuildCatalog(), new RebuildCatalogOutcome(2, 23)),
        ["operation-list-audit"] = new AuditListed(
        [
            new AuditLine(3, new AuditEntry(157_000, 220_000, "snapshot delete", "7f3k", AuditVerdict.Refused, "role"), Samples.Time),
            new AuditLine(2, new AuditEntry(157_000, 210_000, "snapshot lock", "7f3k", AuditVerdict.Accepted, "unchanged"), Samples.Time),
            new AuditLine(1, new AuditEntry(157_000, 210_000, "panel", null, AuditVerdict.Accepted, null), Samples.Time),
        ]),
        ["operation-list"] = new OperationsListed([Running(), Failed()]),
        ["operation-watch"] = Running(),
        ["playground-open"] = new PlaygroundOpen(new Uri("http://127.0.0.1:8077/0123456789abcdef0123456789abcdef/")),
        ["playground-ended"] = new PlaygroundEnded(["volume snapshotbot-demo-0a1b2c-castle"], ["unknown key: PATCH /channels/{channel_id}/messages/{message_id}: colour"]),
        ["demo-left"] = new DemoLeft(["container snapshotbot-demo-0a1b2c"]),
        ["demo"] = new DemoOutcome(
            new string('1', 64), new string('2', 64), new string('1', 64), TimeSpan.FromMilliseconds(31), TimeSpan.FromSeconds(1.2),
            TimeSpan.FromSeconds(12.5), []),
        ["schedule-set"] = new ScheduleOutcome.Saved(
            ScheduleSamples.Nightly, [Samples.Time.AddDays(1), Samples.Time.AddDays(2)], ScheduleSamples.Keeps,
            [ScheduleNote.ZoneIsDefault]),
        ["schedule-set-changed"] = new ScheduleOutcome.Saved(
            ScheduleSamples.Played, [], new KeepPreview([new KeepBucket("last", 7, TimeSpan.FromDays(7))], 7, null, null), [ScheduleNote.Changed, ScheduleNote.NoPlayerQuery]),
        ["schedule-preview"] = new SchedulePreview.Shown(
            FrequencyParser.Read("daily at 04:00")!, ScheduleSamples.Berlin, ScheduleWhen.Any, [Samples.Time.AddDays(1), Samples.Time.AddDays(2)],
            "daily=14,weekly=8", ScheduleSamples.Keeps),
        ["schedule-preview-play"] = new SchedulePreview.Shown(
            FrequencyParser.Read("every 2 hours of play")!, ScheduleSamples.Berlin, ScheduleWhen.Any, [], null, new KeepPreview([], 0, null, null)),
        ["schedule-list"] = new SchedulesListed([ScheduleSamples.Nightly, ScheduleSamples.Played, ScheduleSamples.Orphan]),
        ["schedule-list-empty"] = new SchedulesListed([]),
        ["schedule-pause"] = new ScheduleOutcome.Paused(ScheduleSamples.Nightly with { Pause = SchedulePause.ByPerson, PausedBy = "terminal:anna", Next = null }),
        ["schedule-resume"] = new ScheduleOutcome.Resumed(ScheduleSamples.Nightly),
        ["schedule-remove"] = new ScheduleOutcome.Removed(ScheduleSamples.Nightly.Id, "nightly"),
        ["schedule-run"] = ScheduleSamples.Run(new RunScheduleOutcome.Ran(Samples.Snapshot, RunNote.None)),
        ["schedule-run-offline"] = ScheduleSamples.Run(new RunScheduleOutcome.Ran(Samples.Snapshot, RunNote.WasOffline)),
        ["schedule-run-skipped"] = ScheduleSamples.Run(new RunScheduleOutcome.Skipped(SkipReason.NothingChanged, Samples.Time)),
        ["schedule-history"] = new ScheduleHistory(ScheduleSamples.Nightly, ScheduleSamples.Runs, "nightly.png"),
        ["schedule-history-empty"] = new ScheduleHistory(ScheduleSamples.Played, [], null),
        ["serve-waiting"] = new ServeEvent.Waiting(),
        ["serve-ready"] = new ServeEvent.Ready([]),
        ["serve-ready-healed"] = new ServeEvent.Ready(
            [new HealedOperation(Samples.Operation, "snapshot create", null, HealEnding.TakenBack, null)]),
        ["serve-claim"] = new ClaimOffered("K7QF-2M9X"),
        ["serve-ended"] = new ServeEnding.Clean(),
        ["serve-ended-left"] = new ServeEnding.LeftToHealing(1),
        ["operation-cancel"] = new CancelAsked(Samples.Operation),
        ["health"] = new HealthReport(true, Parts(gateway: true)),
        ["health-not-ready"] = new HealthReport(false, Parts(gateway: false)),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void View_OfEveryOutcome_MatchesItsGoldenFiles(string name)
    {
        var view = Views.Of(Outcomes[name], Zone);

        using var json = new MemoryStream();
        view.WriteJson(json);
        using var document = JsonDocument.Parse(json.ToArray());
        Golden.ShouldMatch(JsonSerializer.Serialize(document, Indented) + "\n", name + ".json");

        using var text = new StringWriter();
        new PlainPageWriter(text).Write(view.Page());
        Golden.ShouldMatch($"{text}exit {(int)view.Exit}\n", name + ".txt");
    }

    [Fact]
    public void Commands_Each_HaveAGoldenFile()
    {
        // Each row of these has files of its own: the tests above fail without them.
        var kept = Names.Concat(UpkeepGoldenTests.Names).Select(row => row.Data).ToList();

        CommandList.Whole.All.Select(spec => spec.Name.Replace(' ', '-'))
            .Where(name => !kept.Exists(one => one == name || one.StartsWith(name + "-", StringComparison.Ordinal)))
            .ShouldBeEmpty("what they answer is a contract: an outcome of each belongs into a table of golden files");
    }

    private static Dictionary<string, bool> Parts(bool gateway) => new(StringComparer.Ordinal)
    {
        ["catalog"] = true,
        ["engine"] = true,
        ["repository"] = true,
        ["runner"] = true,
        ["gateway"] = gateway,
    };

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static Changed<ChangeSnapshotOutcome> Change(ChangeSnapshot request) =>
        new(Samples.Operation, request, new ChangeSnapshotOutcome.Changed(Samples.Snapshot));

    private static RestoreSnapshot Restore() => new() { Snapshot = Samples.Snapshot.Id, Server = Samples.Server.Id };

    private static DuplicateSnapshot Duplicate() => new() { Snapshot = Samples.Snapshot.Id, NewServer = Samples.Server.Id, Name = "modpack-test" };

    private static RestoreCost.Cost Cost() => new()
    {
        Snapshot = Samples.Snapshot,
        TimeLost = TimeSpan.FromMinutes(134),
        Players = new PlayersNow.Known(12, ["Anna", "Ben"], PlayerWarning.Possible),
        FilesAdded = 18,
        FilesReplaced = 312,
        FilesRemoved = 44,
        Removed = ["/data/world/region/r.9.9.mca"],
        Unread = ["/data/world/players/locked.dat"],
        Bytes = 1_200_000_000,
        Space = new RestoreSpace("/srv/world", 1_200_000_000, 50_000_000_000, 2_147_483_648),
        GameVersionNow = "1.21.4",
        GameVersionThen = "1.21.1",
        Recreate = [new RecreateReason("mc", "image", "game:1.21.4", "game:1.21.1")],
        Stops = true,
        StopsAlong = ["sftp"],
        Downtime = new ExpectedDowntime(TimeSpan.FromSeconds(80), DowntimeBasis.Measured),
        Notes = [new ManagerNote(ContainerManager.Compose, "mc", "/srv/mc/compose.yaml", ManagerEffect.BringsNewerBack)],
        UndoUntil = Samples.Time.AddDays(2),
    };

    private static RestoreOutcome.Restored Restored() => new()
    {
        Operation = Samples.Operation,
        Snapshot = Samples.Snapshot.Id,
        AsOf = Samples.Snapshot.CreatedAt,
        SafetySnapshot = new SnapshotId("7000000000000001"),
        Downtime = TimeSpan.FromSeconds(72),
        FilesAdded = 18,
        FilesReplaced = 312,
        FilesRemoved = 44,
        Recreated = ["mc"],
        Killed = ["mc-db"],
        Players = new PlayersWarned.Told(12),
        UndoUntil = Samples.Time.AddHours(24),
    };

    private static SnapshotEntry Entry() => new()
    {
        Name = "level.dat",
        Path = "/data/level.dat",
        Type = "file",
        Size = 2048,
        Mode = 420,
        UserId = 1000,
        GroupId = 1000,
        ModifiedAt = Samples.Time,
        LinkTarget = null,
    };

    private static SnapshotDetails Details() => new()
    {
        Snapshot = Samples.Snapshot,
        GameVersion = "1.21.1",
        Containers =
        [
            new SnapshotContainer
            {
                Name = "mc",
                Image = "itzg/minecraft-server:latest",
                ImageId = "sha256:" + new string('1', 64),
                State = "running",
                Command = ["/start"],
                Environment = ["EULA=TRUE", "RCON_PASSWORD=***"],
                Ports = ["0.0.0.0:25565:25565/tcp"],
                Networks = ["bridge"],
                Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["snapshotbot.offer"] = "true" },
                RestartPolicy = "unless-stopped",
                MemoryLimit = 4L << 30,
                HasLayer = true,
                HasImage = true,
            },
        ],
        Mounts =
        [
            new SnapshotMount { Container = "mc", Target = "/data", Kind = "volume", Source = "mc-data", ReadOnly = false, Folder = "/mounts/00-data" },
            new SnapshotMount { Container = "mc", Target = "/etc/localtime", Kind = "bind", Source = "/etc/localtime", ReadOnly = true, LeftOut = "read-only" },
        ],
    };

    private static OperationInfo Running() => new()
    {
        Id = Samples.Operation,
        Kind = "snapshot create",
        Scope = OperationScope.OfServer("s-0123456789ab"),
        Server = "modpack",
        RequestedBy = "terminal:anna",
        State = OperationState.Running,
        CancelRequested = true,
        Progress = new OperationProgress("read", 5, 10, SnapshotBot.Service.Operations.ProgressUnit.Bytes, "mc"),
        QueuedAt = Samples.Time,
        StartedAt = Samples.Time.AddSeconds(1),
    };

    private static OperationInfo Failed() => new()
    {
        Id = new OperationId("6924f2a01b2c3d4f"),
        Kind = "catalog rebuild",
        Scope = OperationScope.RepositoryAlone,
        RequestedBy = "terminal:anna",
        State = OperationState.Failed,
        CancelRequested = false,
        Failure = new OperationFailure(SnapshotBot.Service.EndingClass.Failed, "engine-unavailable", "The engine does not answer.", "Start it."),
        QueuedAt = Samples.Time,
        StartedAt = Samples.Time.AddSeconds(1),
        EndedAt = Samples.Time.AddSeconds(2),
    };
}
