using Shouldly;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Restoring;
using SnapshotBot.Storage.Staging;
using SnapshotBot.Storage.Tests.FileSystem;
using SnapshotBot.Storage.Tests.Restoring;
using SnapshotBot.Testing.Backends;
using static SnapshotBot.Storage.Tests.FileSystem.ScratchFolder;

namespace SnapshotBot.Storage.Tests.Staging;

/// <summary>A repository, a live tree, what it was before, and the hands a test of staging and swapping needs.</summary>
internal sealed class SwapBench : IAsyncDisposable
{
    private const long NoReserve = 0;

    private readonly RestoreBench _archive = new();

    /// <summary>What the snapshot is of.</summary>
    public ScratchFolder Source => _archive.Source;

    public MemoryBackend Backend => _archive.Backend;

    /// <summary>The folder that holds the live tree, as <c>_data</c>, and what is staged beside it.</summary>
    public ScratchFolder Around { get; } = OnDisk();

    public DirectoryHandle Live { get; private set; } = null!;

    /// <summary>What the live tree was before.</summary>
    public ScratchFolder Before { get; } = OnDisk();

    public Stager Stager => new(_archive.Blobs, _archive.Trees);

    public async ValueTask InitializeAsync()
    {
        await _archive.InitializeAsync();
        Around.Root.CreateDirectory("_data"u8, 0x1ed);
        Live = Around.Root.OpenDirectory("_data"u8);
    }

    public async ValueTask DisposeAsync()
    {
        Live.Dispose();
        Around.Dispose();
        Before.Dispose();
        await _archive.DisposeAsync();
    }

    public static StageRequest Request(TreeId tree, StagingArea area) => new() { Tree = tree, Area = area, Reserve = NoReserve };

    public static Swapper Swapper(SwapManifest manifest) => new(manifest, path => DirectoryHandle.OpenRoot(path));

    public Task<TreeId> ArchiveAsync() => _archive.ArchiveAsync();

    public Task<TreeId> ArchiveAsync(DirectoryHandle folder) => _archive.ArchiveAsync(folder);

    public async Task<TreeId> MakeWorldsAsync()
    {
        SwapWorlds.MakeSnapshot(Source);
        var tree = await ArchiveAsync();
        SwapWorlds.MakeLive(Around.At("_data"), Live);
        await KeepBeforeAsync();
        return tree;
    }

    /// <summary>What the live tree is now, kept aside by the restorer, which is under test elsewhere.</summary>
    public async Task KeepBeforeAsync()
    {
        var copy = new RestoreBench();
        await copy.InitializeAsync();
        var tree = await copy.ArchiveAsync(Live);
        await new TreeRestorer(copy.Blobs, copy.Trees).RestoreAsync(tree, Before.Root, new(), new RestoreProgress(), CancellationToken.None);
        await copy.DisposeAsync();
    }

    public StagingArea OpenArea() => StagingArea.Open(Live, Bytes(Around.At("_data")), Around.Root, Bytes(Around.Path), "6566676800000001");

    public async Task<SwapTree> StageAsync(TreeId tree, StagingArea area)
    {
        var outcome = await Stager.StageAsync(Request(tree, area), new RestoreProgress(), CancellationToken.None);
        return outcome.ShouldBeOfType<StageOutcome.Staged>().Tree;
    }

    public SwapManifest Saved(SwapTree tree)
    {
        new SwapManifest([tree]).Save(Around.Root, "swap"u8);
        return SwapManifest.TryLoad(Around.Root, "swap"u8).ShouldNotBeNull();
    }

    public Swapper Loaded() => Swapper(SwapManifest.TryLoad(Around.Root, "swap"u8).ShouldNotBeNull());

    public ulong Inode(string name) => Live.TryStat(Bytes(name), out var status) ? status.Inode : 0;

    public Task AssertLiveIsAsync(DirectoryHandle expected) => RestoreBench.AssertSameAsync(expected, Live, "state of the live tree");
}
