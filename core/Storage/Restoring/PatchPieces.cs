using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Storage.Restoring;

/// <summary>
/// The blobs of one file that its live version does not have, kept until all are there: in memory, or when they are many in a file without a
/// name, which is gone with this process.
/// </summary>
internal sealed class PatchPieces : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, byte[]> _pieces = [];
    private readonly FileHandle? _spill;

    private PatchPieces(FileHandle? spill) => _spill = spill;

    public static PatchPieces InMemory() => new(null);

    /// <summary>Makes the file in a directory of the target, which has the room.</summary>
    public static PatchPieces Spilled(DirectoryHandle directory)
    {
        const uint onlyOwner = 0x180;
        var name = OwnNames.NextTemporary();
        var spill = directory.CreateFile(name, onlyOwner);
        directory.RemoveFileIfThere(name);
        return new(spill);
    }

    public void Add(FileWork file, int index, ReadOnlySpan<byte> content)
    {
        if (_spill is not null)
        {
            // A sparse image of the file to be: each piece at its place.
            _spill.WriteAt(file.Offsets[index], content);
            return;
        }

        var copy = content.ToArray();
        lock (_gate)
        {
            _pieces[index] = copy;
        }
    }

    /// <summary>Gives a piece back; the buffer is used when it was spilled.</summary>
    public ReadOnlySpan<byte> Read(FileWork file, int index, ref byte[] buffer)
    {
        if (_spill is null)
        {
            return _pieces[index];
        }

        var length = (int)(file.Offsets[index + 1] - file.Offsets[index]);
        if (buffer.Length < length)
        {
            buffer = new byte[length];
        }

        if (_spill.ReadAt(file.Offsets[index], buffer.AsSpan(0, length)) < length)
        {
            throw new IOException("What was put aside for patching a file came back short.");
        }

        return buffer.AsSpan(0, length);
    }

    public void Dispose()
    {
        _spill?.Dispose();
        _pieces.Clear();
    }
}
