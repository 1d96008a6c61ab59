using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Storage.Archiving;

/// <summary>
/// Where copied bytes lie until they are processed: in memory up to a limit, what comes after that in a file. Safe for several threads.
/// </summary>
/// <remarks>The memory is touched when it is reserved, for the kernel takes longer to find a page than to copy one.</remarks>
internal sealed class CopyStore : IDisposable
{
    private const int SlabLength = 4 << 20;

    private readonly List<byte[]> _slabs = [];
    private readonly long _memory;
    private readonly DirectoryHandle? _folder;
    private readonly Lock _gate = new();
    private FileHandle? _spill;
    private bool _cloneRefused;
    private long _end;
    private long _cloned;

    /// <param name="memory">Bytes to keep in memory at most, reserved now.</param>
    /// <param name="folder">Where to spill what is more and where to put clones; null: all is kept in memory.</param>
    public CopyStore(long memory, DirectoryHandle? folder)
    {
        _folder = folder;
        _memory = (memory + SlabLength - 1) / SlabLength * SlabLength;
        for (var at = 0L; at < _memory; at += SlabLength)
            _slabs.Add(NewSlab());
    }

    /// <summary>Bytes copied so far.</summary>
    public long Copied => Interlocked.Read(ref _end);

    /// <summary>Bytes of them that are in the file.</summary>
    public long Spilled => _folder is null ? 0 : Math.Max(0, Copied - _memory);

    /// <summary>Bytes of files that were cloned instead.</summary>
    public long Cloned => Interlocked.Read(ref _cloned);

    /// <summary>Takes bytes in and says where they are.</summary>
    /// <exception cref="SpillException">The file can't be written: no room.</exception>
    public long Append(ReadOnlySpan<byte> bytes)
    {
        var start = Interlocked.Add(ref _end, bytes.Length) - bytes.Length;
        for (var at = start; !bytes.IsEmpty;)
        {
            if (_folder is not null && at >= _memory)
            {
                WriteSpill(at - _memory, bytes);
                break;
            }

            var within = (int)(at % SlabLength);
            var length = Math.Min(bytes.Length, SlabLength - within);
            bytes[..length].CopyTo(Slab(at).AsSpan(within));
            bytes = bytes[length..];
            at += length;
        }

        return start;
    }

    /// <summary>Reads back what was taken in.</summary>
    public void Read(long offset, Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (_folder is not null && offset >= _memory)
            {
                if (Spill().ReadAt(offset - _memory, buffer) < buffer.Length)
                    throw new InvalidDataException("The file that holds what was copied is shorter than what was written to it.");
                return;
            }

            var within = (int)(offset % SlabLength);
            var length = Math.Min(buffer.Length, SlabLength - within);
            Slab(offset).AsSpan(within, length).CopyTo(buffer);
            buffer = buffer[length..];
            offset += length;
        }
    }

    /// <summary>Makes a copy of the whole file that shares its blocks, where the file system can; null where it can't.</summary>
    public FileHandle? TryClone(FileHandle source, in FileStatus status)
    {
        if (_folder is null || Volatile.Read(ref _cloneRefused) || _folder.Status().Device != status.Device)
            return null;
        var clone = NewNameless("clone");
        if (clone.TryCloneFrom(source))
        {
            Interlocked.Add(ref _cloned, status.Size);
            return clone;
        }

        clone.Dispose();
        Volatile.Write(ref _cloneRefused, true);
        return null;
    }

    public void Dispose()
    {
        _spill?.Dispose();
        _slabs.Clear();
    }

    private static byte[] NewSlab()
    {
        var slab = GC.AllocateUninitializedArray<byte>(SlabLength, pinned: true);
        for (var at = 0; at < slab.Length; at += 4096)
            slab[at] = 0;
        return slab;
    }

    private static byte[] NewName(string what) => System.Text.Encoding.ASCII.GetBytes($"{what}-{Guid.NewGuid():N}");

    private byte[] Slab(long offset)
    {
        var number = (int)(offset / SlabLength);
        lock (_gate)
        {
            while (_slabs.Count <= number)
                _slabs.Add(NewSlab());
            return _slabs[number];
        }
    }

    private void WriteSpill(long offset, ReadOnlySpan<byte> bytes)
    {
        try
        {
            Spill().WriteAt(offset, bytes);
        }
        catch (FileSystemException e)
        {
            throw new SpillException(e);
        }
    }

    private FileHandle Spill()
    {
        lock (_gate)
            return _spill ??= NewNameless("spill");
    }

    /// <summary>A file without a name: gone with the handle, whatever becomes of this process.</summary>
    private FileHandle NewNameless(string what)
    {
        try
        {
            var name = NewName(what);
            var file = _folder!.CreateFile(name, 0x180);
            _folder.RemoveFileIfThere(name);
            return file;
        }
        catch (FileSystemException e)
        {
            throw new SpillException(e);
        }
    }
}

/// <summary>What is copied can't be put aside: that says nothing about the file it is of, and ends the copying.</summary>
public sealed class SpillException(FileSystemException reason) : IOException(reason.Message, reason);
