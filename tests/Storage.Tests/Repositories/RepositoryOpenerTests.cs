using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Crypto;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Repositories;
using SnapshotBot.Testing.Backends;
using Xunit;

namespace SnapshotBot.Storage.Tests.Repositories;

public sealed class RepositoryOpenerTests
{
    private static readonly RepositoryOpener Opener = new(new FakeTimeProvider(DateTimeOffset.UnixEpoch));

    private static readonly Task<MemoryBackend> Made = CreateAsync("x");

    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task OpenAsync_SeveralKeys_EachPasswordOpensTheSameRepository()
    {
        var backend = await CreateAsync("one");
        await using (var first = await Opener.OpenAsync(backend, "one", None))
        {
            await Opener.AddKeyAsync(first, "zwei ü", None);
            var id = await first.Files.SaveAsync(FileKind.Snapshot, "{}"u8.ToArray(), None);
            await using var second = await Opener.OpenAsync(backend, "zwei ü", None);
            second.Config.ShouldBe(first.Config);
            (await second.Files.LoadAsync(new RepositoryFile(FileKind.Snapshot, id), None)).ToArray().ShouldBe("{}"u8.ToArray());
        }

        backend.OfKind(FileKind.Key).Count().ShouldBe(2);
        (await Should.ThrowAsync<WrongPasswordException>(() => Opener.OpenAsync(backend, "three", None))).InnerException.ShouldBeNull();
    }

    [Fact]
    public async Task CreateAsync_StoppedBeforeTheConfig_LeavesNoRepository()
    {
        var backend = new MemoryBackend();
        backend.FailCall(BackendOperation.Save, 2, BackendFailure.NoSpace);
        await Should.ThrowAsync<BackendException>(() => Opener.CreateAsync(backend, "x", None));
        backend.BeforeAsync = null;
        (await Should.ThrowAsync<BackendException>(() => Opener.OpenAsync(backend, "x", None))).Failure.ShouldBe(BackendFailure.NotFound);
    }

    [Fact]
    public async Task OpenAsync_OnlyKeyFlipped_IsDamageAndNotAWrongPassword()
    {
        var backend = await MakeAsync();
        var key = backend.OfKind(FileKind.Key).Single();
        var length = backend.Files[key].Length;
        for (var at = 0; at < length; at += 37)
        {
            var broken = backend.Copy();
            broken.Flip(key, at);
            var e = await Should.ThrowAsync<RepositoryDamagedException>(() => Opener.OpenAsync(broken, "x", None));
            e.File.ShouldBe(key);
        }
    }

    [Fact]
    public async Task OpenAsync_OneKeyDamagedAnotherFine_OpensOrSaysWhichIsDamaged()
    {
        var backend = await MakeAsync();
        var damaged = backend.OfKind(FileKind.Key).Single();
        await using (var repository = await Opener.OpenAsync(backend, "x", None))
        {
            await Opener.AddKeyAsync(repository, "y", None);
        }

        backend.Cut(damaged, 100);
        await using (await Opener.OpenAsync(backend, "y", None))
        {
            var e = await Should.ThrowAsync<WrongPasswordException>(() => Opener.OpenAsync(backend, "x", None));
            e.InnerException.ShouldBeOfType<RepositoryDamagedException>().File.ShouldBe(damaged);
        }
    }

    [Fact]
    public async Task OpenAsync_KeyRemovedByAnotherMeanwhile_UsesTheOthers()
    {
        var backend = await MakeAsync();
        var ghost = new RepositoryFile(FileKind.Key, new ObjectId(0, 0, 0, 1));
        backend.Put(ghost, [1]);
        backend.BeforeAsync = (call, _) => call is { Operation: BackendOperation.ReadAll, File.Kind: FileKind.Key } && call.File == ghost
            ? throw new BackendException(BackendFailure.NotFound, ghost, "gone")
            : Task.CompletedTask;
        await using var repository = await Opener.OpenAsync(backend, "x", None);
        repository.Config.Version.ShouldBe(2);
    }

    [Fact]
    public async Task OpenAsync_NoKeyAtAll_SaysThatKeysAreMissing()
    {
        var backend = await MakeAsync();
        backend.Lose(backend.OfKind(FileKind.Key).Single());
        (await Should.ThrowAsync<RepositoryDamagedException>(() => Opener.OpenAsync(backend, "x", None))).Message.ShouldContain("no key file");
    }

