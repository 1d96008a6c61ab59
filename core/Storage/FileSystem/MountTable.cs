using System.Buffers.Text;

namespace SnapshotBot.Storage.FileSystem;

/// <summary>One line of <c>/proc/PID/mountinfo</c>. Paths are bytes, as the process of that table sees them.</summary>
/// <param name="Id">What <see cref="FileStatus.MountId"/> says of files on it.</param>
/// <param name="ParentId">The mount it is mounted on.</param>
/// <param name="Device">The file system's device, encoded as <c>st_dev</c>.</param>
/// <param name="Root">The directory of that file system that is mounted: more than "/" for a bind mount.</param>
/// <param name="MountPoint">Where.</param>
/// <param name="Options">Options of the mount.</param>
/// <param name="FileSystem">The kind of file system: ext4, overlay, tmpfs.</param>
/// <param name="Source">What was mounted.</param>
/// <param name="SuperOptions">Options of the file system: of an overlay, its lower and upper directories, as the kernel wrote them.</param>
public sealed record Mount(
    ulong Id,
    ulong ParentId,
    ulong Device,
    ReadOnlyMemory<byte> Root,
    ReadOnlyMemory<byte> MountPoint,
    string Options,
    string FileSystem,
    ReadOnlyMemory<byte> Source,
    ReadOnlyMemory<byte> SuperOptions)
{
    public bool IsReadOnly => Options.Split(',').Contains("ro", StringComparer.Ordinal);

    /// <summary>An option of the file system, such as an overlay's <c>upperdir</c>; null when it has none of that name.</summary>
    /// <remarks>Within a value the kernel writes a comma as three octal digits, and overlayfs keeps a backslash before what it escaped.</remarks>
    public byte[]? SuperOption(string name)
    {
        var key = System.Text.Encoding.UTF8.GetBytes(name + "=");
        var rest = SuperOptions.Span;
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)',');
            var option = end < 0 ? rest : rest[..end];
            if (option.StartsWith(key))
            {
                return WithoutBackslashes(MountTable.Unescape(option[key.Length..]));
            }

            rest = end < 0 ? [] : rest[(end + 1)..];
        }

        return null;
    }

    private static byte[] WithoutBackslashes(byte[] value)
    {
        var plain = new List<byte>(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == (byte)'\\' && i + 1 < value.Length)
            {
                i++;
            }

            plain.Add(value[i]);
        }

        return [.. plain];
    }
}

/// <summary>The mounts a process sees, as they were when read. Immutable.</summary>
public sealed class MountTable
{
    private readonly List<Mount> _mounts;

    private MountTable(List<Mount> mounts)
    {
        _mounts = mounts;
    }

    public IReadOnlyList<Mount> Mounts => _mounts;

    /// <summary>The mounts of this process.</summary>
    public static MountTable Read() => Parse(File.ReadAllBytes("/proc/self/mountinfo"));

    /// <summary>The mounts of another process; null when there is none of that id, or it is not for us to see.</summary>
    public static MountTable? TryReadOf(int processId)
    {
        try
        {
            return Parse(File.ReadAllBytes($"/proc/{processId}/mountinfo"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Reads the text of a mountinfo file (proc(5)); lines it can't read are left out.</summary>
    public static MountTable Parse(ReadOnlySpan<byte> text)
    {
        var mounts = new List<Mount>();
        while (!text.IsEmpty)
        {
            var end = text.IndexOf((byte)'\n');
            var line = end < 0 ? text : text[..end];
            text = end < 0 ? [] : text[(end + 1)..];
            if (ParseLine(line) is { } mount)
            {
                mounts.Add(mount);
            }
        }

        return new(mounts);
    }

    public Mount? Find(ulong mountId) => _mounts.Find(mount => mount.Id == mountId);

    /// <summary>Mounts strictly below an absolute path: what a walk that stays on one mount leaves out.</summary>
    public IEnumerable<Mount> Below(byte[] path) =>
        _mounts.Where(mount => IsAtOrBelow(mount.MountPoint.Span, path) && !mount.MountPoint.Span.SequenceEqual(path));

    private static bool IsAtOrBelow(ReadOnlySpan<byte> path, ReadOnlySpan<byte> top) =>
        top.SequenceEqual("/"u8) || (path.StartsWith(top) && (path.Length == top.Length || path[top.Length] == (byte)'/'));

    private static Mount? ParseLine(ReadOnlySpan<byte> line)
    {
        // 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
        var separator = line.IndexOf(" - "u8);
        if (separator < 0
            || !Number(line, 0, out var id)
            || !Number(line, 1, out var parent)
            || !TryDevice(Field(line, 2), out var device))
        {
            return null;
        }

        var tail = line[(separator + 3)..];
        return new(
            id,
            parent,
            device,
            Unescape(Field(line, 3)),
            Unescape(Field(line, 4)),
            System.Text.Encoding.UTF8.GetString(Field(line, 5)),
            System.Text.Encoding.UTF8.GetString(Field(tail, 0)),
            Unescape(Field(tail, 1)),
            Field(tail, 2).ToArray());
    }

    private static bool Number(ReadOnlySpan<byte> line, int index, out ulong value) => Utf8Parser.TryParse(Field(line, index), out value, out _);

    private static bool TryDevice(ReadOnlySpan<byte> field, out ulong device)
    {
        device = 0;
        var colon = field.IndexOf((byte)':');
        if (colon < 0 || !Utf8Parser.TryParse(field[..colon], out uint major, out _) || !Utf8Parser.TryParse(field[(colon + 1)..], out uint minor, out _))
        {
            return false;
        }

        device = FileStatus.MakeDevice(major, minor);
        return true;
    }

    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> line, int index)
    {
        for (; index > 0; index--)
        {
            var space = line.IndexOf((byte)' ');
            line = space < 0 ? [] : line[(space + 1)..];
        }

        var end = line.IndexOf((byte)' ');
        return end < 0 ? line : line[..end];
    }

    /// <summary>The kernel writes space, tab, newline and backslash as three octal digits.</summary>
    internal static byte[] Unescape(ReadOnlySpan<byte> field)
    {
        var plain = new List<byte>(field.Length);
        for (var i = 0; i < field.Length; i++)
        {
            if (field[i] == (byte)'\\' && i + 3 < field.Length && IsOctal(field[i + 1]) && IsOctal(field[i + 2]) && IsOctal(field[i + 3]))
            {
                plain.Add((byte)(((field[i + 1] - '0') << 6) | ((field[i + 2] - '0') << 3) | (field[i + 3] - '0')));
                i += 3;
            }
            else
            {
                plain.Add(field[i]);
            }
        }

        return [.. plain];
    }

    private static bool IsOctal(byte digit) => digit is >= (byte)'0' and <= (byte)'7';
}
