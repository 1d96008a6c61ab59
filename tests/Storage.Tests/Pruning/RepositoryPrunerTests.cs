using Microsoft.Extensions.Time.Testing;
using Shouldly;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Checking;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Indexing;
using SnapshotBot.Storage.Locking;
using SnapshotBot.Storage.Pruning;
using SnapshotBot.Storage.Repositories;
using SnapshotBot.Testing.Backends;
using SnapshotBot.Testing.Repositories;
using Xunit;

namespace SnapshotBot.Storage.Tests.Pruning;

public sealed class RepositoryPrunerTests
{
    private static readonly DateTimeOffset Time = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Plan_EverythingNeeded_HasNothingToDo()
    {
        await using var repository = await MemoryRepository.CreateAsync(Token);
        await repository.ArchiveAsync(World(1, 10), Time, [], null, Token);

        (await PlanAsync(repository)).ShouldBeOfType<PrunePlan.Ready>().IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public async Task Plan_NoSnapshots_IsRefused()
    {
        await using var repository = await MemoryRepository.CreateAsync(Token);
        var snapshot = await repository.ArchiveAsync(World(1, 3), Time, [], null, Token);
        await new SnapshotFiles(repository.Open).DeleteAsync(snapshot.Id, Token);

        (await PlanAsync(repository)).ShouldBeOfType<PrunePlan.NoSnapshots>();
    }

    [Fact]
    public async Task Execute_AfterForgetting_GivesTheRoomBackAndKeepsTheRest()
    {
        await using var repository = await MemoryRepository.CreateAsync(Token);
        var (kept, files) = await HalfUsedAsync(repository);
        var before = PackBytes(repository);

        var plan = await PruneAsync(repository);

        plan.Figures.BytesFreed.ShouldBeGreaterThan(0);
        PackBytes(repository).ShouldBeLessThan(before * 6 / 10);
        await ShouldBeWholeAsync(repository, kept, files);
        (await PlanAsync(repository)).ShouldBeOfType<PrunePlan.Ready>().IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public async Task Execute_KilledBeforeAnyChange_LosesNothingAndTheNextRunFinishes()
    {
        await using var original = await MemoryRepository.CreateAsync(Token);
        var (kept, files) = await HalfUsedAsync(original);
        var moments = 0;
        for (var survive = 0; ; survive++)
        {
            await using var repository = original.Copy();
            var killed = await PruneUntilKilledAsync(repository, survive);

            // Whatever was done so far: everything is there, and the next run ends where an undisturbed one does.
            await using var later = repository.Copy();
            await ShouldBeWholeAsync(later, kept, files);
            await PruneAsync(later);
            await ShouldBeWholeAsync(later, kept, files);
            PackBytes(later).ShouldBeLessThan(PackBytes(original) * 6 / 10);
            if (!killed)
            {
                break;
            }

            moments++;
        }

        moments.ShouldBeGreaterThan(5);
    }

    [Fact]
    public async Task Execute_DiskNearlyFull_MakesRoomBeforeItTakesAny()
    {
        await using var repository = await MemoryRepository.CreateAsync(Token);
        var (kept, files) = await HalfUsedAsync(repository);
        var others = repository.Backend.OfKind(FileKind.Pack).ToHashSet();
        var gone = await repository.ArchiveAsync(World(7, 20), Time, [], null, Token);
        await new SnapshotFiles(repository.Open).DeleteAsync(gone.Id, Token);
        var unused = repository.Backend.OfKind(FileKind.Pack).Where(pack => !others.Contains(pack)).ToList();
        var left = -1;
        repository.Backend.BeforeAsync = (call, _) =>
        {
            if (call.Operation == BackendOperation.Save && call.File.Kind == FileKind.Pack && left < 0)
            {
                left = repository.Backend.OfKind(FileKind.Pack).Intersect(unused).Count();
            }

            return Task.CompletedTask;
        };

        (await PruneAsync(repository)).Figures.PacksRewritten.ShouldBeGreaterThan(0);

        unused.ShouldNotBeEmpty();
        left.ShouldBe(0);
        await ShouldBeWholeAsync(repository, kept, files);
    }

    [Fact]
    public async Task Execute_StoppedWhileItRewrites_LeavesTheDiskNoFuller()
    {
        await using var repository = await MemoryRepository.CreateAsync(Token);
        var (kept, files) = await HalfUsedAsync(repository);
        var before = PackBytes(repository);
        var written = 0;
        repository.Backend.BeforeAsync = (call, _) =>
            call.Operation == BackendOperation.Save && call.File.Kind == FileKind.Pack && Interlocked.Increment(ref written) == 2
                ? throw new BackendException(BackendFailure.Broken, call.File, "stopped")
                : Task.CompletedTask;

        await Should.ThrowAsync<BackendException>(PruneAsync(repository));

        written.ShouldBe(2);
        PackBytes(repository).ShouldBe(before);
        await ShouldBeWholeAsync(repository, kept, files);
    }

    [Fact]
    public async Task Execute_EveryBlobTwice_KeepsOneOfEach()
    {
        await using var repository = await MemoryRepository.CreateAsync(Token);
        var files = World(1, 20);
        var first = await repository.ArchiveAsync(files, Time, [], null, Token);
        var before = PackBytes(repository);
        await repository.ArchiveAsync(files, Time.AddDays(1), [], new BlobIndex(), Token);
        PackBytes(repository).ShouldBeGreaterThan(before * 19 / 10);

        await PruneAsync(repository);

        PackBytes(repository).ShouldBeLessThan(before * 11 / 10);
        await ShouldBeWholeAsync(repository, first, files);
    }

    [Fact]
    public async Task Execute_SecondCopyInADamagedPack_KeepsTheWholeOne()
    {
        await using var repository = await MemoryRepository.CreateAsync(Token);
        var files = World(1, 20);
        await repository.ArchiveAsync(files, Time, [], null, Token);
        var lost = repository.Backend.OfKind(FileKind.Pack).ToList();
        var snapshot = await repository.ArchiveAsync(files, Time.AddDays(1), [], new BlobIndex(), Token);
        foreach (var pack in lost)
        {
            repository.Backend.Cut(pack, 100);
        }

        // Trees of the first copy can't be read, so a plan can't be made: that is a refusal, not a loss.
        var plan = await PlanAsync(repository);
        if (plan is PrunePlan.Ready ready)
        {
            await using var held = await LockAsync(repository);
            await Pruner(repository, held).ExecuteAsync(ready, Token);
            await ShouldBeWholeAsync(repository, snapshot, files);
        }
        else
        {
            plan.ShouldBeOfType<PrunePlan.Damaged>();
            repository.Backend.OfKind(FileKind.Pack).Count().ShouldBe(lost.Count * 2);
        }
    }

    [Fact]
    public async Task Plan_NeededPackMissing_IsRefusedAndNamesIt()
    {
        await using var repository = await MemoryRepository.CreateAsync(Token);
        await repository.ArchiveAsync(World(1, 10), Time, [], null, Token);
        var index = (await IndexLoader.LoadAsync(repository.Open, Token)).Index;
        var data = index.Handles().Select(index.BlobAt).First(blob => blob.Location.Kind == BlobKind.Data).Location.Pack;
        repository.Backend.Lose(new RepositoryFile(FileKind.Pack, data.Value));

        (await PlanAsync(repository)).ShouldBeOfType<PrunePlan.Damaged>().Reasons.ShouldContain($"Pack {data} is missing.");
    }

    [Fact]
    public async Task Plan_IndexDamagedOrLost_IsRefused()
    {
        await using var repository = await MemoryRepository.CreateAsync(Token);
        await repository.ArchiveAsync(World(1, 10), Time, [], null, Token);
        var index = repository.Backend.OfKind(FileKind.Index).Single();

        repository.Backend.Flip(index, 50);
        (await PlanAsync(repository)).ShouldBeOfType<PrunePlan.Damaged>();

        repository.Backend.Lose(index);
        (await PlanAsync(repository)).ShouldBeOfType<PrunePlan.Damaged>();
    }

    [Fact]
    public async Task Plan_SnapshotFileDamaged_IsRefused()
    {
        await using var repository = await MemoryRepository.CreateAsync(Token);
        await repository.ArchiveAsync(World(1, 2), Time, [], null, Token);
        var second = await repository.ArchiveAsync(World(2, 2), Time, [], null, Token);
        repository.Backend.Flip(new RepositoryFile(FileKind.Snapshot, second.Id.Value), 40);

        (await PlanAsync(repository)).ShouldBeOfType<PrunePlan.Damaged>();
    }

    [Theory]
    [InlineData(23, 1)]
    [InlineData(25, 0)]
    public async Task Execute_PackInNoIndex_StaysForADay(int hours, int expected)
    {
        await using var repository = await MemoryRepository.CreateAsync(Token);
        await repository.ArchiveAsync(World(1, 2), Time, [], null, Token);
        var stray = new RepositoryFile(FileKind.Pack, ObjectId.Random());
        repository.Backend.Put(stray, new byte[1000]);
        repository.Backend.WrittenAt[stray] = Time;
        _time.Advance(TimeSpan.FromHours(hours));

        await PruneAsync(repository);

        repository.Backend.Files.Keys.Count(file => file == stray).ShouldBe(expected);
    }

    [Fact]
    public async Task Execute_LockLost_StopsBeforeAnythingIsRemoved()
    {
        await using var repository = await MemoryRepository.CreateAsync(Token);
        await HalfUsedAsync(repository);
        var held = await LockAsync(repository);
        var pruner = Pruner(repository, held);
        var plan = (PrunePlan.Ready)await pruner.PlanAsync(Token);
        var packs = repository.Backend.OfKind(FileKind.Pack).ToList();
        await RepositoryLocking.UnlockAsync(repository.Open, UnlockScope.All, _time, Token);
        while (!held.Lost.IsCancellationRequested)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }

        await Should.ThrowAsync<RepositoryLockLostException>(pruner.ExecuteAsync(plan, Token));

        repository.Backend.OfKind(FileKind.Pack).Intersect(packs).Count().ShouldBe(packs.Count);
        await held.DisposeAsync();
    }

    [Fact]
    public async Task Construct_WithSharedLock_IsRefused()
    {
        await using var repository = await MemoryRepository.CreateAsync(Token);
        await using var held = await RepositoryLocking.AcquireAsync(repository.Open, LockMode.Shared, new LockOptions(), _time, Token);

        Should.Throw<ArgumentException>(() => Pruner(repository, held));
    }

    private static Dictionary<string, byte[]> World(int seed, int files)
    {
        var random = new Random(seed);
        return Enumerable.Range(0, files).ToDictionary(number => $"world/{number % 3}/file-{seed}-{number}", _ =>
        {
            var content = new byte[random.Next(20_000, 60_000)];
            random.NextBytes(content);
            return content;
        });
    }

    /// <summary>Two snapshots whose files and folders lie mixed in the same packs, the larger one of them forgotten.</summary>
    private static async Task<(StoredSnapshot Kept, Dictionary<string, byte[]> Files)> HalfUsedAsync(MemoryRepository repository)
    {
        var kept = World(1, 20);
        kept["same/tree"] = new byte[3000];
        var all = kept.Concat(World(2, 30)).ToDictionary();
        var large = await repository.ArchiveAsync(all, Time, [], null, Token);
        var small = await repository.ArchiveAsync(kept, Time, [], null, Token);
        await new SnapshotFiles(repository.Open).DeleteAsync(large.Id, Token);
        return (small, kept);
    }

    private static long PackBytes(MemoryRepository repository) =>
        repository.Backend.Files.Where(file => file.Key.Kind == FileKind.Pack).Sum(file => (long)file.Value.Length);

    private static async Task ShouldBeWholeAsync(MemoryRepository repository, StoredSnapshot snapshot, Dictionary<string, byte[]> files)
    {
        var report = await new RepositoryChecker(repository.Open, null).RunAsync(CheckDepth.Data, Token);
        report.Findings.Where(finding => finding.IsDamage).ShouldBeEmpty();
        var read = await repository.ReadAsync(snapshot, Token);
        read.Count.ShouldBe(files.Count);
        foreach (var (path, content) in files)
        {
            read["/" + path].ShouldNotBeNull().AsSpan().SequenceEqual(content).ShouldBeTrue(path);
        }
    }

    private Task<RepositoryLock> LockAsync(MemoryRepository repository) =>
        RepositoryLocking.AcquireAsync(repository.Open, LockMode.Exclusive, new LockOptions(), _time, Token);

    private RepositoryPruner Pruner(MemoryRepository repository, RepositoryLock held) => new(repository.Open, held, new PruneOptions(), _time, null);

    private async Task<PrunePlan> PlanAsync(MemoryRepository repository)
    {
        await using var held = await LockAsync(repository);
        return await Pruner(repository, held).PlanAsync(Token);
    }

    private async Task<PrunePlan.Ready> PruneAsync(MemoryRepository repository)
    {
        await using var held = await LockAsync(repository);
        var pruner = Pruner(repository, held);
        var plan = (await pruner.PlanAsync(Token)).ShouldBeOfType<PrunePlan.Ready>();
        await pruner.ExecuteAsync(plan, Token);
        return plan;
    }

    /// <summary>Lets so many changes through, then nothing more, as a kill would. False when the prune came to its end before.</summary>
    private async Task<bool> PruneUntilKilledAsync(MemoryRepository repository, int survive)
    {
        var changes = 0;
        repository.Backend.BeforeAsync = (call, _) =>
            call.File.Kind != FileKind.Lock
            && call.Operation is BackendOperation.Save or BackendOperation.Delete
            && Interlocked.Increment(ref changes) > survive
                ? throw new BackendException(BackendFailure.Broken, call.File, "killed")
                : Task.CompletedTask;
        try
        {
            await PruneAsync(repository);
            return false;
        }
        catch (BackendException)
        {
            return true;
        }
    }
}
