using System.Text.Json;
using Shouldly;
using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Commands.Incident;
using SnapshotBot.Bot.Commands.Server;
using SnapshotBot.Bot.Commands.Setting;
using SnapshotBot.Bot.Commands.Storage;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Bot.Terminal;
using SnapshotBot.Bot.Tests.Support;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Upkeep;
using Xunit;

namespace SnapshotBot.Bot.Tests.Terminal;

public sealed class UpkeepGoldenTests
{
    private static readonly DiskSpace Disk = new()
    {
        Path = "/srv/snapshots",
        Total = 128_000_000_000,
        Free = 5_000_000_000,
        FullIn = TimeSpan.FromDays(2),
        Repository = 41_000_000_000,
        Locked = 12_000_000_000,
        Safety = 1_000_000_000,
        Level = DiskLevel.Full,
    };

    private static readonly PruneCounts Counts = new(10, 1, 2, 34_000_000, 900_000_000, 4_000_000);

    private static readonly IncidentCause Shrank = new IncidentCause.WorldShrank(
        Samples.Snapshot.Id, "nightly", "mounts/01-data", 22_900_000_000, 1_900_000_000, 1374, 90);

    public static TheoryData<string> Names => [.. Outcomes.Keys];

    private static Dictionary<string, object> Outcomes => new(StringComparer.Ordinal)
    {
        ["storage"] = new StorageShown(Storage(), "growth.png"),
        ["storage-fine"] = new StorageShown(
            Storage() with { Light = Light.Green, Reasons = [], Disk = null, Quota = null, Copy = new CopyInfo("rest:http://nas:8000/", Samples.Time, 0, null, true), PasswordKept = true }, null),
        ["storage-prune"] = Prune(new PruneRepositoryOutcome.Pruned(Counts, TimeSpan.FromSeconds(4))),
        ["storage-prune-plan"] = Prune(new PruneRepositoryOutcome.Planned(Counts)),
        ["storage-prune-not-worth-it"] = Prune(new PruneRepositoryOutcome.NotWorthIt(Counts)),
        ["storage-prune-made-way"] = Prune(new PruneRepositoryOutcome.MadeWay()),
        ["storage-check"] = Check([], []),
        ["storage-check-damaged"] = Check(["Pack 0a0a0a0a is missing."], [new HurtInfo("modpack/nightly", ["/mounts/01-data/level.dat"], 2)]),
        ["storage-copy"] = Copy(new CopyRepositoryOutcome.Copied("/mnt/usb/copy", 3, 1, 19, 4096, 43_000_000, TimeSpan.FromSeconds(8))),
        ["storage-copy-complete"] = Copy(new CopyRepositoryOutcome.Copied("/mnt/usb/copy", 0, 0, 23, 0, 0, TimeSpan.FromSeconds(1))),
        ["snapshot-export"] = new Changed<ExportSnapshotOutcome>(
            Samples.Operation, new ExportSnapshot(Samples.Snapshot.Id, "/tmp/modpack.tar.zst"),
            new ExportSnapshotOutcome.Exported(Samples.Snapshot, "/tmp/modpack.tar.zst", 1400, 22_978_560_000, 9_000_000_000, 1)),
        ["snapshot-expire-plan"] = new RetentionForecast(
            [
                new KeptInfo(Samples.Snapshot, [new KeepWhy("daily", 3, 14, null), new KeepWhy("locked", 0, 0, null)]),
                new KeptInfo(Samples.Snapshot, [new KeepWhy("within", 1, 0, "30d"), new KeepWhy("newest", 0, 0, null)]),
            ],
            [new ForgottenInfo(Samples.Snapshot, ForgetWhy.Policy), new ForgottenInfo(Samples.Snapshot, ForgetWhy.Quota), new ForgottenInfo(Samples.Snapshot, ForgetWhy.UndoOver)],
            86_000_000, Shrank),
        ["server-retention"] = new RetentionShown(
            "modpack", new RetentionInForce("last=10,daily=30", RetentionSource.Server), new RetentionForecast([new KeptInfo(Samples.Snapshot, [new KeepWhy("last", 1, 10, null)])], [], 86_000_000, null)),
        ["server-retention-shared"] = new RetentionShown(
            "modpack", new RetentionInForce("all", RetentionSource.Shared), new RetentionForecast([new KeptInfo(Samples.Snapshot, [new KeepWhy("all", 0, 0, null)])], [], 86_000_000, null)),
        ["server-retention-plan"] = new RetentionShown(
            "modpack", new RetentionInForce(null, RetentionSource.None),
            new RetentionForecast([new KeptInfo(Samples.Snapshot, [new KeepWhy("newest", 0, 0, null)])], [new ForgottenInfo(Samples.Snapshot, ForgetWhy.Policy)], 86_000_000, null))
        {
            Planned = "last=1",
        },
        ["settings-set-plan"] = new SettingPlanned(
            new SettingOutcome.Set("retention", null, "last=1"),
            [new ServerForecast("modpack", new RetentionForecast([new KeptInfo(Samples.Snapshot, [new KeepWhy("newest", 0, 0, null)])], [new ForgottenInfo(Samples.Snapshot, ForgetWhy.Policy)], 86_000_000, null))]),
        ["settings-set-plan-same"] = new SettingPlanned(new SettingOutcome.Set("quota", null, "53687091200"), []),
        ["snapshot-expire"] = new Changed<ExpireSnapshotsOutcome>(
            Samples.Operation, new ExpireSnapshots(Samples.Server.Id), new ExpireSnapshotsOutcome.Expired([Samples.Snapshot], 22)),
        ["snapshot-undelete"] = new Changed<UndeleteSnapshotOutcome>(
            Samples.Operation, new UndeleteSnapshot(Samples.Snapshot.Id), new UndeleteSnapshotOutcome.Restored(Samples.Snapshot)),
        ["snapshot-verify-boot"] = Boot(new ProveBootOutcome.Proven(Samples.Snapshot, TimeSpan.FromSeconds(41))),
        ["snapshot-verify-boot-failed"] = Boot(new ProveBootOutcome.NotProven(Samples.Snapshot, "mc", "it ended with exit code 1", "loading world\nlevel.dat is damaged\u001b[2J\n")),
        ["server-resume"] = new Changed<ResumeServerOutcome>(
            Samples.Operation, new ResumeServer(Samples.Server.Id), new ResumeServerOutcome.Resumed("modpack", Shrank, Samples.Snapshot)),
        ["server-resume-fine"] = new Changed<ResumeServerOutcome>(
            Samples.Operation, new ResumeServer(Samples.Server.Id), new ResumeServerOutcome.NotHeld("modpack")),
        ["incident-list"] = new IncidentsListed([.. Causes().Select(Incident)]),
        ["incident-list-empty"] = new IncidentsListed([]),
    };

