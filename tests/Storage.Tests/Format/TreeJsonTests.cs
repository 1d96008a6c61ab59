using System.Text;
using System.Text.Json;
using CsCheck;
using Shouldly;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using Xunit;

namespace SnapshotBot.Storage.Tests.Format;

public sealed class TreeJsonTests
{
    private const string File = """{"name":"a","type":"file","mode":420,"mtime":"2026-01-02T03:04:05Z","content":[]}""";

    [Fact]
    public void Read_WhatWasWritten_GivesTheSameNodes() => Nodes.Sorted.Sample(
        nodes =>
        {
            var json = new TreeWriter().Write(nodes).Span;
            var read = Read(json).Nodes;
            read.Count.ShouldBe(nodes.Length);
            for (var i = 0; i < nodes.Length; i++)
            {
                read[i].ShouldBeEquivalentTo(nodes[i]);
            }

            new TreeWriter().Write(read).Span.SequenceEqual(json).ShouldBeTrue();
        },
        iter: 2_000);

    [Fact]
    public void Write_Node_HasResticsFieldsInResticsOrder()
    {
        var node = new Node
        {
            Name = [0x64, 0xFF],
            Type = NodeType.CharDevice,
            Permissions = 0xFFF,
            ModifiedAt = new UnixTime(1, 0),
            UserId = 1,
            GroupId = 2,
            User = "u",
            Group = "g",
            Inode = 3,
            DeviceId = 4,
            Size = 5,
            Links = 6,
            LinkTarget = [0xFF],
            ExtendedAttributes = [new ExtendedAttribute("user.x"u8.ToArray(), [1])],
            Device = 7,
            Error = "e",
            Subtree = new TreeId(default),
        };
        using var document = JsonDocument.Parse(new TreeWriter().Write([node]));
        var written = document.RootElement.GetProperty("nodes")[0];
        written.EnumerateObject().Select(p => p.Name).ShouldBe(
        [
            "name", "type", "mode", "mtime", "atime", "ctime", "uid", "gid", "user", "group", "inode", "device_id", "size", "links", "linktarget",
            "linktarget_raw", "extended_attributes", "device", "content", "subtree", "error",
        ]);
        written.GetProperty("content").ValueKind.ShouldBe(JsonValueKind.Null);
        written.GetProperty("linktarget").GetString().ShouldBe("\ufffd");
        // Go's os.FileMode: device, character device, setuid, setgid, sticky, 0777.
        written.GetProperty("mode").GetUInt32().ShouldBe((1u << 26) | (1u << 21) | (1u << 23) | (1u << 22) | (1u << 20) | 0x1FF);
    }

    [Fact]
    public void Write_AttributeNameThatIsNoText_IsLeftOutAndNotMadeAnother()
    {
        ExtendedAttribute[] attributes = [new([0x75, 0xFF, 0xC0], []), new("user.text"u8.ToArray(), [1]), new([0xC0], [])];
        var read = Read(new TreeWriter().Write([new Node { Name = [1], Type = NodeType.Fifo, ExtendedAttributes = attributes }]).Span);
        read.Nodes[0].ExtendedAttributes.ShouldHaveSingleItem().Name.ShouldBe("user.text"u8.ToArray());
    }

