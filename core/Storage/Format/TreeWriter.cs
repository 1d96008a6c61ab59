using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Storage.Format;

/// <summary>
/// Writes a tree as JSON, field by field in the order of restic's design document ("Trees and Data"). One instance serves one thread
/// and is used again for tree after tree: it allocates nothing per node.
/// </summary>
public sealed class TreeWriter
{
    private readonly ArrayBufferWriter<byte> _output = new(64 * 1024);
    private readonly ArrayBufferWriter<byte> _quoted = new(256);

    /// <summary>Writes nodes that are sorted by name already; the result is valid until the next call.</summary>
    public ReadOnlyMemory<byte> Write(IReadOnlyList<Node> nodes)
    {
        _output.ResetWrittenCount();
        Raw("{\"nodes\":["u8);
        for (var i = 0; i < nodes.Count; i++)
        {
            if (i > 0)
            {
                Raw(","u8);
            }

            Write(nodes[i]);
        }

        Raw("]}\n"u8);
        return _output.WrittenMemory;
    }

    private void Write(Node node)
    {
        Raw("{\"name\":"u8);
        QuotedName(node.Name);
        Raw(",\"type\":\""u8);
        Raw(NodeTypes.ToUtf8(node.Type));
        Raw("\",\"mode\":"u8);
        Number(GoFileMode.From(node.Type, node.Permissions));
        Raw(",\"mtime\":"u8);
        Time(node.ModifiedAt);
        Raw(",\"atime\":"u8);
        Time(node.AccessedAt);
        Raw(",\"ctime\":"u8);
        Time(node.ChangedAt);
        Raw(",\"uid\":"u8);
        Number(node.UserId);
        Raw(",\"gid\":"u8);
        Number(node.GroupId);
        Text(",\"user\":"u8, node.User);
        Text(",\"group\":"u8, node.Group);
        Optional(",\"inode\":"u8, node.Inode);
        Optional(",\"device_id\":"u8, node.DeviceId);
        Optional(",\"size\":"u8, node.Size);
        Optional(",\"links\":"u8, node.Links);
        Link(node.LinkTarget);
        Attributes(node.ExtendedAttributes);
        Optional(",\"device\":"u8, node.Device);
        Content(node);
        Text(",\"error\":"u8, node.Error);
        Raw("}"u8);
    }

    private void Raw(ReadOnlySpan<byte> utf8) => _output.Write(utf8);

    private void Number(ulong value)
    {
        Utf8Formatter.TryFormat(value, _output.GetSpan(20), out var written);
        _output.Advance(written);
    }

    private void Optional(ReadOnlySpan<byte> name, ulong value)
    {
        if (value != 0)
        {
            Raw(name);
            Number(value);
        }
    }

    private void Text(ReadOnlySpan<byte> name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            Raw(name);
            Json(Encoding.UTF8.GetBytes(value));
        }
    }

    private void QuotedName(ReadOnlySpan<byte> name)
    {
        if (GoText.IsPlain(name))
        {
            Raw("\""u8);
            Raw(name);
            Raw("\""u8);
            return;
        }

        _quoted.ResetWrittenCount();
        GoText.Quote(name, _quoted);
        Json(_quoted.WrittenSpan);
    }

    private void Json(ReadOnlySpan<byte> utf8)
    {
        Raw("\""u8);
        Raw(JsonEncodedText.Encode(utf8, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
        Raw("\""u8);
    }

    private void Time(UnixTime time)
    {
        Raw("\""u8);
        _output.Advance(TimeText.Format(time, _output.GetSpan(TimeText.MaxLength)));
        Raw("\""u8);
    }

    private void Link(byte[]? target)
    {
        if (target is null)
        {
            return;
        }

        Raw(",\"linktarget\":"u8);
        if (System.Text.Unicode.Utf8.IsValid(target))
        {
            Json(target);
            return;
        }

        // Text can't carry it: readers that know no raw form get the nearest text.
        Json(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(target)));
        Raw(",\"linktarget_raw\":"u8);
        Bytes(target);
    }

    private void Bytes(ReadOnlySpan<byte> value)
    {
        Raw("\""u8);
        Base64.EncodeToUtf8(value, _output.GetSpan(Base64.GetMaxEncodedToUtf8Length(value.Length)), out _, out var written);
        _output.Advance(written);
        Raw("\""u8);
    }

    private void Attributes(ExtendedAttribute[] attributes)
    {
        var any = false;
        foreach (var attribute in attributes)
        {
            if (!attribute.CanBeKept)
            {
                continue;
            }

            Raw(any ? ","u8 : ",\"extended_attributes\":["u8);
            any = true;
            Raw("{\"name\":"u8);
            Json(attribute.Name);
            Raw(",\"value\":"u8);
            Bytes(attribute.Value);
            Raw("}"u8);
        }

        if (any)
        {
            Raw("]"u8);
        }
    }

    private void Content(Node node)
    {
        if (node.Content is null)
        {
            Raw(",\"content\":null"u8);
        }
        else
        {
            Raw(",\"content\":["u8);
            for (var i = 0; i < node.Content.Length; i++)
            {
                Raw(i == 0 ? "\""u8 : ",\""u8);
                Id(node.Content[i].Value);
            }

            Raw("]"u8);
        }

        if (node.Subtree is { } subtree)
        {
            Raw(",\"subtree\":\""u8);
            Id(subtree.Value);
        }
    }

    private void Id(ObjectId id)
    {
        id.CopyHexTo(_output.GetSpan(ObjectId.TextLength));
        _output.Advance(ObjectId.TextLength);
        Raw("\""u8);
    }
}
