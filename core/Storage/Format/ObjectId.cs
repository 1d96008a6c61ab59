using System.Buffers.Binary;
using System.Security.Cryptography;

namespace SnapshotBot.Storage.Format;

/// <summary>A SHA-256 in 32 bytes held by value: the name of everything a repository holds.</summary>
/// <remarks>Words are big-endian, so that comparing words compares bytes.</remarks>
public readonly record struct ObjectId(ulong A, ulong B, ulong C, ulong D) : IComparable<ObjectId>
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 32;

    /// <summary>Length as hexadecimal text.</summary>
    public const int TextLength = 64;

    public static ObjectId FromBytes(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64BigEndian(bytes),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]));

    /// <summary>The id of some content: its SHA-256.</summary>
    public static ObjectId Hash(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(content, hash);
        return FromBytes(hash);
    }

    public static ObjectId Random()
    {
        Span<byte> bytes = stackalloc byte[Size];
        RandomNumberGenerator.Fill(bytes);
        return FromBytes(bytes);
    }

    /// <summary>Reads 64 hexadecimal digits, in text or UTF-8.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ObjectId id)
    {
        id = default;
        Span<byte> bytes = stackalloc byte[Size];
        if (text.Length != TextLength || Convert.FromHexString(text, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        id = FromBytes(bytes);
        return true;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, out ObjectId)"/>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out ObjectId id)
    {
        id = default;
        Span<byte> bytes = stackalloc byte[Size];
        if (utf8.Length != TextLength || Convert.FromHexString(utf8, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        id = FromBytes(bytes);
        return true;
    }

    public static ObjectId Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var id) ? id : throw new FormatException("An id has 64 hexadecimal digits.");

    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, A);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], B);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], C);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], D);
    }

    /// <summary>Writes 64 lower-case hexadecimal digits as UTF-8.</summary>
    public void CopyHexTo(Span<byte> utf8)
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        Convert.TryToHexStringLower(bytes, utf8, out _);
    }

    public int CompareTo(ObjectId other)
    {
        var a = A.CompareTo(other.A);
        if (a != 0)
        {
            return a;
        }

        var b = B.CompareTo(other.B);
        if (b != 0)
        {
            return b;
        }

        var c = C.CompareTo(other.C);
        return c != 0 ? c : D.CompareTo(other.D);
    }

    /// <summary>The content is a uniform hash already: one word of it serves.</summary>
    public override int GetHashCode() => (int)B;

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    /// <summary>The first eight digits: what people are shown.</summary>
    public string ToShortString() => ToString()[..8];

    public static bool operator <(ObjectId left, ObjectId right) => left.CompareTo(right) < 0;

    public static bool operator >(ObjectId left, ObjectId right) => left.CompareTo(right) > 0;

    public static bool operator <=(ObjectId left, ObjectId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ObjectId left, ObjectId right) => left.CompareTo(right) >= 0;
}
