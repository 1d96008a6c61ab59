using CsCheck;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Tests.Format;

/// <summary>Nodes of every kind, made by chance.</summary>
internal static class Nodes
{
    private static readonly Gen<byte[]> Name = Gen.Frequency((1, Gen.Byte), (2, Gen.Byte[0x20, 0x7E])).Array[1, 40].Where(n => TreeReader.IsSafe(n));

    private static readonly Gen<UnixTime> Time =
        Gen.Select(Gen.Long[-62_135_596_800, 253_402_300_799], Gen.Int[0, 999_999_999], (s, n) => new UnixTime(s, n));

    private static readonly Gen<ObjectId> Id = Gen.Select(Gen.ULong, Gen.ULong, Gen.ULong, Gen.ULong, (a, b, c, d) => new ObjectId(a, b, c, d));

    private static readonly Gen<ExtendedAttribute> Attribute =
        Gen.Select(Gen.Char['!', '~'].Array[1, 20], Gen.Byte.Array[0, 40], (n, v) => new ExtendedAttribute([.. n.Select(c => (byte)c)], v));

    private static readonly Gen<Node> Any =
        Gen.Select(Name, Gen.Enum<NodeType>(), Gen.Int[0, 0xFFF], Gen.Select(Time, Time, Time), Gen.Select(Gen.UInt, Gen.UInt, Gen.ULong, Gen.ULong),
            Gen.Select(Id.Array[0, 5], Gen.Byte.Array[1, 60], Attribute.Array[0, 3]), Gen.Select(Gen.String[Gen.Char['\u0020', '\uD7FF'], 0, 12], Gen.ULong),
            (name, type, mode, times, numbers, parts, rest) => new Node
            {
                Name = name,
                Type = type,
                Permissions = mode,
                ModifiedAt = times.Item1,
                AccessedAt = times.Item2,
                ChangedAt = times.Item3,
                UserId = numbers.Item1,
                GroupId = numbers.Item2,
                Inode = numbers.Item3,
                DeviceId = numbers.Item4,
                User = rest.Item1.Length == 0 ? null : rest.Item1,
                Group = rest.Item1.Length < 6 ? null : rest.Item1[..5],
                Size = rest.Item2,
                Links = rest.Item2 >> 7,
                Device = type is NodeType.CharDevice or NodeType.BlockDevice ? rest.Item2 : 0,
                LinkTarget = type == NodeType.Symlink ? parts.Item2 : null,
                ExtendedAttributes = parts.Item3,
                Content = type == NodeType.File ? [.. parts.Item1.Select(i => new BlobId(i))] : null,
                Subtree = type == NodeType.Directory ? new TreeId(ObjectId.Hash(name)) : null,
                Error = rest.Item2 % 5 == 0 ? "it \"failed\"" : null,
            });

    /// <summary>A directory's nodes, sorted, each name once.</summary>
    public static Gen<Node[]> Sorted { get; } = Any.Array[0, 12].Select(
        nodes => nodes.DistinctBy(n => Convert.ToHexString(n.Name)).OrderBy(n => Convert.ToHexString(n.Name), StringComparer.Ordinal).ToArray());
}
