using System.Security.Cryptography;
using SnapshotBot.Storage.Crypto;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Restoring;

/// <summary>
/// Reads existing files and finds which of a snapshot's blobs they hold at their places already: by SHA-256 of each range, on all cores, one
/// large file on several.
/// </summary>
internal static class ContentChecker
{
    private const int ReadLength = 1 << 20;
    private const long UnitLength = 8 << 20;

    private static readonly AlignedBufferPool Buffers = new(ReadLength, kept: 8);

    /// <summary>Fills in <see cref="FileWork.Matches"/> of files that have a live one.</summary>
    public static void Check(IEnumerable<FileWork> files, DirectoryCache live, CancellationToken cancellationToken)
    {
        var units = new List<Unit>();
        foreach (var file in files)
        {
            file.Matches = new bool[file.Content.Length];
            Split(file, units);
        }

        var parallel = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.ForEach(units, parallel, unit => Check(unit, live));
    }

    private static void Split(FileWork file, List<Unit> units)
    {
        var first = 0;
        for (var i = 1; i <= file.Content.Length; i++)
        {
            if (i == file.Content.Length || file.Offsets[i] - file.Offsets[first] >= UnitLength)
            {
                units.Add(new(file, first, i));
                first = i;
            }
        }
    }

    private static void Check(Unit unit, DirectoryCache live)
    {
        try
        {
            using var directory = live.Open(unit.File.LiveDirectory!);
            using var file = directory.Handle.OpenFile(unit.File.Live!.Name, out _);
            using var buffer = Buffers.Rent();
            Check(unit, file, buffer.Span);
        }
        catch (FileSystemException e) when (e.IsChangedUnderneath || e.Failure is FileSystemFailure.AccessDenied or FileSystemFailure.Device)
        {
            // Nothing to keep of what can't be read: it is written anew.
        }
    }

    private static void Check(Unit unit, FileHandle handle, Span<byte> buffer)
    {
        var file = unit.File;
        for (var i = unit.First; i < unit.End;)
        {
            var end = i + 1;
            while (end < unit.End && file.Offsets[end + 1] - file.Offsets[i] <= buffer.Length)
            {
                end++;
            }

            if (file.Offsets[end] - file.Offsets[i] > buffer.Length)
            {
                file.Matches![i] = IsAt(handle, file.Offsets[i], file.Offsets[end], file.Content[i], buffer);
                i = end;
                continue;
            }

            var start = file.Offsets[i];
            var read = handle.ReadAt(start, buffer[..(int)(file.Offsets[end] - start)]);
            while (end > i && file.Offsets[end] - start > read)
            {
                end--;
            }

            Compare(file, i, end, buffer[..(int)(file.Offsets[end] - start)]);
            i = end == i ? unit.End : end;
        }
    }

    /// <summary>Compares pieces that were read one behind the other.</summary>
    private static void Compare(FileWork file, int first, int end, ReadOnlySpan<byte> content)
    {
        if (end - first == 1)
        {
            // Most files of many worlds are one piece: nothing is allocated for them.
            file.Matches![first] = ObjectId.Hash(content) == file.Content[first].Value;
            return;
        }

        var lengths = new int[end - first];
        var ids = new ObjectId[lengths.Length];
        for (var i = 0; i < lengths.Length; i++)
        {
            lengths[i] = (int)(file.Offsets[first + i + 1] - file.Offsets[first + i]);
        }

        Sha256Lanes.Hash(content, lengths, ids);
        for (var i = 0; i < ids.Length; i++)
        {
            file.Matches![first + i] = ids[i] == file.Content[first + i].Value;
        }
    }

    private static bool IsAt(FileHandle handle, long start, long end, BlobId id, Span<byte> buffer)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        while (start < end)
        {
            var wanted = (int)Math.Min(buffer.Length, end - start);
            if (handle.ReadAt(start, buffer[..wanted]) < wanted)
            {
                return false;
            }

            hash.AppendData(buffer[..wanted]);
            start += wanted;
        }

        Span<byte> result = stackalloc byte[ObjectId.Size];
        hash.GetHashAndReset(result);
        return ObjectId.FromBytes(result) == id.Value;
    }

    private readonly record struct Unit(FileWork File, int First, int End);
}
