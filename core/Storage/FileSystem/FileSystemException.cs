using System.Text;

namespace SnapshotBot.Storage.FileSystem;

/// <summary>Why a file could not be handled.</summary>
public enum FileSystemFailure
{
    /// <summary>Not there, or no longer.</summary>
    NotFound,

    /// <summary>Something of that name is there already, or a directory is not empty.</summary>
    AlreadyExists,

    /// <summary>No room on the device or in the quota.</summary>
    NoSpace,

    /// <summary>The file system is read-only.</summary>
    ReadOnly,

    /// <summary>This process may not do that.</summary>
    AccessDenied,

    /// <summary>A symbolic link was in the way, or the path leads out of its root or across a mount.</summary>
    SymlinkOrEscaped,

    /// <summary>It is not what was expected: a directory, a regular file.</summary>
    WrongType,

    /// <summary>The name can't be a file's name (empty, ".", "..", with a slash or a NUL, over 255 bytes).</summary>
    BadName,

    /// <summary>The file system or the kernel does not know how.</summary>
    NotSupported,

    /// <summary>Too many files are open.</summary>
    TooManyOpen,

    /// <summary>The device failed while reading or writing.</summary>
    Device,

    Other,
}

/// <summary>A file or directory could not be handled. Carries the error number and the path, in bytes as they are.</summary>
public sealed class FileSystemException : IOException
{
    private readonly byte[] _path;

    public FileSystemException(int errno, string operation, ReadOnlySpan<byte> path)
        : this(errno, operation, path, Classify(errno))
    {
    }

    public FileSystemException(int errno, string operation, ReadOnlySpan<byte> path, FileSystemFailure failure)
        : base($"{operation} '{PathText.Show(path)}' failed: {Describe(errno, failure)}.")
    {
        ErrorNumber = errno;
        Operation = operation;
        Failure = failure;
        _path = path.ToArray();
    }

    /// <summary>Linux's errno; 0 when no system call failed.</summary>
    public int ErrorNumber { get; }

    /// <summary>What was tried, as the beginning of a sentence: "Reading".</summary>
    public string Operation { get; }

    public FileSystemFailure Failure { get; }

    /// <summary>The name or path the call was about, relative to the directory it was asked of.</summary>
    public ReadOnlyMemory<byte> Path => _path;

    public bool IsNotFound => Failure == FileSystemFailure.NotFound;

    /// <summary>Whether a walk meets this when files change under it: not there, swapped for a link or another type.</summary>
    public bool IsChangedUnderneath =>
        Failure is FileSystemFailure.NotFound or FileSystemFailure.SymlinkOrEscaped or FileSystemFailure.WrongType || ErrorNumber == Errno.Stale;

    /// <summary>The same failure, its path told from further up.</summary>
    public FileSystemException Within(ReadOnlySpan<byte> parent) =>
        parent.IsEmpty ? this : new(ErrorNumber, Operation, PathText.Join(parent, _path), Failure);

    internal static FileSystemFailure Classify(int errno) => errno switch
    {
        Errno.NoEntry or Errno.Stale => FileSystemFailure.NotFound,
        Errno.Exists or Errno.NotEmpty => FileSystemFailure.AlreadyExists,
        Errno.NoSpace or Errno.QuotaExceeded => FileSystemFailure.NoSpace,
        Errno.ReadOnly => FileSystemFailure.ReadOnly,
        Errno.NotPermitted or Errno.AccessDenied => FileSystemFailure.AccessDenied,
        Errno.SymlinkLoop or Errno.CrossDevice => FileSystemFailure.SymlinkOrEscaped,
        Errno.NotADirectory or Errno.IsADirectory or Errno.NoSuchDevice => FileSystemFailure.WrongType,
        Errno.NameTooLong => FileSystemFailure.BadName,
        Errno.NotSupported or Errno.NotImplemented => FileSystemFailure.NotSupported,
        Errno.TooManyOpen or Errno.TooManyInSystem => FileSystemFailure.TooManyOpen,
        Errno.InputOutput => FileSystemFailure.Device,
        _ => FileSystemFailure.Other,
    };

    private static string Describe(int errno, FileSystemFailure failure) => failure switch
    {
        FileSystemFailure.NotFound => "it is not there",
        FileSystemFailure.AlreadyExists => errno == Errno.NotEmpty ? "the directory is not empty" : "it exists already",
        FileSystemFailure.NoSpace => errno == Errno.QuotaExceeded ? "the quota is used up" : "the disk is full",
        FileSystemFailure.ReadOnly => "the file system is read-only",
        FileSystemFailure.AccessDenied => "permission denied",
        FileSystemFailure.SymlinkOrEscaped => "a symbolic link is in the way, or the path leads to another mount",
        FileSystemFailure.WrongType => errno == Errno.NotADirectory ? "it is not a directory" : "it is not a regular file",
        FileSystemFailure.BadName => "no file can have this name",
        FileSystemFailure.NotSupported => errno == Errno.NotImplemented ? "the kernel is too old (Linux 5.6 or newer is needed)" : "the file system does not support it",
        FileSystemFailure.TooManyOpen => "too many files are open",
        FileSystemFailure.Device => "the device reported an input/output error",
        _ => $"error {errno}",
    };
}

/// <summary>Paths are bytes; this is how people are shown one.</summary>
public static class PathText
{
    /// <summary>UTF-8 as it is, bytes that are not and control characters as <c>\xNN</c>. Harmless on a terminal, long ones cut.</summary>
    public static string Show(ReadOnlySpan<byte> path)
    {
        const int longest = 1024;
        var text = new StringBuilder();
        while (!path.IsEmpty && text.Length < longest)
        {
            var good = Rune.DecodeFromUtf8(path, out var rune, out var used) == System.Buffers.OperationStatus.Done;
            if (good && !Rune.IsControl(rune) && Rune.GetUnicodeCategory(rune) != System.Globalization.UnicodeCategory.Format)
                text.Append(rune.ToString());
            else
                foreach (var unit in path[..used])
                    text.Append("\\x").Append(unit.ToString("x2", System.Globalization.CultureInfo.InvariantCulture));
            path = path[used..];
        }

        return path.IsEmpty ? text.ToString() : text.Append('…').ToString();
    }

    public static byte[] Join(ReadOnlySpan<byte> parent, ReadOnlySpan<byte> name)
    {
        if (parent.IsEmpty || name.IsEmpty)
            return parent.IsEmpty ? name.ToArray() : parent.ToArray();
        var slash = parent[^1] == (byte)'/' ? 0 : 1;
        var joined = new byte[parent.Length + slash + name.Length];
        parent.CopyTo(joined);
        joined[parent.Length + slash - 1] = (byte)'/';
        name.CopyTo(joined.AsSpan(parent.Length + slash));
        return joined;
    }

    /// <summary>Whether these bytes can name an entry of a directory.</summary>
    public static bool IsName(ReadOnlySpan<byte> name) =>
        name.Length is > 0 and <= 255
        && name.IndexOfAny((byte)'/', (byte)0) < 0
        && !name.SequenceEqual("."u8)
        && !name.SequenceEqual(".."u8);
}
