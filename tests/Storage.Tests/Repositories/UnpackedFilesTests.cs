using Shouldly;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Crypto;
using SnapshotBot.Storage.Format;
using Xunit;

namespace SnapshotBot.Storage.Tests.Repositories;

public sealed class UnpackedFilesTests
{
    private static readonly byte[] Json = [.. "{\"a\":\""u8, .. Enumerable.Repeat((byte)'x', 5_000), .. "\"}"u8];

    [Fact]
    public async Task SaveAsync_Version2_IsAMarkAndAFrameAndReadsBack()
    {
        await using var made = new MadeRepository();
        var file = new RepositoryFile(FileKind.Snapshot, await made.Open.Files.SaveAsync(FileKind.Snapshot, Json, CancellationToken.None));
        var content = made.Backend.Files[file].ToArray();
        ObjectId.Hash(content).ShouldBe(file.Id);
        made.Key.TryOpen(content.AsSpan(), out var plain).ShouldBeTrue();
        plain[..5].ToArray().ShouldBe([2, 0x28, 0xB5, 0x2F, 0xFD]);
        plain.Length.ShouldBeLessThan(200);
        (await made.Open.Files.LoadAsync(file, CancellationToken.None)).ToArray().ShouldBe(Json);
    }

    [Theory]
    [InlineData(1, FileKind.Snapshot)]
    [InlineData(2, FileKind.Config)]
    public async Task SaveAsync_Version1OrConfig_IsPlainJson(int version, FileKind kind)
    {
        await using var made = new MadeRepository(version);
        var id = await made.Open.Files.SaveAsync(kind, Json, CancellationToken.None);
        var content = made.Backend.Files.Single().Value;
        content.Length.ShouldBe(Json.Length + MasterKey.Overhead);
        (await made.Open.Files.LoadAsync(made.Backend.Files.Single().Key, CancellationToken.None)).ToArray().ShouldBe(Json);
        id.ShouldBe(ObjectId.Hash(content));
    }

    [Fact]
    public async Task LoadAsync_AnyByteFlippedOrCut_IsDamagedAndNamesTheFile()
    {
        await using var made = new MadeRepository();
        var file = new RepositoryFile(FileKind.Index, await made.Open.Files.SaveAsync(FileKind.Index, Json, CancellationToken.None));
        var good = made.Backend.Files[file];
        for (var at = 0; at < good.Length; at++)
        {
            made.Backend.Put(file, good);
            made.Backend.Flip(file, at);
            await ThrowsAsync();
            made.Backend.Cut(file, at);
            await ThrowsAsync();
        }

        async Task ThrowsAsync() => (await Should.ThrowAsync<RepositoryDamagedException>(
            () => made.Open.Files.LoadAsync(file, CancellationToken.None))).File.ShouldBe(file);
    }

    [Theory]
    [InlineData(new byte[] { 3, 1, 2 })]
    [InlineData(new byte[] { 2, 0x28, 0xB5, 0x2F, 0xFD, 0 })]
    [InlineData(new byte[] { 2, 0x28, 0xB5, 0x2F, 0xFD, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 1, 0, 0 })]
    public async Task LoadAsync_SealedNonsense_IsDamaged(byte[] plain)
    {
        await using var made = new MadeRepository();
        var file = made.Put(FileKind.Snapshot, plain);
        (await Should.ThrowAsync<RepositoryDamagedException>(() => made.Open.Files.LoadAsync(file, CancellationToken.None))).File.ShouldBe(file);
    }
}
