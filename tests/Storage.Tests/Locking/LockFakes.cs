using System.Collections.Concurrent;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Locking;

namespace SnapshotBot.Storage.Tests.Locking;

internal sealed class FakeProcesses : IProcessTable
{
    public HashSet<int> Alive { get; } = [];

    public bool MayBeAlive(int processId, DateTimeOffset wroteAt) => Alive.Contains(processId);
}

internal sealed class FakeLockFiles : ILockFiles
{
    private readonly ConcurrentDictionary<ObjectId, LockFile?> _content = new();

    public TimeSpan Settles { get; set; }

    public Action? AfterSave { get; set; }

    public Action? Changed { get; set; }

    public Exception? Failure { get; set; }

    public bool Hang { get; set; }

    public IReadOnlyDictionary<ObjectId, LockFile> Content =>
        _content.Where(pair => pair.Value is not null).ToDictionary(pair => pair.Key, pair => pair.Value!);

    public void Put(LockFile file) => _content[ObjectId.Random()] = file;

    public void PutUnreadable() => _content[ObjectId.Random()] = null;

    public async Task<IReadOnlyList<ObjectId>> ListAsync(CancellationToken cancellationToken)
    {
        await CheckAsync(cancellationToken);
        return [.. _content.Keys];
    }

    public async Task<LockFile?> LoadAsync(ObjectId id, CancellationToken cancellationToken)
    {
        await CheckAsync(cancellationToken);
        return _content.TryGetValue(id, out var file) ? file ?? throw new RepositoryDamagedException("unreadable") : null;
    }

    public async Task<ObjectId> SaveAsync(LockFile content, CancellationToken cancellationToken)
    {
        await CheckAsync(cancellationToken);
        var id = ObjectId.Random();
        _content[id] = content;
        Changed?.Invoke();
        AfterSave?.Invoke();
        return id;
    }

    public async Task<bool> ExistsAsync(ObjectId id, CancellationToken cancellationToken)
    {
        await CheckAsync(cancellationToken);
        return _content.ContainsKey(id);
    }

    public async Task DeleteAsync(ObjectId id, CancellationToken cancellationToken)
    {
        await CheckAsync(cancellationToken);
        _content.TryRemove(id, out _);
        Changed?.Invoke();
    }

    private Task CheckAsync(CancellationToken cancellationToken)
    {
        if (Failure is not null)
        {
            throw Failure;
        }

        return Hang ? Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken) : Task.CompletedTask;
    }
}
