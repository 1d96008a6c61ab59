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
        while (!TryTake('}'))
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

            TryTake(',');
        }
    }

    private void Packs<TSink>(TSink sink)
        where TSink : ISink
    {
        Take('[');
        while (!TryTake(']'))
        {
            Pack(sink);
            TryTake(',');
        }
    }

    private void Pack<TSink>(TSink sink)
        where TSink : ISink
    {
        Take('{');
        uint? number = null;
        var blobsAt = -1;
        while (!TryTake('}'))
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

            TryTake(',');
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
        while (!TryTake(']'))
        {
            Take('{');
            ObjectId? id = null;
            uint tree = 0, offset = 0, length = 0, raw = 0;
            while (!TryTake('}'))
            {
                var name = Text();
                Take(':');
                if (name.SequenceEqual("id"u8))
                {
                    id = Id();
                }
                else if (name.SequenceEqual("type"u8))
                {
                    tree = Text().SequenceEqual("tree"u8) ? 0x8000_0000u : 0;
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

                TryTake(',');
            }

            if (length < Crypto.MasterKey.Overhead)
            {
                throw Broken();
            }

            sink.Blob(IndexEntry.From(id ?? throw Broken(), pack | tree, offset, length, raw));
            TryTake(',');
        }
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

    /// <summary>A string's inside; nothing an index says needs an escape.</summary>
    private ReadOnlySpan<byte> Text()
    {
        Take('"');
        var rest = _json[_at..];
        var end = rest.IndexOf((byte)'"');
        if (end < 0 || (end > 0 && rest[end - 1] == '\\'))
        {
            throw Broken();
        }

        _at += end + 1;
        return rest[..end];
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
        var first = Peek();
        ulong value = 0;
        var start = _at;
        while (_at < _json.Length && (uint)(_json[_at] - '0') <= 9 && _at - start < 12)
        {
            value = (value * 10) + (uint)(_json[_at++] - '0');
        }

        return _at == start || value > uint.MaxValue || first == '-' ? throw Broken() : (uint)value;
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
                    depth--;
                    _at++;
                    break;
                case (byte)'"':
                    Text();
                    break;
                case (byte)',' or (byte)':':
                    _at++;
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
