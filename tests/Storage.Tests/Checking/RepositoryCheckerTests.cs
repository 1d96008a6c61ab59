using System.Text;
using Shouldly;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Checking;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Repositories;
using SnapshotBot.Testing.Repositories;
using Xunit;

namespace SnapshotBot.Storage.Tests.Checking;

public sealed class RepositoryCheckerTests
{
    private static readonly DateTimeOffset Time = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_Sound_FindsNothingAndReadsEveryByte()
    {
        await using var repository = await FilledAsync();

        var report = await CheckAsync(repository, CheckDepth.Data);

        report.Findings.ShouldBeEmpty();
        report.IsSound.ShouldBeTrue();
        report.BytesRead.ShouldBe(repository.Backend.Files.Where(file => file.Key.Kind == FileKind.Pack).Sum(file => (long)file.Value.Length));
        report.Snapshots.ShouldBe(2);
    }

    [Theory]
    [InlineData(FileKind.Pack)]
    [InlineData(FileKind.Index)]
    [InlineData(FileKind.Snapshot)]
    [InlineData(FileKind.Key)]
    public async Task Run_OneByteFlippedAnywhere_NamesTheFile(FileKind kind)
    {
        await using var original = await FilledAsync();
        if (kind == FileKind.Key)
        {
            // With one key alone nothing could be opened.
            await new RepositoryOpener(TimeProvider.System).AddKeyAsync(original.Open, "another", Token);
        }

        var random = new Random(7);
        foreach (var file in original.Backend.OfKind(kind).OrderBy(file => file.Id).Skip(kind == FileKind.Key ? 1 : 0))
        {
            for (var round = 0; round < 6; round++)
            {
                var backend = original.Backend.Copy();
                var length = backend.Files[file].Length;
                // First and last bytes are the header's and its length's.
                backend.Flip(file, round switch { 0 => 0, 1 => length - 1, _ => random.Next(length) });
                await using var damaged = original.On(backend);
                var report = await CheckAsync(damaged, CheckDepth.Data);

                report.IsSound.ShouldBeFalse();
                report.Findings.Where(finding => finding.IsDamage && finding.File is not null).Select(finding => finding.File).Distinct().ShouldBe([file]);
            }
        }
    }

    [Fact]
    public async Task Run_AnyPackDamaged_HurtIsExactlyWhatCannotBeRead()
    {
        await using var original = await FilledAsync();
        var random = new Random(8);
        for (var round = 0; round < 25; round++)
        {
            var backend = original.Backend.Copy();
            var packs = backend.OfKind(FileKind.Pack).OrderBy(file => file.Id).ToList();
            var file = packs[random.Next(packs.Count)];
            switch (round % 3)
            {
                case 0: backend.Flip(file, random.Next(backend.Files[file].Length)); break;
                case 1: backend.Cut(file, random.Next(backend.Files[file].Length)); break;
                default: backend.Lose(file); break;
            }

            await using var damaged = original.On(backend);
            var report = await CheckAsync(damaged, CheckDepth.Data);

            report.IsSound.ShouldBeFalse();
            foreach (var snapshot in await new SnapshotFiles(damaged.Open).LoadAllAsync(Token))
            {
                var read = await damaged.ReadAsync(snapshot, Token);
                var hurt = report.Hurt.SingleOrDefault(each => each.Snapshot == snapshot.Id);
                var told = (hurt?.Paths ?? []).Select(path => Encoding.UTF8.GetString(path.Span));
                told.ShouldBe(read.Where(each => each.Value is null).Select(each => each.Key), ignoreOrder: true);
            }
        }
    }

    [Fact]
    public async Task Run_PackMissing_StructureCheckFindsItToo()
    {
        await using var repository = await FilledAsync();
        var lost = repository.Backend.OfKind(FileKind.Pack).First();
        repository.Backend.Lose(lost);

        var report = await CheckAsync(repository, CheckDepth.Structure);

        report.Findings.OfType<CheckFinding.MissingPack>().Single().Pack.Value.ShouldBe(lost.Id);
        report.Hurt.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Run_IndexMissing_NamesWhatIsLost()
    {
        await using var repository = await FilledAsync();
        foreach (var index in repository.Backend.OfKind(FileKind.Index).ToList())
        {
            repository.Backend.Lose(index);
        }

        var report = await CheckAsync(repository, CheckDepth.Structure);

        report.Findings.OfType<CheckFinding.LostBlob>().ShouldNotBeEmpty();
        var packs = repository.Backend.OfKind(FileKind.Pack).Select(pack => new PackId(pack.Id));
        report.Findings.OfType<CheckFinding.LostIndex>().ShouldHaveSingleItem().Packs.ShouldBe(packs, ignoreOrder: true);
        report.Findings.OfType<CheckFinding.UnlistedPack>().ShouldBeEmpty();
        report.Hurt.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Run_PackInNoIndex_IsUntidyButSound()
    {
        await using var repository = await FilledAsync();
        var stray = new RepositoryFile(FileKind.Pack, ObjectId.Random());
        repository.Backend.Put(stray, new byte[100]);

        var report = await CheckAsync(repository, CheckDepth.Data);

        report.IsSound.ShouldBeTrue();
        report.Findings.Single().File.ShouldBe(stray);
    }

    private static async Task<MemoryRepository> FilledAsync()
    {
        var repository = await MemoryRepository.CreateAsync(Token);
        await repository.ArchiveAsync(World(1), Time, [], null, Token);
        await repository.ArchiveAsync(World(2), Time.AddDays(1), [], null, Token);
        return repository;
    }

    /// <summary>Some files are the same for every seed, so that snapshots share blobs and trees.</summary>
    private static Dictionary<string, byte[]> World(int seed)
    {
        var files = new Dictionary<string, byte[]>();
        Fill("shared", new Random(0), 8);
        Fill($"own/{seed}", new Random(seed), 8);
        return files;

        void Fill(string folder, Random random, int count)
        {
            for (var i = 0; i < count; i++)
            {
                var content = new byte[random.Next(1, 30_000)];
                random.NextBytes(content);
                files[$"{folder}/{i % 2}/{i}"] = content;
            }
        }
    }

    private static Task<CheckReport> CheckAsync(MemoryRepository repository, CheckDepth depth) =>
        new RepositoryChecker(repository.Open, null).RunAsync(depth, Token);
}
