using System.Text;
using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Storage.Backends;

/// <summary>Writes one file so that it appears whole or not at all.</summary>
/// <remarks>
/// Temporary name, content, flush, rename, flush of the folder; the caller hears of success after the last. The temporary file is locked
/// until it has its name, and room is reserved first, so that a full disk shows before anything is written.
/// </remarks>
internal sealed class LocalFileWriter(LocalFolders folders, LocalBackendOptions options, string location)
{
    private const uint WhileWriting = 0x180; // 0600

    private int _counter;

    /// <summary>Part of every temporary name; what holds it is never an id, so every reader passes over it.</summary>
    public static ReadOnlySpan<byte> TemporaryMark => "-tmp-sb"u8;

    public void Write(RepositoryFile file, ReadOnlySpan<byte> content, CancellationToken cancellationToken)
    {
        var (folder, text) = LocalLayout.Locate(file);
        var name = Encoding.UTF8.GetBytes(text);
        var temporary = TemporaryName(name);
        using var directory = folders.OpenOrCreate(folder);
        using var top = folders.Open("");
        var (mode, _) = LocalFolders.Modes(top);
        try
        {
            using var written = WriteTemporary(directory, temporary, content, mode);
            cancellationToken.ThrowIfCancellationRequested();
            if (file.Kind == FileKind.Config)
            {
                MoveConfig(directory, temporary, name);
            }
            else
            {
                directory.Rename(temporary, directory, name);
            }
        }
        catch
        {
            Discard(directory, temporary);
            throw;
        }

        directory.Sync();
    }

    private byte[] TemporaryName(byte[] name) =>
        [.. name, .. TemporaryMark, .. Encoding.UTF8.GetBytes($"{Environment.ProcessId}-{Interlocked.Increment(ref _counter)}-{Guid.NewGuid():N}")];

    /// <returns>What keeps the file locked: one that no living writer holds is taken for a dead one's and removed.</returns>
    private IDisposable WriteTemporary(DirectoryHandle directory, byte[] temporary, ReadOnlySpan<byte> content, uint mode)
    {
        if (content.Length >= options.DirectFrom)
        {
            var writer = DirectFileWriter.Create(directory, temporary, WhileWriting, content.Length);
            try
            {
                writer.File.TryLock();
                writer.Write(content);
                writer.Finish();
                Seal(writer.File, mode);
                return writer;
            }
            catch
            {
                writer.Dispose();
                throw;
            }
        }

        var file = directory.CreateFile(temporary, WhileWriting);
        try
        {
            file.TryLock();
            file.WriteAt(0, content);
            Seal(file, mode);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static void Seal(FileHandle file, uint mode)
    {
        try
        {
            file.SetMode(mode);
        }
        catch (FileSystemException e) when (e.Failure is FileSystemFailure.AccessDenied or FileSystemFailure.NotSupported)
        {
            // Shares of other systems keep no modes; the content is sealed all the same.
        }

        file.Sync();
    }

    private void MoveConfig(DirectoryHandle directory, byte[] temporary, byte[] name)
    {
        try
        {
            try
            {
                directory.RenameNoReplace(temporary, directory, name);
            }
            catch (FileSystemException e) when (e.Failure == FileSystemFailure.NotSupported)
            {
                directory.CreateHardLink(name, directory, temporary);
                directory.RemoveFileIfThere(temporary);
            }
        }
        catch (FileSystemException e) when (e.Failure == FileSystemFailure.AlreadyExists)
        {
            throw BackendErrors.ConfigReplaced(location);
        }
    }

    private static void Discard(DirectoryHandle directory, byte[] temporary)
    {
        try
        {
            directory.RemoveFileIfThere(temporary);
        }
        catch (FileSystemException)
        {
            // The reason of the failure is on its way to the caller; the leftover goes with the next prune.
        }
    }
}
