using System.Text;
using SnapshotBot.Storage.Chunking;
using SnapshotBot.Storage.Compression;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Benchmarks.Growth;

/// <summary>What a repository would hold after each tree it is shown, counted without writing one.</summary>
internal sealed class GrowthModel(ChunkingOptions options) : IDisposable
{
    /// <summary>Seal (32) and header entry (41) of a blob in its pack.</summary>
    private const long PackOverhead = 73;

    /// <summary>A blob in the compressed index.</summary>
    private const long IndexEntry = 60;

    /// <summary>A node of a compressed tree without its content, and each blob its content names.</summary>
    private const long TreeNode = 34;
    private const long TreeBlob = 36;

    private readonly ChunkingPolicy _policy = new(ChunkerPolynomial.Random(), options);
    private readonly Compressor _compressor = new(CompressionEffort.Automatic, BlobKind.Data);
    private readonly HashSet<ObjectId> _known = [];
    private readonly Dictionary<string, (long Size, DateTime Modified, int Blobs)> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _folders = new(StringComparer.Ordinal);
    private readonly byte[] _window = new byte[2 * ChunkingPolicy.MaximumChunkSize];
    private readonly byte[] _frame = new byte[Compressor.MaximumSize(ChunkingPolicy.MaximumChunkSize)];

    public GrowthTotals Totals { get; private set; }

    public void Add(string root) => AddFolder(new DirectoryInfo(root), "");

    public void Dispose() => _compressor.Dispose();

    private void AddFolder(DirectoryInfo folder, string path)
    {
        long tree = 0;
        var facts = new StringBuilder();
        foreach (FileSystemInfo entry in folder.EnumerateFileSystemInfos().OrderBy(e => e.Name, StringComparer.Ordinal))
        {
            string name = $"{path}/{entry.Name}";
            int blobs = 0;
            if (entry is DirectoryInfo child)
                AddFolder(child, name);
            else if (entry is FileInfo file && file.LinkTarget is null)
                blobs = AddFile(file, name);
            tree += TreeNode + (blobs * TreeBlob);
            facts.Append(entry.Name).Append(_folders.GetValueOrDefault(name)).Append(entry.LastWriteTimeUtc.Ticks).Append(blobs).Append('\n');
        }

        string id = ObjectId.Hash(Encoding.UTF8.GetBytes(facts.ToString())).ToString();
        if (_folders.GetValueOrDefault(path) == id)
            return;
        _folders[path] = id;
        Totals += new GrowthTotals(1, 0, tree + PackOverhead, IndexEntry);
    }

    private int AddFile(FileInfo file, string path)
    {
        if (_files.TryGetValue(path, out (long Size, DateTime Modified, int Blobs) known)
            && known.Size == file.Length && known.Modified == file.LastWriteTimeUtc)
        {
            return known.Blobs;
        }

        int blobs = 0;
        using FileStream stream = new(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0);
        IChunker? chunker = null;
        long offset = 0;
        int filled = 0;
        while (true)
        {
            filled += stream.ReadAtLeast(_window.AsSpan(filled), _window.Length - filled, throwOnEndOfStream: false);
            if (filled == 0)
                break;
            chunker ??= _policy.For(Encoding.UTF8.GetBytes(file.Name), file.Length, _window.AsSpan(0, Math.Min(filled, ChunkingPolicy.HeadSize)));
            int at = 0;
            do
            {
                int cut = chunker.FindCut(_window.AsSpan(at, filled - at), offset);
                AddBlob(_window.AsSpan(at, cut));
                blobs++;
                at += cut;
                offset += cut;
            }
            while (filled - at >= chunker.MaximumSize);

            _window.AsSpan(at, filled - at).CopyTo(_window);
            filled -= at;
        }

        _files[path] = (file.Length, file.LastWriteTimeUtc, blobs);
        return blobs;
    }

    private void AddBlob(ReadOnlySpan<byte> blob)
    {
        if (!_known.Add(ObjectId.Hash(blob)))
            return;
        int packed = _compressor.Compress(blob, _frame);
        Totals += new GrowthTotals(1, (packed == 0 ? blob.Length : packed) + PackOverhead, 0, IndexEntry);
    }
}

/// <summary>Blobs, and bytes of each kind.</summary>
internal readonly record struct GrowthTotals(long Blobs, long Data, long Trees, long Index)
{
    public long Bytes => Data + Trees + Index;

    public static GrowthTotals operator +(GrowthTotals a, GrowthTotals b) => new(a.Blobs + b.Blobs, a.Data + b.Data, a.Trees + b.Trees, a.Index + b.Index);

    public static GrowthTotals operator -(GrowthTotals a, GrowthTotals b) => new(a.Blobs - b.Blobs, a.Data - b.Data, a.Trees - b.Trees, a.Index - b.Index);
}
