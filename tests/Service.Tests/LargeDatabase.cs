using System.Text;
using SnapshotBot.Engine;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Games;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Testing.Engines;

namespace SnapshotBot.Service.Tests;

/// <summary>A running server with a database that one does not want to read in the freeze, and passes over it in which a test can change it.</summary>
internal sealed class LargeDatabase : IAsyncDisposable
{
    public const long Size = 200 << 20;

    private const string Name = "map.sqlite";

    /// <summary>The clock of files moves every ten milliseconds: after this what was written is older than the next flush, as far as anybody can tell.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMilliseconds(40);

    private readonly RepositorySession _session;
    private readonly ArchiveSession _archive;
    private readonly CapturePlan _plan;

    private LargeDatabase(ServiceBench bench, ContainerId game, InspectedServer server, RepositorySession session, ArchiveSession archive)
    {
        (Bench, Game, Server, _session, _archive) = (bench, game, server, session, archive);
        _plan = CapturePlan.Open(server, null, bench.Get<GameFinder>().Of(server), bench.Get<HostFiles>(), []);
    }

    public ServiceBench Bench { get; }

    public ContainerId Game { get; }

    public InspectedServer Server { get; }

    private string File => Path.Combine(Bench.Root, "conf", Name);

    public static async Task<LargeDatabase> OpenAsync()
    {
        var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        var server = await bench.AddServerAsync("Survival", game);
        await bench.SnapshotAsync(server.Id);
        using (var file = System.IO.File.Create(Path.Combine(bench.Root, "conf", Name)))
            file.SetLength(Size);
        await Task.Delay(Settled, ServiceBench.Cancel); // As said there: only time makes it old.
        var inspected = await bench.Get<Inspector>().InspectAsync(server.Id, null, ServiceBench.Cancel);
        var session = await bench.Get<RepositoryAccess>().WriteAsync(ServiceBench.Cancel);
        return new(bench, game, inspected, session, new(session.Repository, await session.IndexAsync(ServiceBench.Cancel), AccountNames.Read()));
    }

    /// <summary>Passes over the server; what looks at the database tells so, after it has its times and before it goes on.</summary>
    public LivePasses Passes(Action looked) => new(
        _archive,
        _plan,
        _plan.Items,
        new PassOptions
        {
            Excludes = (path, _) =>
            {
                if (path.Bytes.Span.EndsWith(Encoding.ASCII.GetBytes(Name)))
                    looked();
                return false;
            },
        },
        new CaptureRules(),
        TimeProvider.System);

    /// <summary>Changes it as a whole, for whoever goes by its times.</summary>
    public void Change() => System.IO.File.SetLastWriteTimeUtc(File, TimeProvider.System.GetUtcNow().UtcDateTime);

    /// <summary>Waits until the last change is old.</summary>
    public static void Settle() => Thread.Sleep(Settled); // No call to wait for: what looks is inside one.

    public async ValueTask DisposeAsync()
    {
        _plan.Dispose();
        await _archive.DisposeAsync();
        await _session.DisposeAsync();
        await Bench.DisposeAsync();
    }
}
