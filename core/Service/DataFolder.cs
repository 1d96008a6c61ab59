using System.Security.Cryptography;
using System.Text;
using SnapshotBot.Service.Operations;
using SnapshotBot.Storage.FileSystem;

// The one class of this project that may touch files of its own; volumes are reached through Storage.FileSystem.
#pragma warning disable RS0030

namespace SnapshotBot.Service;

/// <summary>
/// The folder everything of ours is in: <c>catalog.db</c>, <c>runner.lock</c>, <c>operations/</c>, <c>repository/</c>,
/// <c>repository-password</c>, <c>exports/</c>. Readable by its owner alone.
/// </summary>
public sealed class DataFolder
{
    private const string CallerSuffix = ".caller";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnerOnlyFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Names the folder; nothing is made before <see cref="Prepare"/>.</summary>
    public DataFolder(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
    }

    public string Path { get; }

    public string CatalogPath => In("catalog.db");

    /// <summary>Where the default repository is.</summary>
    public string RepositoryPath => In("repository");

    public string PasswordPath => In("repository-password");

    /// <summary>Where the user's own game profiles are.</summary>
    public string ProfilesPath => In("profiles");

    private string OperationsPath => In("operations");

    private string ExportsPath => In("exports");

    /// <summary>Makes the folder and those in it. Nothing happens to what is there.</summary>
    public void Prepare()
    {
        foreach (var folder in (string[])[Path, OperationsPath])
        {
            if (!Directory.Exists(folder))
                Directory.CreateDirectory(folder, OwnerOnly);
        }
    }

    /// <summary>Whether a folder of ours was ever made here.</summary>
    public bool Exists() => Directory.Exists(Path);

    internal bool HasPassword() => File.Exists(PasswordPath);

    /// <summary>Reads the repository's password, or makes one of 256 bits when there is none.</summary>
    /// <exception cref="IOException">The file can't be read or written.</exception>
    public RepositoryPassword ReadOrMakePassword()
    {
        Prepare();
        if (File.Exists(PasswordPath))
            return new(File.ReadAllText(PasswordPath, Encoding.UTF8).TrimEnd('\r', '\n'), PasswordPath, PasswordSource.Kept);

        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var made = PasswordPath + ".new";
        File.Delete(made);
        using (var file = new FileStream(made, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = OwnerOnlyFile,
        }))
        {
            file.Write(Encoding.UTF8.GetBytes(password + "\n"));
            file.Flush(flushToDisk: true);
        }

        try
        {
            // Two first starts at once: whoever is later takes the other's.
            File.Move(made, PasswordPath, overwrite: false);
        }
        catch (IOException) when (File.Exists(PasswordPath))
        {
            File.Delete(made);
            return ReadOrMakePassword();
        }

