using SnapshotBot.Bot.Commands.Repository;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Tests.Support;

/// <summary>Outcomes with every field filled, so that golden files show every field.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Time = new(2026, 11, 24, 4, 0, 0, 123, TimeSpan.FromHours(1));

    public static readonly OperationId Operation = new("6924f2a01b2c3d4e");

    public static ServerInfo Server { get; } = new()
    {
        Id = new ServerId("s-0123456789ab"),
        Name = "modpack",
        Containers =
        [
            new ServerContainer("mc", new string('a', 64), ServerState.Running),
            new ServerContainer("mc-db", null, ServerState.Missing),
        ],
        Profile = "minecraft-java",
        Game = new ServerGame("minecraft-java", "Minecraft Java", null),
        Guild = 1234567890123456789,
        ForeignWriters = ForeignWriters.FreezeAlong,
        State = ServerState.Partly,
        Snapshots = 23,
    };

    public static SnapshotInfo Snapshot { get; } = new()
    {
        Id = new SnapshotId("6924f2a01b2c3d4e"),
        ResticId = new string('b', 64),
        ServerId = new ServerId("s-0123456789ab"),
        Server = "modpack",
        Name = "before update 🏰",
        Locked = true,
        Note = "last one on 1.21.1",
        CreatedAt = Time,
        CreatedBy = "terminal:anna",
        Reason = "manual",
        Grade = ConsistencyGrade.Frozen,
        Freeze = TimeSpan.FromMilliseconds(142.4),
        Duration = TimeSpan.FromSeconds(112),
        FilesTotal = 1374,
        FilesChanged = 312,
        BytesProcessed = 22_978_560_000,
        BytesAdded = 43_000_000,
        Warnings = [new SnapshotWarning("changed-while-read", "/data/logs/latest.log", null)],
        VerifiedAt = Time.AddDays(1),
        UndoUntil = Time.AddHours(24),
        BootProvenAt = Time.AddDays(1),
        BootTook = TimeSpan.FromSeconds(41),
        Players = 12,
    };

    public static RepositorySnapshot RepositorySnapshot { get; } = new(
        new string('c', 64), Time, "castle", "root", ["/srv/world", "/etc/game"], ["id=6924f2a01b2c3d4e", "locked"]);
}
