using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Packing;

namespace SnapshotBot.Storage.Restoring;

/// <summary>A batch of files that is being compared with what is there.</summary>
/// <param name="Files">All of them.</param>
/// <param name="Found">Those whose content the repository has.</param>
/// <param name="Check">Ends when they are compared.</param>
internal sealed record CheckedBatch(IReadOnlyList<FileWork> Files, IReadOnlyList<FileWork> Found, Task Check);

/// <summary>Finds out what a batch of files needs: what is as it should be, what is written whole, what only in parts. Writes nothing.</summary>
internal sealed class BatchPlanner(BlobReader blobs, BatchOptions options)
{
    /// <summary>Begins to compare what is there, on other threads: whoever gathers files can go on meanwhile.</summary>
    public CheckedBatch BeginCheck(IReadOnlyList<FileWork> files, CancellationToken cancellationToken)
    {
        var found = files.Where(Locate).ToList();
        return new(files, found, Task.Run(() => ContentChecker.Check(found.Where(MayMatch), options.Live, cancellationToken), CancellationToken.None));
    }

    /// <summary>Bytes that writing these files would take on the disk; nothing is written.</summary>
    public async Task<long> MeasureAsync(IReadOnlyList<FileWork> files, CancellationToken cancellationToken)
    {
        var (anew, patched) = await ChooseAsync(BeginCheck(files, cancellationToken));
        return Room(anew, patched);
    }

    /// <summary>Finds where the file's blobs lie, which also tells how long each is.</summary>
    private bool Locate(FileWork file)
    {
        var offsets = new long[file.Content.Length + 1];
        for (var i = 0; i < file.Content.Length; i++)
        {
            if (!blobs.Index.TryFind(file.Content[i], BlobKind.Data, out var at) || at.PlainLength > BlobReader.MaxBlob || at.Length > BlobReader.MaxBlob)
            {
                options.Fail(file, new RepositoryDamagedException($"A piece of it, {file.Content[i].Value.ToShortString()}, is in no pack.", blob: file.Content[i]));
                return false;
            }

            offsets[i + 1] = offsets[i] + at.PlainLength;
            if (ZeroBlobs.IsZeros(file.Content[i], at))
            {
                file.Zeros ??= new bool[file.Content.Length];
                file.Zeros[i] = true;
            }
        }

        file.Offsets = offsets;
        return true;
    }

    /// <summary>Whether reading the live file can spare anything: not when it is one blob and of another length.</summary>
    private static bool MayMatch(FileWork file) =>
        file.Live is { } live && file.Content.Length > 0 && (file.Content.Length > 1 || live.Size == (ulong)file.Length);

    /// <summary>Which of them are written, and how; what is as it should be is told.</summary>
    public async Task<(List<FileWork> Anew, List<FileWork> Patched)> ChooseAsync(CheckedBatch batch)
    {
        await batch.Check;
        var (anew, patched) = (new List<FileWork>(), new List<FileWork>());
        foreach (var file in batch.Found)
        {
            Choose(file, anew, patched);
        }

        return (anew, patched);
    }

    private void Choose(FileWork file, List<FileWork> anew, List<FileWork> patched)
    {
        if (file.Matches is null)
        {
            anew.Add(file);
            return;
        }

        var different = 0L;
        for (var i = 0; i < file.Matches.Length; i++)
        {
            different += file.Matches[i] ? 0 : file.Offsets[i + 1] - file.Offsets[i];
        }

        if (different == 0 && file.Live!.Size == (ulong)file.Length)
        {
            options.Tally.Progress.AddBytes(file.Length);
            options.Unchanged(file);
            return;
        }

        var large = file.Length >= options.PatchFrom;
        if (different > file.Length / 2 || (large && file.Live!.Links > 1) || (!large && file.Zeros is not null))
        {
            file.Matches = null;
            anew.Add(file);
            return;
        }

        file.Mode = large ? WriteMode.Patch : WriteMode.Anew;
        patched.Add(file);
    }

    /// <summary>Bytes that files take on the disk while they are written.</summary>
    public static long Room(IReadOnlyList<FileWork> anew, IReadOnlyList<FileWork> patched) => anew.Concat(patched).Sum(Room);

    /// <summary>Bytes a file takes on the disk when it is written whole.</summary>
    private static long Room(FileWork file)
    {
        var room = file.Length;
        for (var i = 0; i < file.Zeros?.Length; i++)
        {
            room -= file.Zeros[i] ? file.Offsets[i + 1] - file.Offsets[i] : 0;
        }

        return AlignedBuffer.RoundUp(room);
    }
}
