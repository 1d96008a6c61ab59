using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Archiving;

/// <summary>What a difference adds to, and takes from, the counts of the pass before it.</summary>
internal sealed class DifferenceCounts
{
    private long _filesNew, _filesChanged, _filesUnmodified, _foldersNew, _foldersChanged, _foldersUnmodified, _bytes;

    /// <summary>A file was looked at again.</summary>
    /// <param name="counted">How the pass before counted it.</param>
    /// <param name="now">Its node; null when it could not be read.</param>
    /// <param name="before">The node of the pass before.</param>
    public void File(Counted counted, Node? now, Node? before)
    {
        if (now is null)
        {
            Removed(counted, before);
            return;
        }

        _bytes += (long)now.Size - (long)(before?.Size ?? 0);
        if (counted == Counted.No)
        {
            _filesNew++;
        }
        else if (counted == Counted.Unmodified)
        {
            _filesUnmodified--;
            _filesChanged++;
        }
    }

    public void Folder(Counted counted)
    {
        if (counted == Counted.No)
        {
            _foldersNew++;
        }
        else if (counted == Counted.Unmodified)
        {
            _foldersUnmodified--;
            _foldersChanged++;
        }
    }

    /// <summary>A file or directory is gone.</summary>
    public void Removed(Counted counted, Node? before)
    {
        if (before is null)
            return;
        if (before.Type == NodeType.File)
            _bytes -= (long)before.Size;
        ref var count = ref before.Type == NodeType.Directory
            ? ref counted == Counted.New ? ref _foldersNew : ref counted == Counted.Changed ? ref _foldersChanged : ref _foldersUnmodified
            : ref counted == Counted.New ? ref _filesNew : ref counted == Counted.Changed ? ref _filesChanged : ref _filesUnmodified;
        if (before.Type is NodeType.File or NodeType.Directory)
            count--;
    }

    /// <summary>The counts of both.</summary>
    public ArchiveStats AddedTo(ArchiveStats pass) => pass with
    {
        FilesNew = pass.FilesNew + _filesNew,
        FilesChanged = pass.FilesChanged + _filesChanged,
        FilesUnmodified = pass.FilesUnmodified + _filesUnmodified,
        DirectoriesNew = pass.DirectoriesNew + _foldersNew,
        DirectoriesChanged = pass.DirectoriesChanged + _foldersChanged,
        DirectoriesUnmodified = pass.DirectoriesUnmodified + _foldersUnmodified,
        TotalFiles = pass.TotalFiles + _filesNew + _filesChanged + _filesUnmodified,
        TotalBytes = pass.TotalBytes + _bytes,
    };
}
