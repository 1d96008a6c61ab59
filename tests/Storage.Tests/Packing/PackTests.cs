using System.Buffers.Binary;
using System.Security.Cryptography;
using CsCheck;
using Shouldly;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Compression;
using SnapshotBot.Storage.Crypto;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Indexing;
using SnapshotBot.Storage.Packing;
using SnapshotBot.Storage.Tests.Repositories;
using Xunit;

namespace SnapshotBot.Storage.Tests.Packing;

public sealed class PackTests
{
    private static readonly Gen<(BlobKind Kind, byte[] Plain)[]> Blobs =
        Gen.Select(Gen.Enum<BlobKind>(), Gen.OneOf(Gen.Byte.Array[0, 200], Gen.Int[0, 20_000].Select(n => new byte[n]))).Array[0, 20];

    [Fact]
    public async Task Read_PackThatWasBuiltOrMerged_ListsEveryBlobAndEachIsWhatItWas()
    {
        await using var made = new MadeRepository();
        using var compressor = new Compressor(CompressionEffort.Automatic);
        Gen.Select(Blobs, Blobs).Sample(
            (first, second) =>
            {
                using var one = Build(first, made.Key, compressor);
                using var two = Build(second, made.Key, compressor);
                one.Fits(two).ShouldBeTrue();
                one.Append(two);
                two.IsEmpty.ShouldBeTrue();
                one.Blobs.Select(b => b.Handle).ShouldBe([.. Enumerable.Range(0, first.Length), .. Enumerable.Range(0, second.Length)]);
                var (id, content) = one.Finish(made.Key);
                id.Value.ShouldBe(ObjectId.FromBytes(SHA256.HashData(content.Span)));
                Check(made, id, content.ToArray(), [.. first, .. second]);
            },
            iter: 60,
            threads: 1);
    }

    [Fact]
    public void Append_BuilderFilledToItsEnd_HeaderStillFits()
    {
        using var key = MasterKey.Generate();
        using var pack = new PackBuilder(64 * 1024);
        var plain = RandomNumberGenerator.GetBytes(1);
        var count = 0;
        while (pack.Fits(plain.Length))
        {
            pack.Append(BlobKind.Data, new BlobId(ObjectId.Random()), plain, count++, null, key);
        }

        var (_, content) = pack.Finish(key);
        content.Length.ShouldBeLessThanOrEqualTo(64 * 1024);
        count.ShouldBeGreaterThan(500);
    }

    [Fact]
    public async Task ReadAsync_HeaderLongerThanOneRead_IsReadWhole()
    {
        await using var made = new MadeRepository();
        using var pack = new PackBuilder(PackBuilder.TargetSize);
        for (var i = 0; i < 2_000; i++)
        {
            pack.Append(BlobKind.Data, new BlobId(ObjectId.Random()), [(byte)i], i, null, made.Key);
        }

        var (id, content) = pack.Finish(made.Key);
        made.Backend.Put(new RepositoryFile(FileKind.Pack, id.Value), content.ToArray());
        var read = await PackHeader.ReadAsync(made.Open, id, content.Length, CancellationToken.None);
        read.Select(b => b.Id).ShouldBe(pack.Blobs.Select(b => b.Id));
    }

    [Fact]
    public async Task Read_HeaderBytesFlippedOrPackCut_IsDamaged()
    {
        await using var made = new MadeRepository();
        using var compressor = new Compressor(CompressionEffort.Automatic);
        using var pack = Build([(BlobKind.Data, new byte[500]), (BlobKind.Tree, [1, 2, 3])], made.Key, compressor);
        var (id, memory) = pack.Finish(made.Key);
        var content = memory.ToArray();
        var headerAt = content.Length - 4 - (int)BinaryPrimitives.ReadUInt32LittleEndian(content.AsSpan(content.Length - 4));
        for (var at = headerAt; at < content.Length; at++)
        {
            var broken = (byte[])content.Clone();
            broken[at] ^= 0x41;
            Should.Throw<RepositoryDamagedException>(() => PackHeader.Read(made.Open, id, broken)).File!.Value.Id.ShouldBe(id.Value);
        }

        for (var length = 0; length < content.Length; length++)
        {
            Should.Throw<RepositoryDamagedException>(() => PackHeader.Read(made.Open, id, content.AsSpan(0, length).ToArray()));
        }
    }

    [Fact]
    public async Task Read_SealedHeaderThatLies_IsDamaged()
    {
        await using var made = new MadeRepository();
        var entry = new byte[37];
        BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(1), 40);
        byte[][] headers =
        [
            [.. entry[..36]],
            [4, .. entry[1..]],
            [0, 31, 0, 0, 0, .. entry[5..]],
            [0, 0xFF, 0xFF, 0xFF, 0xFF, .. entry[5..]],
            [.. entry, .. entry],
            [2, .. entry[1..]],
        ];
        foreach (var header in headers)
        {
            var pack = new byte[40 + header.Length + MasterKey.Overhead + 4];
            made.Key.Seal(header, pack.AsSpan(40, header.Length + MasterKey.Overhead));
            BinaryPrimitives.WriteUInt32LittleEndian(pack.AsSpan(pack.Length - 4), (uint)(header.Length + MasterKey.Overhead));
            Should.Throw<RepositoryDamagedException>(() => PackHeader.Read(made.Open, new PackId(ObjectId.Random()), pack), Convert.ToHexString(header));
        }
    }

    private static PackBuilder Build((BlobKind Kind, byte[] Plain)[] blobs, MasterKey key, Compressor compressor)
    {
        var pack = new PackBuilder(1 << 20);
        for (var i = 0; i < blobs.Length; i++)
        {
            pack.Append(blobs[i].Kind, new BlobId(ObjectId.Hash(blobs[i].Plain)), blobs[i].Plain, i, compressor, key);
        }

        return pack;
    }

    private static void Check(MadeRepository made, PackId id, byte[] content, (BlobKind Kind, byte[] Plain)[] blobs)
    {
        var listed = PackHeader.Read(made.Open, id, content);
        listed.Count.ShouldBe(blobs.Length);
        var reader = new BlobReader(made.Open, new BlobIndex());
        for (var i = 0; i < blobs.Length; i++)
        {
            var at = listed[i].Location;
            at.Kind.ShouldBe(blobs[i].Kind);
            at.PlainLength.ShouldBe((uint)blobs[i].Plain.Length);
            var plain = new byte[at.PlainLength];
            reader.Decode(listed[i].Id, at, content.AsSpan((int)at.Offset, (int)at.Length).ToArray(), plain);
            plain.ShouldBe(blobs[i].Plain);
        }
    }
}