        SyncFolder(Path);
        return new(password, PasswordPath, PasswordSource.MadeNow);
    }

    /// <summary>Reads the password of another repository; white space around it is not part of it, as restic reads it.</summary>
    /// <exception cref="IOException">It can't be read, or holds none.</exception>
    internal string ReadPassword(string file)
    {
        const int longest = 1 << 16;
        var info = new FileInfo(System.IO.Path.GetFullPath(file, Path));
        if (!info.Exists || info.Length > longest)
            throw new IOException($"The password file {info.FullName} is not there or is no password file.");
        var password = File.ReadAllText(info.FullName, Encoding.UTF8).Trim();
        return password.Length > 0 ? password : throw new IOException($"The password file {info.FullName} holds no password.");
    }

    /// <summary>Takes the lock whose holder alone runs operations, or null while another process has it. Free at once when its holder dies.</summary>
    internal FileStream? TryTakeRunnerLock()
    {
        Prepare();
        return TryLock(In("runner.lock"));
    }

    /// <summary>Keeps other processes from bringing the catalog up to date at the same time, or null while one does.</summary>
    internal FileStream? TryLockCatalog() => TryLock(In("catalog.lock"));

    /// <summary>Says, for as long as the stream is open, that somebody waits for this operation.</summary>
    internal FileStream HoldCaller(OperationId id)
    {
        Prepare();
        return TryLock(CallerPath(id)) ?? throw new IOException($"Operation {id} has a caller already.");
    }

    internal bool HasCaller(OperationId id)
    {
        if (!File.Exists(CallerPath(id)))
            return false;
        using var free = TryLock(CallerPath(id));
        return free is null;
    }

    /// <summary>Operations somebody waited for who is gone without a word.</summary>
    internal IReadOnlyList<OperationId> CallersLeft()
    {
        if (!Directory.Exists(OperationsPath))
            return [];
        return [.. Directory.EnumerateFiles(OperationsPath, "*" + CallerSuffix)
            .Select(path => new OperationId(System.IO.Path.GetFileNameWithoutExtension(path)))
            .Where(id => OperationId.IsValid(id.Value) && !HasCaller(id))];
    }

    internal void RemoveCaller(OperationId id) => File.Delete(CallerPath(id));

    /// <summary>The folder of an operation's journal, manifest and spill; made when first written to.</summary>
    internal string OperationPath(OperationId id) =>
        OperationId.IsValid(id.Value)
            ? System.IO.Path.Combine(OperationsPath, id.Value)
            : throw new ArgumentException("Not an operation's id.", nameof(id));

    internal IReadOnlyList<OperationId> OperationsLeft()
    {
        if (!Directory.Exists(OperationsPath))
            return [];
        return [.. Directory.EnumerateDirectories(OperationsPath)
            .Select(path => System.IO.Path.GetFileName(path))
            .Where(OperationId.IsValid)
            .Order(StringComparer.Ordinal)
            .Select(name => new OperationId(name))];
    }

    /// <summary>Opens an operation's journal for appending, durable by name.</summary>
    internal FileStream OpenJournal(OperationId id)
    {
        var folder = OperationPath(id);
        Directory.CreateDirectory(folder, OwnerOnly);
        var path = System.IO.Path.Combine(folder, "journal");
        DropCutLine(path);
        var journal = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Append,
            Access = FileAccess.Write,
            Share = FileShare.Read,
            BufferSize = 0,
            UnixCreateMode = OwnerOnlyFile,
        });
        SyncFolder(folder);
        SyncFolder(OperationsPath);
        return journal;
    }

    /// <summary>A last line cut short by a crash would make one with the next.</summary>
    private static void DropCutLine(string path)
    {
        if (!File.Exists(path))
            return;
        using var journal = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        var text = new byte[journal.Length];
        journal.ReadExactly(text);
        var whole = text.AsSpan().LastIndexOf((byte)'\n') + 1;
        if (whole == text.Length)
            return;
        journal.SetLength(whole);
        journal.Flush(flushToDisk: true);
    }

    /// <summary>The journal's lines that were written to their end; a last one cut short by a crash is left out.</summary>
    internal IReadOnlyList<string> ReadJournal(OperationId id)
    {
        var path = System.IO.Path.Combine(OperationPath(id), "journal");
        if (!File.Exists(path))
            return [];
        var text = File.ReadAllText(path, Encoding.UTF8);
        var whole = text[..(text.LastIndexOf('\n') + 1)];
        return whole.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>When the journal was last written; null where there is none.</summary>
    internal DateTimeOffset? JournalWrittenAt(OperationId id)
    {
        var file = new FileInfo(System.IO.Path.Combine(OperationPath(id), "journal"));
        return file.Exists ? new DateTimeOffset(file.LastWriteTimeUtc) : null;
    }

    internal void RemoveOperation(OperationId id)
    {
        var folder = OperationPath(id);
        if (!Directory.Exists(folder))
            return;

        // The journal first: a folder half removed must not be read as work half done.
        File.Delete(System.IO.Path.Combine(folder, "journal"));
        SyncFolder(folder);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Where an archive goes that was asked for without a place; the folder is there then. Of the name stays what every system takes.</summary>
    internal string ExportPath(string name)
    {
        const int longest = 100;
        Directory.CreateDirectory(ExportsPath, OwnerOnly);
        var plain = string.Concat(name.Select(each => char.IsAsciiLetterOrDigit(each) || each is '-' or '_' ? each : '-'));
        return System.IO.Path.Combine(ExportsPath, (plain.Length > longest ? plain[^longest..] : plain).TrimStart('-') + ".tar.zst");
    }

    /// <summary>A folder for files that are only passing through; gone with the operation's folder at the latest.</summary>
    internal SpoolFolder MakeSpool(OperationId id, string name)
    {
        var path = System.IO.Path.Combine(OperationPath(id), "spill", name);
        Directory.CreateDirectory(path, OwnerOnly);
        return new SpoolFolder(path);
    }

    /// <summary>The user's profiles by file name, in order; null for the content of one that can't be read or is larger than the limit.</summary>
    internal IReadOnlyList<(string Name, byte[]? Content)> ReadProfiles(int limit)
    {
        if (!Directory.Exists(ProfilesPath))
            return [];
        return [.. Directory.EnumerateFiles(ProfilesPath, "*.json").Order(StringComparer.Ordinal).Select(path => (System.IO.Path.GetFileName(path), TryRead(path, limit)))];
    }

    /// <summary>Free and total bytes of the file system the data folder is on.</summary>
    internal FileSystemSpace Space()
    {
        Prepare();
        using var folder = DirectoryHandle.OpenRoot(Path);
        return folder.Space();
    }

    /// <summary>Room of the file system a folder is on, and which device that is; null when it is not there.</summary>
    internal static (FileSystemSpace Space, ulong Device)? SpaceOf(string path)
    {
        if (!Directory.Exists(path))
            return null;
        using var folder = DirectoryHandle.OpenRoot(path);
        return (folder.Space(), folder.Status().Device);
    }

    internal void CloseCatalogToOthers()
    {
        foreach (var path in (string[])[CatalogPath, CatalogPath + "-wal", CatalogPath + "-shm"])
        {
            if (File.Exists(path))
                File.SetUnixFileMode(path, OwnerOnlyFile);
        }
    }

    private static byte[]? TryRead(string path, int limit)
    {
        try
        {
            return new FileInfo(path).Length > limit ? null : File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static FileStream? TryLock(string path)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                BufferSize = 0,
                UnixCreateMode = OwnerOnlyFile,
            });
        }
        catch (IOException error) when (error.GetType() == typeof(IOException))
        {
            // The runtime tells a lock held elsewhere by a plain IOException; a missing folder or a refused right has a type of its own.
            return null;
        }
    }

    private static void SyncFolder(string path)
    {
        using var folder = DirectoryHandle.OpenRoot(path);
        folder.Sync();
    }

    private string CallerPath(OperationId id) => OperationPath(id) + CallerSuffix;

    private string In(string name) => System.IO.Path.Combine(Path, name);
}

