using System.Collections.Concurrent;
using CsCheck;
using Shouldly;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Indexing;
using Xunit;

namespace SnapshotBot.Storage.Tests.Indexing;

public sealed class BlobIndexTests
{
    // Few different ids, alike in the words the table is addressed by: every way to collide is met.
    private static readonly Gen<BlobId> Id = Gen.Select(Gen.ULong[0, 3], Gen.ULong[0, 3], Gen.ULong[0, 60], (a, b, d) => new BlobId(new ObjectId(a << 40, b, 0, d)));

    private static readonly Gen<BlobKind> Kind = Gen.Enum<BlobKind>();

    private enum Act { Claim, Fulfil, Abandon, Add }

    [Fact]
    public void AnySequenceOfCalls_BehavesAsADictionary() =>
        Gen.Select(Gen.Enum<Act>(), Gen.Select(Id, Kind).Array[1, 40]).Array[1, 60].Sample(
            steps =>
            {
                var index = new BlobIndex();
                var there = new Dictionary<(BlobId, BlobKind), BlobLocation>();
                var claimed = new Dictionary<(BlobId, BlobKind), int>();
                uint serial = 0;
                foreach (var (act, blobs) in steps)
                {
                    Step(index, there, claimed, act, blobs, ref serial);
                }

                foreach (var (id, kind) in steps.SelectMany(s => s.Item2))
                {
                    index.TryFind(id, kind, out var location).ShouldBe(there.TryGetValue((id, kind), out var expected));
                    location.ShouldBe(expected);
                    index.Contains(id, kind).ShouldBe(there.ContainsKey((id, kind)) || claimed.ContainsKey((id, kind)));
                }

                var seen = new HashSet<(BlobId, BlobKind)>();
                index.ForEach((blob, pack) =>
                {
                    blob.Location.Pack.ShouldBe(index.Packs[pack]);
                    seen.Add((blob.Id, blob.Location.Kind));
                });
                seen.SetEquals(there.Keys).ShouldBeTrue();
            },
            iter: 500);

    private static void Step(
        BlobIndex index, Dictionary<(BlobId, BlobKind), BlobLocation> there, Dictionary<(BlobId, BlobKind), int> claimed, Act act, (BlobId, BlobKind)[] blobs, ref uint serial)
    {
        var pack = new PackId(ObjectId.Hash(BitConverter.GetBytes(++serial)));
        switch (act)
        {
            case Act.Claim:
                foreach (var (id, kind) in blobs)
                {
                    var handle = index.Claim(id, kind);
                    (handle == BlobIndex.None).ShouldBe(there.ContainsKey((id, kind)) || claimed.ContainsKey((id, kind)));
                    if (handle != BlobIndex.None)
                    {
                        claimed.Add((id, kind), handle);
                    }
                }

                break;
            case Act.Fulfil:
                var kept = blobs.Where(claimed.ContainsKey).Distinct().ToList();
                index.Fulfil(pack, [.. kept.Select((b, i) => (claimed[b], (uint)i * 100, 50u + (uint)i, (uint)i % 3))]);
                for (var i = 0; i < kept.Count; i++)
                {
                    claimed.Remove(kept[i]);
                    there.Add(kept[i], new BlobLocation(pack, kept[i].Item2, (uint)i * 100, 50u + (uint)i, (uint)i % 3));
                }

                break;
            case Act.Abandon:
                var given = blobs.Where(claimed.ContainsKey).Distinct().ToList();
                index.Abandon(given.Select(b => claimed[b]));
                given.ForEach(b => claimed.Remove(b));
                break;
            case Act.Add:
                var added = blobs.Where(b => !claimed.ContainsKey(b)).ToList();
                index.Add(pack, added.Select((b, i) => new IndexedBlob(b.Item1, new BlobLocation(pack, b.Item2, (uint)i, 77, 0))));
                for (var i = 0; i < added.Count; i++)
                {
                    there.TryAdd(added[i], new BlobLocation(pack, added[i].Item2, (uint)i, 77, 0));
                }

                break;
        }
    }

    [Fact]
    public void Load_MillionBlobs_FindsAllInAtMost64BytesEach()
    {
        const int Count = 1_000_000;
        var index = new BlobIndex();
        index.Load(Segments(Count), [new PackId(ObjectId.Random())]);
        index.DistinctCount.ShouldBe(Count);
        (index.MemoryBytes / (double)Count).ShouldBeLessThanOrEqualTo(64);
        for (var i = 0; i < Count; i++)
        {
            index.TryFind(new BlobId(IdOf(i)), i % 2 == 0 ? BlobKind.Data : BlobKind.Tree, out var at).ShouldBeTrue();
            at.Offset.ShouldBe((uint)i);
        }

        index.Contains(new BlobId(IdOf(0)), BlobKind.Tree).ShouldBeFalse();
        index.Contains(new BlobId(ObjectId.Random()), BlobKind.Data).ShouldBeFalse();
    }

    [Fact]
    public void Load_BlobInSeveralPacks_IsCountedOnceAndListedForEach()
    {
        var index = new BlobIndex();
        index.Load([.. Segments(500), .. Segments(500)], [new PackId(ObjectId.Random())]);
        index.Count.ShouldBe(1000);
        index.DistinctCount.ShouldBe(500);
        var listed = 0;
        index.ForEach((_, _) => listed++);
        listed.ShouldBe(1000);
    }

    [Fact]
    public async Task Claim_ManyThreadsWantTheSameBlobs_EachGoesToOneAndIsFoundAfterwards()
    {
        const int Blobs = 60_000;
        var index = new BlobIndex();
        var winners = new ConcurrentDictionary<int, int>();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(() =>
        {
            for (var i = 0; i < Blobs; i++)
            {
                var handle = index.Claim(new BlobId(IdOf(i)), BlobKind.Data);
                if (handle != BlobIndex.None)
                {
                    winners.TryAdd(i, worker).ShouldBeTrue();
                    index.Fulfil(new PackId(IdOf(-1 - i)), [(handle, (uint)i, 32, 0)]);
                }
            }
        })));
        winners.Count.ShouldBe(Blobs);
        for (var i = 0; i < Blobs; i++)
        {
            index.TryFind(new BlobId(IdOf(i)), BlobKind.Data, out var at).ShouldBeTrue();
            at.ShouldBe(new BlobLocation(new PackId(IdOf(-1 - i)), BlobKind.Data, (uint)i, 32, 0));
        }
    }

    private static ObjectId IdOf(int i) => ObjectId.Hash(BitConverter.GetBytes(i));

    private static IReadOnlyList<IndexSegment> Segments(int count)
    {
        var entries = new IndexEntries();
        for (var i = 0; i < count; i++)
        {
            entries.Append(IndexEntry.From(IdOf(i), 0, i % 2 == 0 ? BlobKind.Data : BlobKind.Tree, (uint)i, 40));
        }

        return entries.Segments;
    }
}
