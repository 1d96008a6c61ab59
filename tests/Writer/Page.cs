using System.Buffers.Binary;

namespace SnapshotBot.Writer;

/// <summary>A page that says a number from its first byte to its last.</summary>
internal static class Page
{
    public const int Size = 4096;

    /// <summary>Pages of a file; number N goes to page N modulo this.</summary>
    public const int Ring = 64;

    public static void Fill(Span<byte> page, long number)
    {
        for (var at = 0; at < Size; at += 8)
            BinaryPrimitives.WriteInt64LittleEndian(page[at..], number);
    }

    /// <summary>The number at the page's start, and whether all of the page says it.</summary>
    public static (long Number, bool IsWhole) Read(ReadOnlySpan<byte> page)
    {
        var number = BinaryPrimitives.ReadInt64LittleEndian(page);
        for (var at = 8; at < Size; at += 8)
        {
            if (BinaryPrimitives.ReadInt64LittleEndian(page[at..]) != number)
                return (number, false);
        }

        return (number, true);
    }
}