    [Fact]
    public void Read_TreeOfRestic_IsUnderstood()
    {
        // Written by restic 0.14 and 0.18: escapes of Go inside those of JSON, unknown fields, attributes without a value.
        const string Json = """
            {"nodes":[{"name":"a\\nb\\t\\\"q\\\"\\\\s\\x7f","type":"file","mode":420,"mtime":"2026-11-24T02:50:13.304939758Z","atime":"1969-12-31T23:59:59.999999999Z",
            "ctime":"2026-11-24T03:50:13+01:00","uid":0,"gid":0,"user":"root","inode":12427303,"device_id":65024,"links":1,"content":null,"path":"/x"},
            {"name":"it's \u003cb\u003e\u0026","type":"dir","mode":2147484141,"extended_attributes":[{"name":"user.e","value":null}],"subtree":"47faf696a29e2222eccbb77842eb2cfb375ff1e7986964791fc1ee25b8b7e7b7"},
            {"name":"zlink","type":"symlink","mode":134218239,"linktarget":"to\ufffd\nü","linktarget_raw":"dG//CsO8","generic_attributes":{"windows.x":{"deep":[1,2]}},"content":null}]}
            """;
        var nodes = Read(Encoding.UTF8.GetBytes(Json)).Nodes;
        nodes[0].Name.ShouldBe("a\nb\t\"q\"\\s\u007f"u8.ToArray());
        nodes[0].Content.ShouldBe([]);
        nodes[0].ModifiedAt.Nanoseconds.ShouldBe(304_939_758);
        nodes[0].ChangedAt.ShouldBe(nodes[0].ModifiedAt with { Nanoseconds = 0 });
        nodes[1].Name.ShouldBe("it's <b>&"u8.ToArray());
        nodes[1].Permissions.ShouldBe(0x1ED);
        nodes[1].ExtendedAttributes[0].Value.ShouldBe([]);
        nodes[2].LinkTarget.ShouldBe([(byte)'t', (byte)'o', 0xFF, (byte)'\n', 0xC3, 0xBC]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"nodes":{}}""")]
    [InlineData("""{"nodes":[1]}""")]
    [InlineData("""{"nodes":[{"name":"a","type":"file"},2]}""")]
    [InlineData("""{"nodes":[{"type":"file"}]}""")]
    [InlineData("""{"nodes":[{"name":"","type":"file"}]}""")]
    [InlineData("""{"nodes":[{"name":".","type":"file"}]}""")]
    [InlineData("""{"nodes":[{"name":"..","type":"dir"}]}""")]
    [InlineData("""{"nodes":[{"name":"/etc","type":"file"}]}""")]
    [InlineData("""{"nodes":[{"name":"a/../b","type":"file"}]}""")]
    [InlineData("""{"nodes":[{"name":"\\x2e\\x2e","type":"file"}]}""")]
    [InlineData("""{"nodes":[{"name":"a\\x2fb","type":"file"}]}""")]
    [InlineData("""{"nodes":[{"name":"a\\x00","type":"file"}]}""")]
    [InlineData("""{"nodes":[{"name":"a\u0000","type":"file"}]}""")]
    [InlineData("""{"nodes":[{"name":7,"type":"file"}]}""")]
    [InlineData("""{"nodes":[{"name":{"x":"y"},"type":"file"}]}""")]
    [InlineData("""{"nodes":[{"name":"a\\q","type":"file"}]}""")]
    [InlineData("""{"nodes":[{"name":"d","type":"dir"}]}""")]
    [InlineData("""{"nodes":[{"name":"d","type":"dir","subtree":"00"}]}""")]
    [InlineData("""{"nodes":[{"name":"a","type":"file","content":["x"]}]}""")]
    [InlineData("""{"nodes":[{"name":"a","type":"file","content":[[]]}]}""")]
    [InlineData("""{"nodes":[{"name":"a","type":"file","size":-1}]}""")]
    [InlineData("""{"nodes":[{"name":"a","type":"file","size":99999999999999999999}]}""")]
    [InlineData("""{"nodes":[{"name":"a","type":"file","mtime":"yesterday"}]}""")]
    [InlineData("""{"nodes":[{"name":"a","type":"file","mtime":20260101}]}""")]
    [InlineData("""{"nodes":[{"name":"a","type":7}]}""")]
    [InlineData("""{"nodes":[{"name":"a","type":"symlink","linktarget":{"name":"b"}}]}""")]
    [InlineData("""{"nodes":[{"name":"a","type":"file","user":"\ud800"}]}""")]
    [InlineData("""{"nodes":[{"name":"a","type":"file","extended_attributes":[1,{"name":"x"}]}]}""")]
    [InlineData("""{"nodes":[{"name":"a","type":"file","extended_attributes":[{"name":null}]}]}""")]
    [InlineData("""{"nodes":[{"name":"a","type":"file","extended_attributes":[{"name":"x","value":"%%"}]}]}""")]
    [InlineData("""{"nodes":[{"name":"b","type":"file"},{"name":"a","type":"file"},{"name":"b","type":"dir"}]}""")]
    public void Read_HostileTree_IsDamaged(string json) =>
        Should.Throw<RepositoryDamagedException>(() => Read(Encoding.UTF8.GetBytes(json))).Blob.ShouldNotBeNull();

    [Fact]
    public void Read_NamesOutOfOrder_AreSortedByByte()
    {
        var json = $$"""{"nodes":[{"name":"b","type":"file"},{{File}},{"name":"\\xff","type":"fifo"},{"name":"B","type":"file"}]}""";
        var tree = Read(Encoding.UTF8.GetBytes(json));
        tree.Nodes.Select(n => n.Name[0]).ShouldBe([(byte)'B', (byte)'a', (byte)'b', (byte)0xFF]);
        tree.Find([0xFF])!.Type.ShouldBe(NodeType.Fifo);
        tree.Find("c"u8).ShouldBeNull();
    }

    [Fact]
    public void Read_TruncatedAnywhere_IsDamaged()
    {
        var json = new TreeWriter().Write(Nodes.Sorted.Single(n => n.Length > 4, "eOL5Als0w6d1")).ToArray();
        for (var length = 0; length < json.Length - 2; length++)
        {
            Should.Throw<RepositoryDamagedException>(() => Read(json.AsSpan(0, length)));
        }
    }

    [Fact]
    public void Read_BytesChangedAtRandom_IsATreeOrDamagedAndNothingElse() =>
        Gen.Select(Nodes.Sorted.Where(n => n.Length > 0), Gen.Select(Gen.Double[0, 1], Gen.Byte).Array[1, 4]).Sample(
            (nodes, changes) =>
            {
                var json = new TreeWriter().Write(nodes).ToArray();
                foreach (var (place, value) in changes)
                {
                    json[(int)(place * (json.Length - 1))] = value;
                }

                try
                {
                    Read(json).Nodes.ShouldAllBe(n => TreeReader.IsSafe(n.Name));
                }
                catch (RepositoryDamagedException)
                {
                    // Said so: as good.
                }
            },
            iter: 5_000);

    private static Tree Read(ReadOnlySpan<byte> json) => TreeReader.Read(json, new TreeId(ObjectId.Hash(json)));
}
