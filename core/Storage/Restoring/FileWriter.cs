using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Restoring;

/// <summary>
/// Turns verified content into files. A small file is written to its name at once when that is free; everything else is written under a
/// temporary name and renamed when it is complete, so that a name never leads to half a file.
/// </summary>
internal sealed class FileWriter(DirectoryCache target) : ISegmentWriter
{
    /// <summary>From here on writing past the page cache is faster to durable than through it.</summary>
    private const int DirectFrom = 256 << 10;

    private const uint WhileIncomplete = 0x180;

    /// <summary>Writes a whole file from memory.</summary>
    public void WriteWhole(FileWork file, ReadOnlySpan<byte> content)
    {
        using var directory = target.Open(file.Directory);
        if (!file.Replaces)
        {
            try
            {
                WriteTo(directory, file.Name, file.Node, content);
                return;
            }
            catch (FileSystemException e) when (e.Failure == FileSystemFailure.AlreadyExists)
            {
                // Someone made it meanwhile: replaced like any other.
            }
        }

        var temporary = OwnNames.NextTemporary();
        WriteTo(directory, temporary, file.Node, content);
        MoveOver(directory.Handle, temporary, file.Name);
    }

    /// <summary>Gives a file written under a temporary name its length and metadata, and its name.</summary>
    public void Finish(FileWork file, byte[] temporaryName)
    {
        using var lease = target.Open(file.Directory);
        using (var handle = lease.Handle.OpenFileForWriting(temporaryName, out _))
        {
            handle.Truncate(file.Length);
            MetadataWriter.Apply(handle, file.Node);
        }

        MoveOver(lease.Handle, temporaryName, file.Name);
    }

    /// <summary>
    /// Writes a new file from what the live one has and what was fetched. The live one may have changed since it was read: what is taken
    /// from it is hashed again.
    /// </summary>
    public void Rebuild(FileWork file, DirectoryCache live, PatchPieces pieces)
    {
        using var from = OpenLive(file, live);
        using var lease = target.Open(file.Directory);
        var temporary = OwnNames.NextTemporary();
        var complete = false;
        try
        {
            using (var writer = DirectFileWriter.Create(lease.Handle, temporary, WhileIncomplete, file.Length))
            {
                CopyAll(file, from, pieces, writer);
                writer.Finish();
                MetadataWriter.Apply(writer.File, file.Node);
            }

            lease.Handle.Rename(temporary, lease.Handle, file.Name);
            complete = true;
        }
        finally
        {
            if (!complete)
            {
                Discard(lease.Handle, temporary);
            }
        }
    }

    /// <summary>Overwrites the ranges of the live file that differ. Everything to be written is at hand and verified.</summary>
    public void Patch(FileWork file, PatchPieces pieces)
    {
        using var lease = target.Open(file.Directory);
        using var handle = lease.Handle.OpenFileForWriting(file.Name, out var status);
        if (status.Inode != file.Live!.Inode || status.Device != file.Live.DeviceId || status.Links > 1)
        {
            throw new FileSystemException(0, "Patching", file.Name, FileSystemFailure.WrongType);
        }

        byte[] buffer = [];
        for (var i = 0; i < file.Content.Length; i++)
        {
            if (file.Matches![i])
            {
                continue;
            }

            var length = file.Offsets[i + 1] - file.Offsets[i];
            if (file.Zeros is not null && file.Zeros[i])
            {
                MakeZeros(handle, file.Offsets[i], length);
            }
            else
            {
                handle.WriteAt(file.Offsets[i], pieces.Read(file, i, ref buffer));
            }
        }

        if (status.Size != file.Length)
        {
            handle.Truncate(file.Length);
        }

        MetadataWriter.Apply(handle, file.Node);
    }

    /// <summary>Removes what a failed file left.</summary>
    public void Discard(FileWork file, byte[] temporaryName)
    {
        using var lease = target.Open(file.Directory);
        Discard(lease.Handle, temporaryName);
    }