    private static Dictionary<string, object> Failures => new(StringComparer.Ordinal)
    {
        ["prune-waits"] = Prune(new PruneRepositoryOutcome.Waits("nightly", Samples.Time)),
        ["prune-no-snapshots"] = Prune(new PruneRepositoryOutcome.NoSnapshots()),
        ["prune-damaged"] = Prune(new PruneRepositoryOutcome.Damaged(["Pack 0a0a0a0a is missing."])),
        ["copy-stopped"] = Copy(new CopyRepositoryOutcome.Stopped("/mnt/usb/copy", 3, 2, "no-space", "There is no room left.", null)),
        ["copy-source-damaged"] = Copy(new CopyRepositoryOutcome.Stopped(
            "/mnt/usb/copy", 3, 1, IncidentCause.CopyFailed.SourceDamaged, "Damaged here and left out: modpack/nightly 3. Every other snapshot is in the copy.", null)),
        ["copy-same-place"] = Copy(new CopyRepositoryOutcome.SamePlace("/srv/snapshots")),
        ["copy-no-target"] = Copy(new CopyRepositoryOutcome.NoTarget()),
        ["export-bad-target"] = new Changed<ExportSnapshotOutcome>(
            Samples.Operation, new ExportSnapshot(Samples.Snapshot.Id, "/x"), new ExportSnapshotOutcome.BadTarget("/x/y.tar.zst", "its folder is not there")),
        ["expire-held"] = new Changed<ExpireSnapshotsOutcome>(
            Samples.Operation, new ExpireSnapshots(Samples.Server.Id), new ExpireSnapshotsOutcome.Held(Shrank)),
        ["expire-not-verified"] = new Changed<ExpireSnapshotsOutcome>(
            Samples.Operation, new ExpireSnapshots(Samples.Server.Id), new ExpireSnapshotsOutcome.NotVerified(Samples.Snapshot)),
        ["undelete-too-late"] = new Changed<UndeleteSnapshotOutcome>(
            Samples.Operation, new UndeleteSnapshot(Samples.Snapshot.Id), new UndeleteSnapshotOutcome.TooLate(Samples.Snapshot.Id)),
        ["boot-no-check"] = Boot(new ProveBootOutcome.NoCheck(Samples.Snapshot, "generic")),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void View_OfEveryOutcome_MatchesItsGoldenFiles(string name)
    {
        var view = Views.Of(Outcomes[name], TimeZoneInfo.Utc);

        using var json = new MemoryStream();
        view.WriteJson(json);
        using var document = JsonDocument.Parse(json.ToArray());
        Golden.ShouldMatch(JsonSerializer.Serialize(document, Indented) + "\n", name + ".json");

        using var text = new StringWriter();
        new PlainPageWriter(text).Write(view.Page());
        Golden.ShouldMatch($"{text}exit {(int)view.Exit}\n", name + ".txt");
    }

    [Fact]
    public void View_OfEveryRefusal_SaysWhatWhatWasNotHarmedAndWhatToDo()
    {
        using var text = new StringWriter();
        foreach (var (name, outcome) in Failures)
        {
            var failure = Should.Throw<CommandFailedException>(() => Views.Of(outcome, TimeZoneInfo.Utc)).Failure;
            text.Write($"{name}: exit {(int)failure.Exit} {failure.Code}\n");
            new PlainPageWriter(text).Write(FailurePages.Of(failure));
        }

        Golden.ShouldMatch(text.ToString(), "upkeep-refusals.txt");
    }

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    internal static StorageInfo Storage() => new()
    {
        Location = "/srv/snapshots",
        Light = Light.Red,
        Reasons =
        [
            new StorageReason.Damage("Pack 0a0a0a0a is missing."), new StorageReason.Disk(Disk), new StorageReason.OnlyCopy(), new StorageReason.CopyBehind(2, null),
            new StorageReason.CopyBehind(2, "repository-unreachable"), new StorageReason.PasswordNotKept(), new StorageReason.OverQuota(41_000_000_000, 20_000_000_000),
            new StorageReason.ManyLocks(12_000_000_000, 20_000_000_000),
        ],
        Bytes = 41_000_000_000,
        Snapshots = 23,
        Servers = [new ServerShare(Samples.Server.Id, "modpack", 23, 40_000_000_000)],
        Locked = 3,
        LockedBytes = 12_000_000_000,
        Safety = 1,
        SafetyBytes = 1_000_000_000,
        Quota = 20_000_000_000,
        Disk = Disk,
        Copy = new CopyInfo("/mnt/usb/copy", Samples.Time, 2, null, false),
        PasswordKept = false,
        Reading = new ReadingInfo(30, 0.4, Samples.Time),
        Growth = [new StorageSample(Samples.Time, 40_000_000_000, 22, 6_000_000_000)],
    };

    private static IEnumerable<IncidentCause> Causes() =>
    [
        Shrank,
        new IncidentCause.WorldShrank(Samples.Snapshot.Id, "nightly", "mounts/01-data", 2_000_000, 1_900_000, 1374, 90),
        new IncidentCause.CrashLoop("mc", 5, 1),
        new IncidentCause.Killed("mc", false, Samples.Time),
        new IncidentCause.Killed("mc", true, Samples.Time),
        new IncidentCause.Damaged(Samples.Snapshot.Id, "nightly", 1, "/level.dat: it is in no pack"),
        new IncidentCause.Damaged(null, null, 1, "Pack 0a0a0a0a is missing."),
        new IncidentCause.DoesNotBoot(Samples.Snapshot.Id, "nightly", "it ended with exit code 1"),
        new IncidentCause.RunMissed("a1", "nightly", 3, Samples.Time),
        new IncidentCause.RunFailed("a1", "nightly", "no-space", "The disk is full.", "Free some space."),
        new IncidentCause.Gone("a1", "nightly", "channel"),
        new IncidentCause.DiskFilling(Disk),
        new IncidentCause.DiskFilling(Disk with { Level = DiskLevel.FullSoon, Free = 60_000_000_000 }),
        new IncidentCause.CopyFailed("/mnt/usb/copy", "no-space", "There is no room left."),
        new IncidentCause.UpkeepFailed("disk", "It broke."),
        new IncidentCause.CopyFailed("/mnt/usb/copy", IncidentCause.CopyFailed.SourceDamaged, "Damaged here and left out: modpack/nightly 3. Every other snapshot is in the copy."),
        new IncidentCause.Gone("a1", "nightly", IncidentCause.Gone.Server),
    ];

    private static IncidentInfo Incident(IncidentCause cause, int at) => new()
    {
        Id = $"6924f2a01b2c3d{at:x2}",
        ServerId = IsOfAll(cause) ? null : Samples.Server.Id,
        Server = IsOfAll(cause) ? null : "modpack",
        Cause = cause,
        OpenedAt = Samples.Time,
        SeenAt = Samples.Time.AddHours(at),
        Times = at + 1,
        ResolvedAt = at == 2 ? Samples.Time.AddDays(1) : null,
        LastGood = cause.HoldsExpiry ? Samples.Snapshot.Id : null,
        Revision = at,
    };

    private static bool IsOfAll(IncidentCause cause) => cause is IncidentCause.DiskFilling or IncidentCause.CopyFailed or IncidentCause.Damaged { Snapshot: null };

    private static Changed<PruneRepositoryOutcome> Prune(PruneRepositoryOutcome outcome) => new(Samples.Operation, new PruneRepository(PruneWhen.Always), outcome);

    private static Changed<CopyRepositoryOutcome> Copy(CopyRepositoryOutcome outcome) => new(Samples.Operation, new CopyRepository(null, null), outcome);

    private static Changed<ProveBootOutcome> Boot(ProveBootOutcome outcome) => new(Samples.Operation, new ProveBoot(Samples.Snapshot.Id), outcome);

    private static Changed<CheckRepositoryOutcome> Check(IReadOnlyList<string> errors, IReadOnlyList<HurtInfo> hurt) => new(
        Samples.Operation, new CheckRepository(CheckExtent.Data), new CheckRepositoryOutcome(23, 12, 4096, 1 << 30, errors, [], hurt, TimeSpan.FromSeconds(2)));
}