    [Theory]
    [InlineData("kdf", "\"argon2id\"")]
    [InlineData("N", "1073741824")]
    [InlineData("N", "32767")]
    [InlineData("N", "0")]
    [InlineData("N", "-8")]
    [InlineData("N", "99999999999")]
    [InlineData("r", "2147483647")]
    [InlineData("r", "0")]
    [InlineData("p", "2147483647")]
    [InlineData("p", "-1")]
    [InlineData("data", "null")]
    [InlineData("data", "\"###\"")]
    [InlineData("salt", "17")]
    public async Task OpenAsync_HostileKeyFile_IsDamageAtOnceAndDoesNotStopAnotherKey(string field, string value)
    {
        var backend = await MakeAsync();
        var good = backend.OfKind(FileKind.Key).Single();
        var json = JsonNode.Parse(backend.Files[good])!;
        json[field] = JsonNode.Parse(value);
        var bytes = Encoding.UTF8.GetBytes(json.ToJsonString());
        var bad = new RepositoryFile(FileKind.Key, ObjectId.Hash(bytes));
        backend.Put(bad, bytes);
        await (await Opener.OpenAsync(backend, "x", None)).DisposeAsync();
        backend.Lose(good);
        (await Should.ThrowAsync<RepositoryDamagedException>(() => Opener.OpenAsync(backend, "x", None))).File.ShouldBe(bad);
    }

    [Fact]
    public async Task OpenAsync_KeyFileTooLarge_IsDamage()
    {
        var backend = await MakeAsync();
        var key = backend.OfKind(FileKind.Key).Single();
        backend.Put(key, new byte[2 << 20]);
        (await Should.ThrowAsync<RepositoryDamagedException>(() => Opener.OpenAsync(backend, "x", None))).File.ShouldBe(key);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(99)]
    public async Task OpenAsync_UnknownVersion_SaysWhich(int version)
    {
        var backend = await WithConfigAsync($$"""{"version":{{version}},"something":"new"}""");
        (await Should.ThrowAsync<UnknownRepositoryVersionException>(() => Opener.OpenAsync(backend, "x", None))).Version.ShouldBe(version);
    }

    [Fact]
    public async Task OpenAsync_ConfigThatIsNoConfig_IsDamage()
    {
        foreach (var config in (string[])["", "{", "[]", "null", """{"id":"x"}"""])
        {
            var backend = await WithConfigAsync(config);
            (await Should.ThrowAsync<RepositoryDamagedException>(() => Opener.OpenAsync(backend, "x", None))).File.ShouldBe(RepositoryFile.Config);
        }

        var flipped = await MakeAsync();
        flipped.Flip(RepositoryFile.Config, 30);
        (await Should.ThrowAsync<RepositoryDamagedException>(() => Opener.OpenAsync(flipped, "x", None))).File.ShouldBe(RepositoryFile.Config);
    }

    [Fact]
    public async Task CreateAsync_KeyFile_HoldsNoKeyInTheClear()
    {
        var backend = await CreateAsync("secret-password");
        var key = JsonDocument.Parse(backend.Files[backend.OfKind(FileKind.Key).Single()]).RootElement;
        key.EnumerateObject().Select(p => p.Name).ShouldBe(["created", "username", "hostname", "kdf", "N", "r", "p", "salt", "data"], ignoreOrder: true);
        key.GetProperty("data").GetBytesFromBase64().Length.ShouldBeGreaterThan(MasterKey.Overhead);
        key.ToString().ShouldNotContain("secret-password");
    }

    /// <summary>Copies of one repository: making a key costs more than all else here.</summary>
    private static async Task<MemoryBackend> MakeAsync() => (await Made).Copy();

    private static async Task<MemoryBackend> CreateAsync(string password)
    {
        var backend = new MemoryBackend();
        await Opener.CreateAsync(backend, password, None);
        return backend;
    }

    private static async Task<MemoryBackend> WithConfigAsync(string json)
    {
        var backend = await MakeAsync();
        await using var repository = await Opener.OpenAsync(backend, "x", None);
        backend.Lose(RepositoryFile.Config);
        await repository.Files.SaveAsync(FileKind.Config, Encoding.UTF8.GetBytes(json), None);
        return backend;
    }
}
