using System.Text.Json;
using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Storage.Format;

/// <summary>Reads a tree's JSON. What a stranger may have written is refused with a sentence, never trusted: see <see cref="Read"/>.</summary>
public static class TreeReader
{
    /// <summary>
    /// Reads a tree blob. Unknown fields are passed over. A name that is empty, <c>.</c>, <c>..</c>, or holds a slash or NUL, or stands
    /// twice, makes the whole tree damaged: nothing of it may be restored.
    /// </summary>
    /// <exception cref="RepositoryDamagedException">It is not a tree.</exception>
    public static Tree Read(ReadOnlySpan<byte> json, TreeId id)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 16 });
            List<Node> nodes = [];
            string? user = null, group = null;
            Expect(reader.Read() && reader.TokenType == JsonTokenType.StartObject);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isNodes = reader.ValueTextEquals("nodes"u8);
                reader.Read();
                if (!isNodes)
                {
                    reader.Skip();
                }
                else if (reader.TokenType != JsonTokenType.Null)
                {
                    Expect(reader.TokenType == JsonTokenType.StartArray);
                    while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
                    {
                        nodes.Add(ReadNode(ref reader, ref user, ref group));
                    }

                    Expect(reader.TokenType == JsonTokenType.EndArray);
                }
            }

            Expect(reader.TokenType == JsonTokenType.EndObject);
            return Sorted(nodes);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or OverflowException)
        {
            throw new RepositoryDamagedException($"Tree {id.Value.ToShortString()} is not readable: {e.Message}", blob: id.Blob, inner: e);
        }
    }

    private static Tree Sorted(List<Node> nodes)
    {
        var sorted = true;
        for (var i = 1; i < nodes.Count && sorted; i++)
        {
            sorted = nodes[i - 1].Name.AsSpan().SequenceCompareTo(nodes[i].Name) < 0;
        }

        if (!sorted)
        {
            nodes.Sort((a, b) => a.Name.AsSpan().SequenceCompareTo(b.Name));
            for (var i = 1; i < nodes.Count; i++)
            {
                Expect(!nodes[i - 1].Name.AsSpan().SequenceEqual(nodes[i].Name), "a name stands twice");
            }
        }

        return new Tree(nodes);
    }

    private static void Expect(bool holds, string what = "not a tree")
    {
        if (!holds)
        {
            throw new FormatException(what);
        }
    }

    /// <summary>Account names repeat from node to node: the last ones are handed on, so that one string serves them all.</summary>
    private static Node ReadNode(ref Utf8JsonReader reader, ref string? lastUser, ref string? lastGroup)
    {
        byte[]? name = null, link = null, rawLink = null;
        var type = NodeType.Other;
        uint mode = 0, uid = 0, gid = 0;
        UnixTime modified = default, accessed = default, changed = default;
        string? user = null, group = null, error = null;
        ulong inode = 0, deviceId = 0, size = 0, links = 0, device = 0;
        ExtendedAttribute[] attributes = [];
        BlobId[]? content = null;
        TreeId? subtree = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = Field(ref reader);
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null)
            {
                continue;
            }

            switch (field)
            {
                case NodeField.Name: name = Name(ref reader); break;
                case NodeField.Type: type = NodeTypes.Parse(ref reader); break;
                case NodeField.Mode: mode = reader.GetUInt32(); break;
                case NodeField.ModifiedAt: modified = Time(ref reader); break;
                case NodeField.AccessedAt: accessed = Time(ref reader); break;
                case NodeField.ChangedAt: changed = Time(ref reader); break;
                case NodeField.UserId: uid = reader.GetUInt32(); break;
                case NodeField.GroupId: gid = reader.GetUInt32(); break;
                case NodeField.User: user = lastUser = Known(ref reader, lastUser); break;
                case NodeField.Group: group = lastGroup = Known(ref reader, lastGroup); break;
                case NodeField.Inode: inode = reader.GetUInt64(); break;
                case NodeField.DeviceId: deviceId = reader.GetUInt64(); break;
                case NodeField.Size: size = reader.GetUInt64(); break;
                case NodeField.Links: links = reader.GetUInt64(); break;
                case NodeField.LinkTarget: link = Bytes(ref reader); break;
                case NodeField.RawLinkTarget: rawLink = reader.GetBytesFromBase64(); break;
                case NodeField.ExtendedAttributes: attributes = Attributes(ref reader); break;
                case NodeField.Device: device = reader.GetUInt64(); break;
                case NodeField.Content: content = Content(ref reader); break;
                case NodeField.Subtree: subtree = new TreeId(Id(ref reader)); break;
                case NodeField.Error: error = reader.GetString(); break;
                default: reader.Skip(); break;
            }
        }

        Expect(name is not null && IsSafe(name), "a name is empty, a dot name, or holds a slash or NUL");
        Expect(type != NodeType.Directory || subtree is not null, "a directory without a tree");
        return new Node
        {
            Name = name!,
            Type = type,
            Permissions = GoFileMode.Permissions(mode),
            ModifiedAt = modified,
            AccessedAt = accessed,
            ChangedAt = changed,
            UserId = uid,
            GroupId = gid,
            User = user,
            Group = group,
            Inode = inode,
            DeviceId = deviceId,
            Size = size,
            Links = links,
            LinkTarget = rawLink ?? link,
            ExtendedAttributes = attributes,
            Device = device,
            Content = type == NodeType.File ? content ?? [] : null,
            Subtree = type == NodeType.Directory ? subtree : null,
            Error = error,
        };
    }

    /// <summary>A name that can stand in a directory and nowhere else.</summary>
    internal static bool IsSafe(ReadOnlySpan<byte> name) =>
        !name.IsEmpty && name.Length <= 255 * 4 && !name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8) && name.IndexOfAny((byte)'/', (byte)0) < 0;

    private enum NodeField
    {
        Unknown, Name, Type, Mode, ModifiedAt, AccessedAt, ChangedAt, UserId, GroupId, User, Group, Inode, DeviceId, Size, Links,
        LinkTarget, RawLinkTarget, ExtendedAttributes, Device, Content, Subtree, Error,
    }

    private static NodeField Field(ref Utf8JsonReader reader)
    {
        // Our and restic's field names hold nothing that JSON escapes.
        var name = reader.ValueSpan;
        return
            name.SequenceEqual("name"u8) ? NodeField.Name
            : name.SequenceEqual("type"u8) ? NodeField.Type
            : name.SequenceEqual("mode"u8) ? NodeField.Mode
            : name.SequenceEqual("mtime"u8) ? NodeField.ModifiedAt
            : name.SequenceEqual("atime"u8) ? NodeField.AccessedAt
            : name.SequenceEqual("ctime"u8) ? NodeField.ChangedAt
            : name.SequenceEqual("uid"u8) ? NodeField.UserId
            : name.SequenceEqual("gid"u8) ? NodeField.GroupId
            : name.SequenceEqual("user"u8) ? NodeField.User
            : name.SequenceEqual("group"u8) ? NodeField.Group
            : name.SequenceEqual("inode"u8) ? NodeField.Inode
            : name.SequenceEqual("device_id"u8) ? NodeField.DeviceId
            : name.SequenceEqual("size"u8) ? NodeField.Size
            : name.SequenceEqual("links"u8) ? NodeField.Links
            : name.SequenceEqual("linktarget"u8) ? NodeField.LinkTarget
            : name.SequenceEqual("linktarget_raw"u8) ? NodeField.RawLinkTarget
            : name.SequenceEqual("extended_attributes"u8) ? NodeField.ExtendedAttributes
            : name.SequenceEqual("device"u8) ? NodeField.Device
            : name.SequenceEqual("content"u8) ? NodeField.Content
            : name.SequenceEqual("subtree"u8) ? NodeField.Subtree
            : name.SequenceEqual("error"u8) ? NodeField.Error
            : NodeField.Unknown;
    }

    private static byte[] Name(ref Utf8JsonReader reader)
    {
        // Go quotes with backslashes, and JSON escapes those: without one the name stands there as it is.
        var text = Bytes(ref reader);
        return reader.ValueIsEscaped ? GoText.Unquote(text) ?? throw new FormatException("a name is not quoted as it should be") : text;
    }

    /// <summary>The text's bytes, JSON's escapes resolved.</summary>
    private static byte[] Bytes(ref Utf8JsonReader reader)
    {
        Expect(reader.TokenType == JsonTokenType.String);
        if (!reader.ValueIsEscaped)
        {
            return reader.ValueSpan.ToArray();
        }

        var buffer = new byte[reader.ValueSpan.Length];
        var length = reader.CopyString(buffer);
        return buffer[..length];
    }

    private static string Known(ref Utf8JsonReader reader, string? previous) =>
        previous is not null && reader.ValueTextEquals(previous) ? previous : reader.GetString()!;

    private static UnixTime Time(ref Utf8JsonReader reader)
    {
        var time = default(UnixTime);
        Expect(reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped && TimeText.TryParse(reader.ValueSpan, out time), "a time is not readable");
        return time;
    }

    private static ObjectId Id(ref Utf8JsonReader reader)
    {
        var id = default(ObjectId);
        Expect(reader.TokenType == JsonTokenType.String && ObjectId.TryParse(reader.ValueSpan, out id), "an id is not readable");
        return id;
    }

    private static BlobId[] Content(ref Utf8JsonReader reader)
    {
        Expect(reader.TokenType == JsonTokenType.StartArray);
        List<BlobId> ids = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.String)
        {
            ids.Add(new BlobId(Id(ref reader)));
        }

        Expect(reader.TokenType == JsonTokenType.EndArray);
        return [.. ids];
    }

    private static ExtendedAttribute[] Attributes(ref Utf8JsonReader reader)
    {
        Expect(reader.TokenType == JsonTokenType.StartArray);
        List<ExtendedAttribute> attributes = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            byte[] name = [], value = [];
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isName = reader.ValueTextEquals("name"u8);
                var isValue = reader.ValueTextEquals("value"u8);
                reader.Read();
                if (isName)
                {
                    name = Bytes(ref reader);
                }
                else if (isValue && reader.TokenType == JsonTokenType.String)
                {
                    value = reader.GetBytesFromBase64();
                }
                else
                {
                    reader.Skip();
                }
            }

            attributes.Add(new ExtendedAttribute(name, value));
        }

        Expect(reader.TokenType == JsonTokenType.EndArray);
        return [.. attributes];
    }
}
