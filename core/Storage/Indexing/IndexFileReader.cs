using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Indexing;

/// <summary>
/// Reads an index file's JSON. Ten million blobs are 1.5 GB of it, so this is a scanner for the one document it can be, with no general
/// parser between; fields may come in any order and unknown ones are passed over.
/// </summary>
internal ref struct IndexFileReader(ReadOnlySpan<byte> json)
{
    private readonly ReadOnlySpan<byte> _json = json;
    private int _at;

    /// <summary>What the file's entries are handed to.</summary>
    public interface ISink
    {
        /// <summary>A pack begins; the number is for its blobs.</summary>
        uint Pack(PackId id);

        void Blob(in IndexEntry entry);
    }

    /// <summary>Reads the whole file. The top bit of an entry's pack number says tree.</summary>
    /// <exception cref="FormatException">It is not an index.</exception>
    public void Read<TSink>(TSink sink)
        where TSink : ISink
    {
        // restic of long ago wrote a bare array of packs.
        if (Peek() == '[')
        {
            Packs(sink);
            return;
        }

        Take('{');
        for (var first = true; Next('}', ref first);)
        {
            var name = Text();
            Take(':');
            if (name.SequenceEqual("packs"u8) && Peek() == '[')
            {
                Packs(sink);
            }
            else
            {
                Skip();
            }
        }
    }

    private void Packs<TSink>(TSink sink)
        where TSink : ISink
    {
        Take('[');
        for (var first = true; Next(']', ref first);)
        {
            Pack(sink);
        }
    }

    private void Pack<TSink>(TSink sink)
        where TSink : ISink
    {
        Take('{');
        uint? number = null;
        var blobsAt = -1;
        for (var first = true; Next('}', ref first);)
        {
            var name = Text();
            Take(':');
            if (name.SequenceEqual("id"u8))
            {
                number = sink.Pack(new PackId(Id()));
            }
            else if (name.SequenceEqual("blobs"u8) && Peek() == '[')
            {
                if (number is { } known)
                {
                    Blobs(known, sink);
                }
                else
                {
                    blobsAt = _at;
                    Skip();
                }
            }
            else
            {
                Skip();
            }
        }

        if (blobsAt >= 0)
        {
            // The id came after the blobs: go back for them.
            var end = _at;
            _at = blobsAt;
            Blobs(number ?? throw Broken(), sink);
            _at = end;
        }
    }

    private void Blobs<TSink>(uint pack, TSink sink)
        where TSink : ISink
    {
        Take('[');
        for (var first = true; Next(']', ref first);)
        {
            if (!TryUsualBlob(pack, out var entry))
            {
                entry = Blob(pack);
            }

            sink.Blob(entry);
        }
    }

    /// <summary>Reads a blob that is written as restic and this program write it: same order, no white space. Nearly all are.</summary>
    private bool TryUsualBlob(uint pack, out IndexEntry entry)
    {
        const int TypeAt = 7 + ObjectId.TextLength;
        const int OffsetAt = TypeAt + 25;
        entry = default;
        var rest = _json[_at..];
        if (rest.Length < OffsetAt || !rest.StartsWith("{\"id\":\""u8) || !ObjectId.TryParse(rest.Slice(7, ObjectId.TextLength), out var id))
        {
            return false;
        }

        var type = rest.Slice(TypeAt, 25);
        var isTree = type.SequenceEqual("\",\"type\":\"tree\",\"offset\":"u8);
        if (!isTree && !type.SequenceEqual("\",\"type\":\"data\",\"offset\":"u8))
        {
            return false;
        }

        var at = OffsetAt;
        uint raw = 0;
        if (!TryDigits(rest, ref at, out var offset) || !TryWord(rest, ref at, ",\"length\":"u8) || !TryDigits(rest, ref at, out var length)
            || length < Crypto.MasterKey.Overhead
            || (TryWord(rest, ref at, ",\"uncompressed_length\":"u8) && !TryDigits(rest, ref at, out raw))
            || !TryWord(rest, ref at, "}"u8))
        {
            return false;
        }

        _at += at;
        entry = IndexEntry.From(id, pack, isTree ? BlobKind.Tree : BlobKind.Data, offset, length, raw);
        return true;
    }

    private static bool TryWord(ReadOnlySpan<byte> text, ref int at, ReadOnlySpan<byte> word)
    {
        if (!text[at..].StartsWith(word))
        {
            return false;
        }

        at += word.Length;
        return true;
    }

    /// <summary>Reads up to nine digits, which no limit needs to be checked for.</summary>
    private static bool TryDigits(ReadOnlySpan<byte> text, ref int at, out uint value)
    {
        value = 0;
        var start = at;
        for (; at < text.Length && at - start < 9; at++)
        {
            var digit = (uint)(text[at] - '0');
            if (digit > 9)
            {
                break;
            }

            value = (value * 10) + digit;
        }

        return at > start;
    }

    private IndexEntry Blob(uint pack)
    {
        Take('{');
        ObjectId? id = null;
        BlobKind? type = null;
        uint offset = 0, length = 0, raw = 0;
        for (var first = true; Next('}', ref first);)
        {
            var name = Text();
            Take(':');
            if (name.SequenceEqual("id"u8))
            {
                id = Id();
            }
            else if (name.SequenceEqual("type"u8))
            {
                var word = Text();
                type = word.SequenceEqual("tree"u8) ? BlobKind.Tree : word.SequenceEqual("data"u8) ? BlobKind.Data : throw Broken();
            }
            else if (name.SequenceEqual("offset"u8))
            {
                offset = Number();
            }
            else if (name.SequenceEqual("length"u8))
            {
                length = Number();
            }
            else if (name.SequenceEqual("uncompressed_length"u8))
            {
                raw = Number();
            }
            else
            {
                Skip();
            }
        }

        return length < Crypto.MasterKey.Overhead
            ? throw Broken()
            : IndexEntry.From(id ?? throw Broken(), pack, type ?? throw Broken(), offset, length, raw);
    }

    /// <summary>Whether a list or object goes on; takes the comma or the end.</summary>
    private bool Next(char end, ref bool first)
    {
        if (TryTake(end))
        {
            return false;
        }

        if (!first)
        {
            Take(',');
        }

        first = false;
        return true;
    }

    private byte Peek()
    {
        while (_at < _json.Length && _json[_at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            _at++;
        }

        return _at < _json.Length ? _json[_at] : throw Broken();
    }

    private void Take(char c)
    {
        if (Peek() != c)
        {
            throw Broken();
        }

        _at++;
    }

    private bool TryTake(char c)
    {
        if (Peek() != c)
        {
            return false;
        }

        _at++;
        return true;
    }

    /// <summary>A string's inside, escapes as they stand: nothing that is looked for needs one.</summary>
    private ReadOnlySpan<byte> Text()
    {
        Take('"');
        var start = _at;
        while (_at < _json.Length)
        {
            var stop = _json[_at..].IndexOfAny((byte)'"', (byte)'\\');
            if (stop < 0)
            {
                break;
            }

            _at += stop + 1;
            if (_json[_at - 1] == '"')
            {
                return _json[start..(_at - 1)];
            }

            _at++;
        }

        throw Broken();
    }

    private ObjectId Id()
    {
        Take('"');
        if (_at + ObjectId.TextLength >= _json.Length || !ObjectId.TryParse(_json.Slice(_at, ObjectId.TextLength), out var id))
        {
            throw Broken();
        }

        _at += ObjectId.TextLength;
        Take('"');
        return id;
    }

    private uint Number()
    {
        Peek();
        ulong value = 0;
        var start = _at;
        while (_at < _json.Length && (uint)(_json[_at] - '0') <= 9 && _at - start < 12)
        {
            value = (value * 10) + (uint)(_json[_at++] - '0');
        }

        return _at == start || value > uint.MaxValue ? throw Broken() : (uint)value;
    }

    /// <summary>Passes over a value of any shape, brackets counted.</summary>
    private void Skip()
    {
        var depth = 0;
        do
        {
            switch (Peek())
            {
                case (byte)'{' or (byte)'[':
                    depth++;
                    _at++;
                    break;
                case (byte)'}' or (byte)']':
                    depth = depth > 0 ? depth - 1 : throw Broken();
                    _at++;
                    break;
                case (byte)'"':
                    Text();
                    break;
                case (byte)',' or (byte)':':
                    _at = depth > 0 ? _at + 1 : throw Broken();
                    break;
                default:
                    while (_at < _json.Length && _json[_at] is not ((byte)',' or (byte)'}' or (byte)']' or (byte)' ' or (byte)'\n'))
                    {
                        _at++;
                    }

                    break;
            }
        }
        while (depth > 0);
    }

    private readonly FormatException Broken() => new($"the text stops making sense at byte {_at}");
}
