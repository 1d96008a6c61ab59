using Microsoft.Win32.SafeHandles;

namespace SnapshotBot.Storage.Backends;

/// <summary>Writes one file so that it appears whole or not at all.</summary>
internal sealed class LocalFileWriter(string root, LocalBackendOptions options)
{
    /// <summary>Part of every temporary name; what holds it is never an id, so every reader passes over it.</summary>
    public const string TemporaryMark = "-tmp-sb";

    private const UnixFileMode OwnerReads = UnixFileMode.UserRead;

    private readonly LocalBackendOptions _options = options;
    private int _counter;

    public void Write(RepositoryFile file, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (folderName, name) = LocalLayout.Locate(file);
        var folder = Path.Combine(root, folderName);
        var final = Path.Combine(folder, name);
        var temporary = $"{final}{TemporaryMark}{Environment.ProcessId}-{Interlocked.Increment(ref _counter)}";
        try
        {
            using (var handle = OpenNew(temporary, folder, content.Length))
            {
                RandomAccess.Write(handle, content.Span, 0);
                File.SetUnixFileMode(handle, OwnerReads);
                RandomAccess.FlushToDisk(handle);
                cancellationToken.ThrowIfCancellationRequested();
                File.Move(temporary, final, overwrite: file.Kind != FileKind.Config);
            }
        }
        catch
        {
            Discard(temporary);
            throw;
        }

        LocalFolders.Flush(folder);
    }

    private static SafeFileHandle OpenNew(string path, string folder, long size)
    {
        try
        {
            return File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.None, size);
        }
        catch (DirectoryNotFoundException) when (Directory.Exists(Path.GetDirectoryName(folder)))
        {
            // Other tools make the 256 folders of packs only when they need one.
            Directory.CreateDirectory(folder, LocalFolders.Private);
            LocalFolders.Flush(Path.GetDirectoryName(folder)!);
            return File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.None, size);
        }
    }

    private static void Discard(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The reason of the failure is on its way to the caller; the leftover is removed by the next prune.
        }
    }
}
