using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Shouldly;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Indexing;
using Xunit;

namespace SnapshotBot.Storage.Tests.Indexing;

public sealed class IndexFileTests
{
    private static readonly Gen<ObjectId> Id = Gen.Select(Gen.ULong, Gen.ULong, Gen.ULong, Gen.ULong, (a, b, c, d) => new ObjectId(a, b, c, d));

    private static readonly Gen<(PackId Pack, IndexedBlob[] Blobs)> Pack = Gen.Select(
        Id, Gen.Select(Id, Gen.Bool, Gen.UInt, Gen.UInt[32, uint.MaxValue], Gen.Frequency((1, Gen.Const(0u)), (1, Gen.UInt))).Array[0, 6],
        (pack, blobs) => (new PackId(pack), blobs.Select(b => new IndexedBlob(
            new BlobId(b.Item1), new BlobLocation(new PackId(pack), b.Item2 ? BlobKind.Tree : BlobKind.Data, b.Item3, b.Item4, b.Item5))).ToArray()));

    private static readonly Gen<(PackId Pack, IndexedBlob[] Blobs)[]> Packs = Pack.Array[0, 5].Where(p => p.DistinctBy(x => x.Pack).Count() == p.Length);

    [Fact]
    public void Read_WhatWasWritten_GivesTheSame() => Packs.Sample(packs => Check(Write(packs), packs), iter: 2_000);

    [Fact]
    public void Read_FieldsInAnyOrderWithSpacesAndStrangers_GivesTheSame() =>
        Gen.Select(Packs, Gen.Int).Sample((packs, seed) => Check(Shuffled(Write(packs), new Random(seed)), packs), iter: 2_000);

    [Fact]
    public void Read_BareArrayOfOldRestic_GivesTheSame() =>
        Packs.Sample(packs => Check(Encoding.UTF8.GetBytes(JsonNode.Parse(Write(packs))!["packs"]!.ToJsonString()), packs), iter: 200);

    [Fact]
    public void Write_Superseding_NamesThemAndIsStillRead()
    {
        var pack = new PackId(ObjectId.Random());
        IndexedBlob[] blobs = [new(new BlobId(ObjectId.Random()), new BlobLocation(pack, BlobKind.Data, 0, 40, 0))];
        var old = new IndexFileId(ObjectId.Random());
        var writer = new IndexFileWriter();
        writer.Begin([old]);
        writer.Add(pack, blobs);
        var json = writer.End().ToArray();
        JsonNode.Parse(json)!["supersedes"]![0]!.GetValue<string>().ShouldBe(old.ToString());
        Check(json, [(pack, blobs)]);
    }

    [Fact]
    public void Read_TruncatedAnywhere_IsRefused()
    {
        var json = Shuffled(Write(Packs.Single(p => p.Sum(x => x.Blobs.Length) > 3, "00016T6i7P74")), new Random(1));
        for (var length = 0; length < json.Length; length++)
        {
            Should.Throw<FormatException>(() => Collect(json.AsSpan(0, length)), $"{length} of {json.Length}");
        }
    }

    [Fact]
    public void Read_BytesChangedAtRandom_IsAnIndexOrRefusedAndNothingElse() =>
        Gen.Select(Packs.Where(p => p.Length > 0), Gen.Int, Gen.Select(Gen.Double[0, 1], Gen.Frequency((1, Gen.Byte), (2, Gen.OneOf("{}[]\",:\\ 0".Select(c => (byte)c).ToArray())))).Array[1, 4]).Sample(
            (packs, seed, changes) =>
            {
                var json = seed % 2 == 0 ? Write(packs) : Shuffled(Write(packs), new Random(seed));
                foreach (var (place, value) in changes)
                {
                    json[(int)(place * (json.Length - 1))] = value;
                }

                try
                {
                    Collect(json);
                }
                catch (FormatException)
                {
                    // Said so: as good.
                }
            },
            iter: 10_000);

    [Theory]
    [InlineData("\"offset\":-1,\"length\":40")]
    [InlineData("\"offset\":1.5,\"length\":40")]
    [InlineData("\"offset\":1e3,\"length\":40")]
    [InlineData("\"offset\":4294967296,\"length\":40")]
    [InlineData("\"offset\":99999999999999999999,\"length\":40")]
    [InlineData("\"offset\":0,\"length\":31")]
    [InlineData("\"offset\":0")]
    [InlineData("\"offset\":\"0\",\"length\":40")]
    [InlineData("\"offset\":null,\"length\":40")]
    [InlineData("\"offset\":0,\"length\":40,\"uncompressed_length\":")]
    [InlineData("\"offset\":0 \"length\":40")]
    [InlineData("\"offset\":0,\"length\":40,")]
    [InlineData("\"offset\":0,\"length\":40,\"x\":}")]
    public void Read_HostileNumbers_AreRefused(string numbers)
    {
        var id = ObjectId.Random();
        var json = $$"""{"packs":[{"id":"{{id}}","blobs":[{"id":"{{id}}","type":"data",{{numbers}}}]}]}""";
        Should.Throw<FormatException>(() => Collect(Encoding.UTF8.GetBytes(json)));
    }

