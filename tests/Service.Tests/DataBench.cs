using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using Xunit;

namespace SnapshotBot.Service.Tests;

/// <summary>The service over a data folder and a repository of its own, with no engine behind it.</summary>
internal sealed class DataBench : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly bool _isOwn;

    /// <param name="add">More services, or others.</param>
    /// <param name="root">A folder of somebody else's; without, one that goes with this bench.</param>
    public DataBench(Action<IServiceCollection>? add = null, string? root = null)
    {
        _isOwn = root is null;
        Root = root ?? TestFolder.Make();
        _services = Build(Root, add);
    }

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public string Root { get; }

    public OperationClient Operations => Get<OperationClient>();

    public static ServiceProvider Build(string root, Action<IServiceCollection>? add)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSnapshotService(new ServiceOptions
        {
            DataFolder = Path.Combine(root, "sb-data"),
            Environment = name => name == "DOCKER_HOST" ? "unix:///nowhere/docker.sock" : null,
        });
        add?.Invoke(services);
        return services.BuildServiceProvider();
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public async Task<TOutcome> RunAsync<TOutcome>(OperationRequest<TOutcome> request)
        where TOutcome : class =>
        (await Operations.RunAsync(request, new Requester("terminal:test"), null, Cancel)).ShouldBeOfType<OperationResult<TOutcome>.Ended>().Outcome;

    public async Task<SnapshotInfo> FindAsync(string text) =>
        (await Get<SnapshotReads>().FindAsync(text, Cancel)).ShouldBeOfType<SnapshotFound.One>().Snapshot;

    /// <summary>Commits a snapshot of a world of one file, as capturing would.</summary>
    public async Task<SnapshotInfo> CommitAsync(string id, string name, ServerId? server = null, string content = "world", string serverName = "Survival", string path = "level.dat")
    {
        var document = new ServerDocument
        {
            Schema = 1,
            Writer = "test",
            Server = new DocumentServer((server ?? Server).Value, serverName, null, null, ["game"]),
            CreatedBy = "terminal:test",
            Grade = ConsistencyGrade.Frozen,
            FreezeMs = 12.5,
            Containers = [new DocumentContainer { Name = "game", State = "running", Definition = DocumentWriter.Element("{}"u8.ToArray()) }],
            Mounts = [new DocumentMount { Folder = "mounts/01-data", Kind = "volume", Source = "/v/_data", Volume = "v", Uses = [new DocumentUse("game", "/data", false)] }],
        };
        await using (var session = await Get<RepositoryAccess>().WriteAsync(Cancel))
        {
            await using var archive = new ArchiveSession(session.Repository, await session.IndexAsync(Cancel), AccountNames.Read());
            var time = UnixTime.From(DateTimeOffset.UnixEpoch);
            ArchiveItem[] items = [new ArchiveItem.Content(System.Text.Encoding.UTF8.GetBytes($"mounts/01-data/{path}"), System.Text.Encoding.UTF8.GetBytes(content), time)];
            await archive.PassAsync(items, new PassOptions(), Cancel);
            var tags = new SnapshotTags { Id = new SnapshotId(id), Name = name, Reason = "manual" };
            var draft = new SnapshotFile
            {
                Time = DateTimeOffset.UtcNow,
                Tree = "",
                Paths = ["/"],
                Hostname = (server ?? Server).Value,
                Tags = tags.Write(),
            };
            await archive.CommitAsync(draft, [new ArchiveItem.Content("server.json"u8.ToArray(), SnapshotLayout.Write(document), time)], Cancel);
        }

        return await FindAsync(id);
    }

    public ServerId Server { get; } = new("s-0123456789ab");

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        if (_isOwn)
            TestFolder.Remove(Root);
    }
}
