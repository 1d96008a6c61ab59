using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Service.Upkeep;
using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Service.Tests.Upkeep;

/// <summary>The service over a repository of its own, with a clock that only the snapshots' times and upkeep go by, and worlds made in memory.</summary>
internal sealed class UpkeepBench : IAsyncDisposable
{
    private int _next;

    public UpkeepBench(FakeSchedules? schedules = null, (long Total, long Free)? disk = null)
    {
        Disk = new FakeDisk { Space = disk };
        Data = new DataBench(services =>
        {
            services.AddSingleton<TimeProvider>(Clock);
            services.AddSingleton<DiskProbe>(Disk);
            if (schedules is not null)
                services.AddSingleton<IScheduleFacts>(schedules);
        });
    }

    public static CancellationToken Cancel => DataBench.Cancel;

    public ShiftedClock Clock { get; } = new();

    public FakeDisk Disk { get; }

    public DataBench Data { get; }

    public ServerId Server { get; } = new("s-0123456789ab");

    public Incidents Incidents => Data.Get<Incidents>();

    public async Task AddServerAsync(string name = "Survival") =>
        (await Data.Get<ServerStore>().AddAsync(new GameServer { Id = Server, Name = name, Containers = [] }, ServerOrigin.Command, Cancel)).ShouldBeTrue();

    public Task SetAsync(string key, string value) => Data.Get<CatalogStore>().WriteAsync(
        context => { context.Settings.Add(new SettingRow { Key = key, Value = value }); }, Cancel);

    public Task<TOutcome> RunAsync<TOutcome>(OperationRequest<TOutcome> request)
        where TOutcome : class => Data.RunAsync(request);

    /// <summary>Commits a snapshot of a world with so many files of so many bytes.</summary>
    public Task<SnapshotInfo> CommitAsync(int files, int bytes, string reason = "manual", DateTimeOffset? at = null, int seed = 1) =>
        CommitAsync([("", files, bytes)], reason, at, seed);

    /// <summary>The same of several folders of one mount; a name ends with a slash.</summary>
    public async Task<SnapshotInfo> CommitAsync(
        IReadOnlyList<(string Folder, int Files, int Bytes)> folders, string reason = "manual", DateTimeOffset? at = null, int seed = 1,
        IReadOnlyList<string>? ignored = null)
    {
        var id = (++_next).ToString("x16", CultureInfo.InvariantCulture);
        var document = new ServerDocument
        {
            Schema = 1,
            Writer = "test",
            Server = new DocumentServer(Server.Value, "Survival", null, null, ["game"]) { Ignored = ignored },
            CreatedBy = "terminal:test",
            Grade = ConsistencyGrade.Frozen,
            Containers = [],
            Mounts = [new DocumentMount { Folder = "mounts/01-data", Kind = "volume", Source = "/v/_data", Volume = "v", Uses = [new DocumentUse("game", "/data", false)] }],
        };
        var random = new Random(seed);
        await using (var session = await Data.Get<RepositoryAccess>().WriteAsync(Cancel))
        {
            await using var archive = new ArchiveSession(session.Repository, await session.IndexAsync(Cancel), AccountNames.Read());
            var time = UnixTime.From(DateTimeOffset.UnixEpoch);
            var items = folders.SelectMany(folder => Enumerable.Range(0, folder.Files).Select(i =>
            {
                var content = new byte[folder.Bytes];
                random.NextBytes(content);
                return new ArchiveItem.Content(System.Text.Encoding.UTF8.GetBytes($"mounts/01-data/{folder.Folder}{i}"), content, time);
            }));
            var pass = await archive.PassAsync([.. items], new PassOptions(), Cancel);
            var tags = new SnapshotTags { Id = new SnapshotId(id), Name = $"snap {_next}", Reason = reason };
            var draft = new SnapshotFile
            {
                Time = at ?? Clock.GetUtcNow(),
                Tree = "",
                Paths = ["/"],
                Hostname = Server.Value,
                Tags = tags.Write(),
                Summary = new SnapshotSummary { TotalBytes = pass.Stats.TotalBytes, TotalFiles = pass.Stats.TotalFiles, DataAddedPacked = pass.Stats.DataAddedPacked },
            };
            await archive.CommitAsync(draft, [new ArchiveItem.Content("server.json"u8.ToArray(), SnapshotLayout.Write(document), time)], Cancel);
        }

        return await Data.FindAsync(id);
    }

    public IEnumerable<string> Packs() => Directory.EnumerateFiles(Path.Combine(Data.Root, "sb-data", "repository", "data"), "*", SearchOption.AllDirectories);

    /// <summary>Flips a byte in the middle of a pack.</summary>
    public static async Task DamageAsync(string pack)
    {
        var bytes = await File.ReadAllBytesAsync(pack, Cancel);
        bytes[bytes.Length / 2] ^= 0xFF;
        File.SetAttributes(pack, FileAttributes.Normal);
        await File.WriteAllBytesAsync(pack, bytes, Cancel);
    }

    public async Task<IReadOnlyList<SnapshotInfo>> ListAsync() =>
        (await Data.Get<SnapshotReads>().ListAsync(new SnapshotFilter { Limit = 1000 }, Cancel)).Snapshots;

    public ValueTask DisposeAsync() => Data.DisposeAsync();
}

/// <summary>The machine's own clock, moved: timers run as they do, only the date is another.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    public TimeSpan Shift { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Shift;
}

internal sealed class FakeDisk : DiskProbe
{
    public (long Total, long Free)? Space { get; set; }

    public override (long Total, long Free)? Look(string path) => Space ?? base.Look(path);
}

internal sealed class FakeSchedules : IScheduleFacts
{
    public List<ScheduleFact> All { get; } = [];

    public IReadOnlyList<ScheduleFact> Of(ServerId server) => All;
}