    [Theory]
    [InlineData("\"id\":\"00\",\"type\":\"data\",\"offset\":0,\"length\":40")]
    [InlineData("\"type\":\"data\",\"offset\":0,\"length\":40")]
    [InlineData("\"id\":\"ID\",\"type\":\"fish\",\"offset\":0,\"length\":40")]
    [InlineData("\"id\":\"ID\",\"offset\":0,\"length\":40")]
    public void Read_BlobWithoutIdOrType_IsRefused(string fields)
    {
        var id = ObjectId.Random();
        var json = $$"""{"packs":[{"id":"{{id}}","blobs":[{{{fields.Replace("ID", id.ToString(), StringComparison.Ordinal)}}}]}]}""";
        Should.Throw<FormatException>(() => Collect(Encoding.UTF8.GetBytes(json)));
    }

    [Fact]
    public void Read_DeepNesting_CostsNoStack()
    {
        var deep = $$"""{"x":{{new string('[', 1_000_000)}}{{new string(']', 1_000_000)}},"packs":[]}""";
        Collect(Encoding.UTF8.GetBytes(deep)).ShouldBeEmpty();
    }

    internal static byte[] Write(IEnumerable<(PackId Pack, IndexedBlob[] Blobs)> packs)
    {
        var writer = new IndexFileWriter();
        writer.Begin([]);
        foreach (var (pack, blobs) in packs)
        {
            writer.Add(pack, blobs);
        }

        return writer.End().ToArray();
    }

    private static void Check(byte[] json, IEnumerable<(PackId Pack, IndexedBlob[] Blobs)> packs)
    {
        JsonDocument.Parse(json).Dispose();
        Collect(json).OrderBy(b => b.ToString(), StringComparer.Ordinal).ShouldBe(packs.SelectMany(p => p.Blobs).OrderBy(b => b.ToString(), StringComparer.Ordinal));
    }

    private static List<IndexedBlob> Collect(ReadOnlySpan<byte> json)
    {
        var sink = new Sink();
        new IndexFileReader(json).Read(sink);
        return sink.Blobs;
    }

    private static byte[] Shuffled(byte[] json, Random random)
    {
        var text = new StringBuilder();
        Shuffle(JsonNode.Parse(json)!, random, text);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Shuffle(JsonNode node, Random random, StringBuilder text)
    {
        text.Append(random.Next(4) switch { 0 => " ", 1 => "\n\t", _ => "" });
        switch (node)
        {
            case JsonArray array:
                Join('[', ']', array.Select(item => (Action)(() => Shuffle(item!, random, text))), text);
                break;
            case JsonObject fields:
                var parts = fields.Select(f => (Action)(() =>
                {
                    text.Append('"').Append(f.Key).Append("\" :");
                    Shuffle(f.Value!, random, text);
                })).ToList();
                parts.Add(() => text.Append(random.Next(3) switch
                {
                    0 => "\"new\":\"a \\\" } ] \\\\\"",
                    1 => "\"flag\" : null",
                    _ => "\"deep\":{\"packs\":[{\"id\":1}],\"x\":[[],{},-1.5e3,true]}",
                }));
                Join('{', '}', parts.OrderBy(_ => random.Next()), text);
                break;
            default:
                text.Append(node.ToJsonString());
                break;
        }

        text.Append(random.Next(4) == 0 ? "\r\n " : "");
    }

    private static void Join(char open, char close, IEnumerable<Action> parts, StringBuilder text)
    {
        text.Append(open);
        var first = true;
        foreach (var part in parts)
        {
            text.Append(first ? "" : ",");
            first = false;
            part();
        }

        text.Append(close);
    }

    private sealed class Sink : IndexFileReader.ISink
    {
        private readonly List<PackId> _packs = [];

        public List<IndexedBlob> Blobs { get; } = [];

        public uint Pack(PackId id)
        {
            _packs.Add(id);
            return (uint)_packs.Count - 1;
        }

        public void Blob(in IndexEntry entry) => Blobs.Add(new IndexedBlob(new BlobId(entry.Id), new BlobLocation(
            _packs[(int)(entry.Pack & 0x7FFF_FFFF)], entry.Pack >> 31 == 1 ? BlobKind.Tree : BlobKind.Data, entry.Offset, entry.Length, entry.RawLength)));
    }
}
