using System.IO.Hashing;
using System.Security.Cryptography;
using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Storage.Archiving;

/// <summary>Fast hashes that tell, within one session, whether a block or a status is still the same. Never written anywhere.</summary>
/// <remarks>
/// Seeded at random for each process: a game server that wants two of its blocks to look alike would have to guess the seed, and would hide
/// its own change only.
/// </remarks>
internal static class BlockHash
{
    /// <summary>The hash of nothing but zeros, so that holes need not be read; no other block has it.</summary>
    public const ulong Zeros = 0;

    private static readonly long Seed = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8));

    public static ulong Of(ReadOnlySpan<byte> block)
    {
        if (block.IndexOfAnyExcept((byte)0) < 0)
            return Zeros;
        var hash = XxHash3.HashToUInt64(block, Seed);
        return hash == Zeros ? 1 : hash;
    }

    public static ulong OfName(ReadOnlySpan<byte> name) => XxHash3.HashToUInt64(name, Seed);

    /// <summary>Everything of a status by which a change shows; never 0, which stands for a status nobody may rely on.</summary>
    public static ulong Of(in FileStatus status)
    {
        ReadOnlySpan<ulong> fields =
        [
            ((ulong)status.Type << 32) | status.Mode,
            ((ulong)status.UserId << 32) | status.GroupId,
            (ulong)status.Size,
            ((ulong)status.Links << 32) | (uint)status.Modified.Nanoseconds,
            (ulong)status.Modified.Seconds,
            (ulong)status.Changed.Seconds,
            (ulong)(uint)status.Changed.Nanoseconds,
            status.Inode,
            status.Device,
            status.NodeDevice,
        ];
        var hash = XxHash3.HashToUInt64(System.Runtime.InteropServices.MemoryMarshal.AsBytes(fields), Seed);
        return hash == 0 ? 1 : hash;
    }
}
