using System.Buffers;
using System.Buffers.Text;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Indexing;

/// <summary>Builds the JSON of an index file ("Indexing" in restic's design document). Owned by one thread.</summary>
internal sealed class IndexFileWriter
{
    /// <summary>Blobs from which on a file is full: restic's own measure, so that its prune leaves one alone that it need not change.</summary>
    public const int FullAt = 50_000;

    private readonly ArrayBufferWriter<byte> _json = new(64 * 1024);
    private int _packs;

    /// <summary>Starts a file; one that replaces others names them.</summary>
    public void Begin(IReadOnlyCollection<IndexFileId> supersedes)
    {
        _json.ResetWrittenCount();
        _packs = 0;
        Raw("{"u8);
        if (supersedes.Count > 0)
        {
            Raw("\"supersedes\":["u8);
            var first = true;
            foreach (var id in supersedes)
            {
                Raw(first ? "\""u8 : ",\""u8);
                Id(id.Value);
                first = false;
            }

            Raw("],"u8);
        }

        Raw("\"packs\":["u8);
    }

    public void Add(PackId pack, IEnumerable<IndexedBlob> blobs)
    {
        Raw(_packs++ == 0 ? "{\"id\":\""u8 : ",{\"id\":\""u8);
        Id(pack.Value);
        Raw(",\"blobs\":["u8);
        var first = true;
        foreach (var (id, at) in blobs)
        {
            Raw(first ? "{\"id\":\""u8 : ",{\"id\":\""u8);
            first = false;
            Id(id.Value);
            Raw(at.Kind == BlobKind.Tree ? ",\"type\":\"tree\",\"offset\":"u8 : ",\"type\":\"data\",\"offset\":"u8);
            Number(at.Offset);
            Raw(",\"length\":"u8);
            Number(at.Length);
            if (at.IsCompressed)
            {
                Raw(",\"uncompressed_length\":"u8);
                Number(at.RawLength);
            }

            Raw("}"u8);
        }

        Raw("]}"u8);
    }

    /// <summary>Ends the file; the result is valid until the next <see cref="Begin"/>.</summary>
    public ReadOnlyMemory<byte> End()
    {
        Raw("]}"u8);
        return _json.WrittenMemory;
    }

    private void Raw(ReadOnlySpan<byte> utf8) => _json.Write(utf8);

    private void Number(uint value)
    {
        Utf8Formatter.TryFormat(value, _json.GetSpan(10), out var written);
        _json.Advance(written);
    }

    private void Id(ObjectId id)
    {
        id.CopyHexTo(_json.GetSpan(ObjectId.TextLength));
        _json.Advance(ObjectId.TextLength);
        Raw("\""u8);
    }
}