/// <summary>A folder of an operation for files that are only passing through.</summary>
internal sealed class SpoolFolder(string path)
{
    public string Path { get; } = path;

    /// <summary>Writes a file below the folder. The name was made relative and free of dots by who read it; that is checked again here.</summary>
    public async Task WriteAsync(string name, Stream content, CancellationToken cancellationToken)
    {
        var target = System.IO.Path.GetFullPath(System.IO.Path.Combine(Path, name));
        if (!target.StartsWith(Path + "/", StringComparison.Ordinal))
            throw new IOException($"A file of an image is called {name}; nothing was written.");
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
        await using var file = new FileStream(target, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
        await content.CopyToAsync(file, cancellationToken);
    }

    public void Remove()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }
}

/// <summary>The repository's password and where it came from. Never logged: <see cref="ToString"/> hides it.</summary>
public sealed record RepositoryPassword(string Value, string Path, PasswordSource Source)
{
    public override string ToString() => $"password from {Path}";
}

/// <summary>Where a password came from.</summary>
public enum PasswordSource
{
    /// <summary>The environment or a file somebody named.</summary>
    Given,

    /// <summary>The file in the data folder, made before.</summary>
    Kept,

    /// <summary>The file in the data folder, made a moment ago: whoever sees this tells a person to keep a copy elsewhere.</summary>
    MadeNow,
}
