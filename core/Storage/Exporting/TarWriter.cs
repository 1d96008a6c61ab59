using System.Globalization;
using System.Text;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Exporting;

/// <summary>
/// Writes the POSIX pax format ("pax Interchange Format" in POSIX.1-2008). By hand, because names and attributes here are bytes: the
/// platform's writer takes text only, and a world may hold names that are no UTF-8. Numbers too large for a field, times with fractions, long
/// names and attributes go into a pax header before the entry.
/// </summary>
internal sealed class TarWriter(Stream output)
{
    private const int Block = 512;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] _header = new byte[Block];
    private readonly MemoryStream _records = new();

    /// <summary>Begins an entry; a file's content is to follow, exactly as long as said.</summary>
    /// <param name="path">Names with slashes between, none in front.</param>
    /// <param name="node">What it is.</param>
    /// <param name="hardLinkTo">An entry already written that this is another name of, or null.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task BeginAsync(byte[] path, Node node, byte[]? hardLinkTo, CancellationToken cancellationToken)
    {
        var size = node.Type == NodeType.File && hardLinkTo is null ? (long)node.Size : 0;
        var link = hardLinkTo ?? (node.Type == NodeType.Symlink ? node.LinkTarget : null) ?? [];
        byte[] name = node.Type == NodeType.Directory ? [.. path, (byte)'/'] : path;
        _records.SetLength(0);
        Records(name, link, size, node, hardLinkTo is not null);
        if (_records.Length > 0)
        {
            Header("././@PaxHeader"u8, [], 'x', _records.Length, new Node { Name = [], Type = NodeType.File, Permissions = 0x1A4 });
            await output.WriteAsync(_header, cancellationToken);
            await output.WriteAsync(_records.GetBuffer().AsMemory(0, (int)_records.Length), cancellationToken);
            await PadAsync(_records.Length, cancellationToken);
        }

        Header(name, link, hardLinkTo is not null ? '1' : TypeOf(node.Type), size, node);
        await output.WriteAsync(_header, cancellationToken);
    }

    /// <summary>Ends a file's content.</summary>
    public Task PadAsync(long size, CancellationToken cancellationToken)
    {
        var rest = (int)(size % Block);
        return rest == 0 ? Task.CompletedTask : output.WriteAsync(new byte[Block - rest], cancellationToken).AsTask();
    }

    /// <summary>Ends the archive.</summary>
    public Task EndAsync(CancellationToken cancellationToken) => output.WriteAsync(new byte[2 * Block], cancellationToken).AsTask();

    private static char TypeOf(NodeType type) => type switch
    {
        NodeType.Directory => '5',
        NodeType.Symlink => '2',
        NodeType.Fifo => '6',
        NodeType.CharDevice => '3',
        NodeType.BlockDevice => '4',
        _ => '0',
    };

    private void Records(byte[] name, byte[] link, long size, Node node, bool isLink)
    {
        if (name.Length > 100 || !IsAscii(name))
            Record("path", name);
        if (link.Length > 100 || !IsAscii(link))
            Record("linkpath", link);
        if (size > 0x1_FFFF_FFFF)
            Record("size", Number(size));
        if (node.UserId > 0x1F_FFFF)
            Record("uid", Number(node.UserId));
        if (node.GroupId > 0x1F_FFFF)
            Record("gid", Number(node.GroupId));
        if (node.ModifiedAt.Nanoseconds != 0 || node.ModifiedAt.Seconds is < 0 or > 0x1_FFFF_FFFF)
            Record("mtime", TimeText(node.ModifiedAt));
        foreach (var attribute in isLink ? [] : node.ExtendedAttributes)
            Record("SCHILY.xattr." + Encoding.UTF8.GetString(attribute.Name), attribute.Value);
    }

    // "LENGTH KEY=VALUE\n", where LENGTH counts its own digits too.
    private void Record(string key, byte[] value)
    {
        if (key is "path" or "linkpath" && !IsUtf8(value))
            Record("hdrcharset", "BINARY"u8.ToArray());
        var rest = Encoding.UTF8.GetByteCount(key) + value.Length + 3;
        var length = rest + Digits(rest);
        if (Digits(length) != Digits(rest))
            length = rest + Digits(length);
        _records.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{length} {key}=")));
        _records.Write(value);
        _records.WriteByte((byte)'\n');
    }

    private void Header(ReadOnlySpan<byte> name, ReadOnlySpan<byte> link, char type, long size, Node node)
    {
        var header = _header.AsSpan();
        header.Clear();
        name[..Math.Min(100, name.Length)].CopyTo(header);
        Octal(header.Slice(100, 8), node.Permissions);
        Octal(header.Slice(108, 8), Math.Min(node.UserId, 0x1F_FFFF));
        Octal(header.Slice(116, 8), Math.Min(node.GroupId, 0x1F_FFFF));
        Octal(header.Slice(124, 12), Math.Min(size, 0x1_FFFF_FFFF));
        Octal(header.Slice(136, 12), Math.Clamp(node.ModifiedAt.Seconds, 0, 0x1_FFFF_FFFF));
        header[156] = (byte)type;
        link[..Math.Min(100, link.Length)].CopyTo(header[157..]);
        "ustar\000"u8.CopyTo(header[257..]);
        "00"u8.CopyTo(header[263..]);
        Text(header.Slice(265, 32), node.User);
        Text(header.Slice(297, 32), node.Group);
        if (type is '3' or '4')
        {
            var (major, minor) = Device(node.Device);
            Octal(header.Slice(329, 8), major);
            Octal(header.Slice(337, 8), minor);
        }

        header.Slice(148, 8).Fill((byte)' ');
        var sum = 0;
        foreach (var each in header)
            sum += each;
        Octal(header.Slice(148, 7), sum);
        header[155] = (byte)' ';
    }

    private static void Text(Span<byte> field, string? text)
    {
        if (text is { Length: > 0 } && Encoding.UTF8.GetByteCount(text) < field.Length)
            Encoding.UTF8.GetBytes(text, field);
    }

    /// <summary>The kernel's packing of a device's number.</summary>
    private static (long Major, long Minor) Device(ulong device) =>
        ((long)(((device >> 8) & 0xFFF) | ((device >> 32) & ~0xFFFUL)) & 0x1F_FFFF, (long)((device & 0xFF) | ((device >> 12) & ~0xFFUL)) & 0x1F_FFFF);

    private static void Octal(Span<byte> field, long value)
    {
        for (var i = field.Length - 2; i >= 0; i--)
        {
            field[i] = (byte)('0' + (value & 7));
            value >>= 3;
        }
    }

    private static byte[] Number(long value) => Encoding.ASCII.GetBytes(value.ToString(CultureInfo.InvariantCulture));

    private static byte[] TimeText(UnixTime time)
    {
        // Before 1970 a fraction counts down from the second above.
        var (seconds, nanoseconds) = time is { Seconds: < 0, Nanoseconds: > 0 } ? (time.Seconds + 1, 1_000_000_000 - time.Nanoseconds) : (time.Seconds, time.Nanoseconds);
        var sign = time.Seconds < 0 ? "-" : "";
        return Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{sign}{Math.Abs(seconds)}.{nanoseconds:000000000}").TrimEnd('0').TrimEnd('.'));
    }

    private static int Digits(int number) => number.ToString(CultureInfo.InvariantCulture).Length;

    private static bool IsAscii(ReadOnlySpan<byte> text) => !text.ContainsAnyExceptInRange((byte)0x20, (byte)0x7E);

    private static bool IsUtf8(byte[] text)
    {
        try
        {
            _ = Strict.GetCharCount(text);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