    void ISegmentWriter.Create(FileWork file, byte[] temporaryName)
    {
        using var lease = target.Open(file.Directory);
        using var handle = lease.Handle.CreateFile(temporaryName, WhileIncomplete);
        if (file.Zeros is null)
        {
            handle.TryReserve(AlignedBuffer.RoundUp(file.Length));
        }
    }

    void ISegmentWriter.WriteSegment(FileWork file, byte[] temporaryName, long offset, ReadOnlySpan<byte> pages)
    {
        using var lease = target.Open(file.Directory);
        using var handle = lease.Handle.OpenFileForDirectWriting(temporaryName);
        handle.WritePagesAt(offset, pages);
    }

    void ISegmentWriter.WritePiece(FileWork file, byte[] temporaryName, long offset, ReadOnlySpan<byte> content)
    {
        using var lease = target.Open(file.Directory);
        using var handle = lease.Handle.OpenFileForWriting(temporaryName, out _);
        handle.WriteAt(offset, content);
    }

    private static void WriteTo(DirectoryCache.Lease directory, byte[] name, Node node, ReadOnlySpan<byte> content)
    {
        var created = false;
        try
        {
            if (content.Length >= DirectFrom)
            {
                using var writer = DirectFileWriter.Create(directory.Handle, name, MetadataWriter.CreationMode(node), content.Length);
                created = true;
                writer.Write(content);
                writer.Finish();
                FinishNew(directory, writer.File, node);
            }
            else
            {
                using var file = directory.Handle.CreateFile(name, MetadataWriter.CreationMode(node));
                created = true;
                file.WriteAt(0, content);
                FinishNew(directory, file, node);
            }
        }
        catch when (created)
        {
            Discard(directory.Handle, name);
            throw;
        }
    }

    private static void FinishNew(DirectoryCache.Lease directory, FileHandle file, Node node)
    {
        var defaults = directory.Defaults;
        MetadataWriter.FinishNew(file, node, ref defaults);
        directory.Defaults = defaults;
    }

    private static FileHandle OpenLive(FileWork file, DirectoryCache live)
    {
        try
        {
            using var source = live.Open(file.LiveDirectory!);
            return source.Handle.OpenFile(file.Live!.Name, out _);
        }
        catch (FileSystemException e) when (e.IsChangedUnderneath)
        {
            throw new LiveFileChangedException();
        }
    }

    private static void CopyAll(FileWork file, FileHandle from, PatchPieces pieces, DirectFileWriter writer)
    {
        byte[] buffer = [];
        for (var i = 0; i < file.Content.Length; i++)
        {
            if (!file.Matches![i])
            {
                writer.Write(pieces.Read(file, i, ref buffer));
                continue;
            }

            var length = (int)(file.Offsets[i + 1] - file.Offsets[i]);
            if (buffer.Length < length)
            {
                buffer = new byte[length];
            }

            var content = buffer.AsSpan(0, length);
            if (from.ReadAt(file.Offsets[i], content) < length || ObjectId.Hash(content) != file.Content[i].Value)
            {
                throw new LiveFileChangedException();
            }

            writer.Write(content);
        }
    }

    private static void MakeZeros(FileHandle handle, long offset, long length)
    {
        if (handle.TryPunchHole(offset, length))
        {
            return;
        }

        var zeros = new byte[Math.Min(length, 1 << 20)];
        for (var end = offset + length; offset < end; offset += zeros.Length)
        {
            handle.WriteAt(offset, zeros.AsSpan(0, (int)Math.Min(zeros.Length, end - offset)));
        }
    }

    private static void MoveOver(DirectoryHandle directory, byte[] temporary, byte[] name)
    {
        try
        {
            directory.Rename(temporary, directory, name);
        }
        catch
        {
            Discard(directory, temporary);
            throw;
        }
    }

    private static void Discard(DirectoryHandle directory, byte[] name)
    {
        try
        {
            directory.RemoveFileIfThere(name);
        }
        catch (FileSystemException)
        {
            // What failed first is what is told; the next restore removes the leftover.
        }
    }
}

/// <summary>A live file is no longer what it was when it was compared: everything is to be taken from the repository.</summary>
internal sealed class LiveFileChangedException : Exception;
