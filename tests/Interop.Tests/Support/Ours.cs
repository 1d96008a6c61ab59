using System.Net;
using System.Text;
using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Checking;
using SnapshotBot.Storage.Comparing;
using SnapshotBot.Storage.Crypto;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Forgetting;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Indexing;
using SnapshotBot.Storage.Locking;
using SnapshotBot.Storage.Packing;
using SnapshotBot.Storage.Pruning;
using SnapshotBot.Storage.Repositories;
using SnapshotBot.Storage.Restoring;
using Xunit;

namespace SnapshotBot.Interop.Tests.Support;

/// <summary>Our storage at work on one repository, without a terminal between.</summary>
public sealed class Ours(string repository, string password)
{
    /// <summary>The key and config of the first opening: deriving the key from the password takes a while, each time.</summary>
    private OpenRepository? _first;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async Task InitAsync()
    {
        await using var made = await new RepositoryOpener(TimeProvider.System).CreateAsync(Backend(), password, Token);
    }

    public async Task<OpenRepository> OpenAsync()
    {
        _first ??= await new RepositoryOpener(TimeProvider.System).OpenAsync(Backend(), password, Token);
        return new OpenRepository(
            Backend(), MasterKey.FromParts(_first.Key.Encrypt, _first.Key.MacK, _first.Key.MacR), _first.Config);
    }

    /// <summary>Keeps a folder as <c>/name</c> of the snapshot.</summary>
    public async Task<StoredSnapshot> ArchiveAsync(string folder, string name, params string[] tags)
    {
        await using var open = await OpenAsync();
        await using var held = await LockAsync(open, LockMode.Shared);
        var loaded = await IndexLoader.LoadAsync(open, Token);
        var parent = (await new SnapshotFiles(open).LoadAllAsync(Token)).LastOrDefault(each => each.File.Paths.SequenceEqual([folder]));
        using var root = DirectoryHandle.OpenRoot(folder);
        await using var session = new ArchiveSession(open, loaded.Index, AccountNames.Read());
        var pass = await session.PassAsync(
            [new ArchiveItem.Folder(Encoding.UTF8.GetBytes(name), root)], new PassOptions { Parent = parent?.File.TreeId }, Token);
        Assert.Empty(pass.Warnings);
        var draft = new SnapshotFile
        {
            Time = TimeProvider.System.GetUtcNow(),
            Tree = "",
            Paths = [folder],
            Hostname = Dns.GetHostName(),
            Tags = tags,
            Parent = parent?.Id.ToString(),
        };
        return (await session.CommitAsync(draft, [], Token)).Snapshot;
    }

    public async Task<IReadOnlyList<StoredSnapshot>> SnapshotsAsync()
    {
        await using var open = await OpenAsync();
        return await new SnapshotFiles(open).LoadAllAsync(Token);
    }

    /// <summary>Restores a folder of a snapshot, by its path in it without a slash in front.</summary>
    public async Task<RestoreOutcome> RestoreAsync(string snapshot, string path, string target)
    {
        await using var open = await OpenAsync();
        await using var held = await LockAsync(open, LockMode.Shared);
        var blobs = new BlobReader(open, (await IndexLoader.LoadAsync(open, Token)).Index);
        var trees = new TreeLoader(blobs);
        var tree = await FindAsync(open, trees, snapshot, path);
        Directory.CreateDirectory(target);
        using var root = DirectoryHandle.OpenRoot(target);
        return await new TreeRestorer(blobs, trees).RestoreAsync(
            tree, root, new RestoreOptions { ExtraEntries = ExtraEntries.Remove }, new RestoreProgress(), Token);
    }

    /// <summary>All paths of a snapshot with their types in restic's words, from a folder on.</summary>
    public async Task<SortedSet<string>> ListAsync(string snapshot)
    {
        await using var open = await OpenAsync();
        var trees = new TreeLoader(new BlobReader(open, (await IndexLoader.LoadAsync(open, Token)).Index));
        var found = new SortedSet<string>(StringComparer.Ordinal);
        await ListAsync(trees, await FindAsync(open, trees, snapshot, ""), "", found);
        return found;
    }

    /// <summary>What differs between two snapshots, as signs and paths in restic's manner; changed metadata alone left out.</summary>
    public async Task<SortedSet<string>> DiffAsync(string first, string second)
    {
        await using var open = await OpenAsync();
        var trees = new TreeLoader(new BlobReader(open, (await IndexLoader.LoadAsync(open, Token)).Index));
        using var before = new SnapshotTreeSource(trees, await FindAsync(open, trees, first, ""));
        using var after = new SnapshotTreeSource(trees, await FindAsync(open, trees, second, ""));
        var found = new SortedSet<string>(StringComparer.Ordinal);
        var options = new TreeComparisonOptions { Considered = ChangeAspects.Type | ChangeAspects.Content };
        await foreach (var change in TreeComparer.CompareAsync(before, after, options, Token))
        {
            var sign = change.IsAdded ? '+' : change.IsRemoved ? '-' : change.Aspects.HasFlag(ChangeAspects.Type) ? 'T' : 'M';
            found.Add($"{sign} /{Encoding.UTF8.GetString(change.ToPath()).TrimStart('/')}");
        }

        return found;
    }

    public async Task<CheckReport> CheckAsync(CheckDepth depth)
    {
        await using var open = await OpenAsync();
        await using var held = await LockAsync(open, LockMode.Shared);
        return await new RepositoryChecker(open, null).RunAsync(depth, Token);
    }

    /// <summary>A check to the last byte that must find nothing broken.</summary>
    public async Task ShouldBeSoundAsync()
    {
        var report = await CheckAsync(CheckDepth.Data);
        Assert.True(report.IsSound, string.Join('\n', report.Findings.Select(finding => finding.Message)));
    }

    public async Task ForgetAsync(RetentionPolicy policy)
    {
        await using var open = await OpenAsync();
        await using var held = await LockAsync(open, LockMode.Exclusive);
        var snapshots = await new SnapshotFiles(open).LoadAllAsync(Token);
        var plan = Assert.IsType<RetentionPlan.Decided>(RetentionPlanner.Plan(
            [.. snapshots.Select(RetentionSnapshot.From)], policy, SnapshotGrouping.None, TimeProvider.System.GetUtcNow()));
        Assert.IsType<ForgetOutcome.Forgotten>(
            await SnapshotForgetter.ForgetAsync(open, held, [.. plan.Forgotten.Select(snapshot => snapshot.Id)], Token));
    }

    public async Task<PruneFigures> PruneAsync()
    {
        await using var open = await OpenAsync();
        await using var held = await LockAsync(open, LockMode.Exclusive);
        var pruner = new RepositoryPruner(open, held, new PruneOptions(), TimeProvider.System, null);
        var made = await pruner.PlanAsync(Token);
        Assert.True(made is PrunePlan.Ready, made.ToString() + string.Join('\n', (made as PrunePlan.Damaged)?.Reasons ?? []));
        var plan = (PrunePlan.Ready)made;
        await pruner.ExecuteAsync(plan, Token);
        return plan.Figures;
    }

    public static Task<RepositoryLock> LockAsync(OpenRepository open, LockMode mode) =>
        RepositoryLocking.AcquireAsync(open, mode, new LockOptions(), TimeProvider.System, Token);

    private IBackend Backend() => BackendFactory.Open(new RepositoryLocation.Local(repository), TimeProvider.System);

    private static async Task<TreeId> FindAsync(OpenRepository open, TreeLoader trees, string snapshot, string path)
    {
        var tree = (await new SnapshotFiles(open).LoadAsync(new SnapshotFileId(ObjectId.Parse(snapshot)), Token)).TreeId;
        return path.Length == 0
            ? tree
            : (await trees.FindAsync(tree, Encoding.UTF8.GetBytes(path), Token))?.Subtree ?? throw new InvalidOperationException($"No folder {path}.");
    }

    private static async Task ListAsync(TreeLoader trees, TreeId id, string path, SortedSet<string> found)
    {
        foreach (var node in (await trees.LoadAsync(id, Token)).Nodes)
        {
            var below = $"{path}/{Encoding.UTF8.GetString(node.Name)}";
            var type = node.Type switch { NodeType.Directory => "dir", NodeType.CharDevice => "chardev", NodeType.BlockDevice => "dev", _ => node.Type.ToString().ToLowerInvariant() };
            found.Add($"{type} {below}");
            if (node.Subtree is { } subtree)
            {
                await ListAsync(trees, subtree, below, found);
            }
        }
    }
}
