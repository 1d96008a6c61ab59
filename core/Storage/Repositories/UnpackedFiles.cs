using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Compression;
using SnapshotBot.Storage.Crypto;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Repositories;

/// <summary>
/// Files that are sealed whole: snapshots, indexes, locks and the config ("Unpacked Data Format" in restic's design document). From
/// version 2 on, their plain content is a 2 and a zstd frame, or JSON as it is. Safe for use from several threads.
/// </summary>
public sealed class UnpackedFiles
{
    private const long MaxSize = 256L << 20;
    private const int MaxPlain = 1 << 30;
    private const byte CompressedMark = 2;

    private readonly IBackend _backend;
    private readonly MasterKey _key;
    private readonly RepositoryConfig _config;

    internal UnpackedFiles(IBackend backend, MasterKey key, RepositoryConfig config)
    {
        _backend = backend;
        _key = key;
        _config = config;
    }

    /// <summary>Reads a file's plain content.</summary>
    /// <exception cref="RepositoryDamagedException">Its content is not what its name or seal promises.</exception>
    public Task<ReadOnlyMemory<byte>> LoadAsync(RepositoryFile file, CancellationToken cancellationToken) =>
        LoadAsync(file, MaxSize, cancellationToken);

    internal async Task<ReadOnlyMemory<byte>> LoadAsync(RepositoryFile file, long limit, CancellationToken cancellationToken)
    {
        var content = await _backend.ReadAllAsync(file, limit, cancellationToken);
        if (file.Kind != FileKind.Config && ObjectId.Hash(content) != file.Id)
        {
            throw Damaged(file, "its content is not what its name promises");
        }

        return Open(file, content);
    }

    /// <summary>Reads files one after the other into memory that is used again: for many, such as all indexes. Serves one thread.</summary>
    internal Reader OpenReader() => new(this);

    /// <summary>Reads a file's JSON.</summary>
    internal async Task<T> LoadJsonAsync<T>(RepositoryFile file, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        var json = await LoadAsync(file, cancellationToken);
        try
        {
            return JsonSerializer.Deserialize(json.Span, type) ?? throw Damaged(file, "it is empty");
        }
        catch (JsonException e)
        {
            throw Damaged(file, "it is not the JSON it should be", e);
        }
    }

    /// <summary>Seals and writes a file; it is durable when this returns. Its id is the hash of what was written.</summary>
    public async Task<ObjectId> SaveAsync(FileKind kind, ReadOnlyMemory<byte> plain, CancellationToken cancellationToken)
    {
        var content = Seal(kind, plain.Span);
        var id = ObjectId.Hash(content);
        await _backend.SaveAsync(new RepositoryFile(kind, kind == FileKind.Config ? default : id), content, cancellationToken);
        return id;
    }

    internal Task<ObjectId> SaveJsonAsync<T>(FileKind kind, T value, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        SaveAsync(kind, JsonSerializer.SerializeToUtf8Bytes(value, type), cancellationToken);

    private byte[] Seal(FileKind kind, ReadOnlySpan<byte> plain)
    {
        if (kind == FileKind.Config || !_config.MayCompress)
        {
            return Sealed(plain);
        }

        using var compressor = new Compressor(CompressionEffort.Automatic);
        var packed = new byte[1 + Compressor.MaximumSize(plain.Length)];
        packed[0] = CompressedMark;
        var length = compressor.CompressAlways(plain, packed.AsSpan(1));
        return Sealed(packed.AsSpan(0, length + 1));
    }

    private byte[] Sealed(ReadOnlySpan<byte> plain)
    {
        var output = new byte[plain.Length + MasterKey.Overhead];
        _key.Seal(plain, output);
        return output;
    }

    private ReadOnlyMemory<byte> Open(RepositoryFile file, byte[] content)
    {
        if (!_key.TryOpen(content.AsSpan(), out _))
        {
            throw Damaged(file, "its seal is broken");
        }

        return Decode(file, content.AsMemory(MasterKey.IvSize..^MasterKey.MacSize));
    }

    private ReadOnlyMemory<byte> Decode(RepositoryFile file, ReadOnlyMemory<byte> plain)
    {
        if (file.Kind == FileKind.Config || plain.IsEmpty || plain.Span[0] is (byte)'{' or (byte)'[')
        {
            return plain;
        }

        if (plain.Span[0] != CompressedMark)
        {
            throw Damaged(file, $"its encoding {plain.Span[0]} is not one this program knows");
        }

        using var decompressor = new Decompressor();
        return decompressor.Decompress(plain.Span[1..], MaxPlain) ?? throw Damaged(file, "it can't be decompressed");
    }

    internal sealed class Reader(UnpackedFiles files) : IDisposable
    {
        private readonly Decompressor _decompressor = new();
        private byte[] _content = [];
        private byte[] _plain = [];

        /// <summary>Reads a file's plain content; it is valid until the next call.</summary>
        /// <param name="file">Which.</param>
        /// <param name="size">Its size as the backend listed it.</param>
        /// <param name="cancellationToken">Stops it.</param>
        /// <exception cref="RepositoryDamagedException">Its content is not what its name or seal promises.</exception>
        public async Task<ReadOnlyMemory<byte>> LoadAsync(RepositoryFile file, int size, CancellationToken cancellationToken)
        {
            var content = Room(ref _content, size).AsMemory(0, size);
            await files._backend.ReadAsync(file, 0, content, cancellationToken);
            if (ObjectId.Hash(content.Span) != file.Id)
            {
                throw Damaged(file, "its content is not what its name promises");
            }

            if (!files._key.TryOpen(content.Span, out _))
            {
                throw Damaged(file, "its seal is broken");
            }

            return Plain(file, content[MasterKey.IvSize..^MasterKey.MacSize]);
        }

        public void Dispose() => _decompressor.Dispose();

        private ReadOnlyMemory<byte> Plain(RepositoryFile file, ReadOnlyMemory<byte> opened)
        {
            if (opened.IsEmpty || opened.Span[0] != CompressedMark)
            {
                return files.Decode(file, opened);
            }

            var frame = opened.Span[1..];
            var stated = ZstdFrame.StatedContentSize(frame);
            if (stated < 0 || stated > ZstdFrame.BelievableExpansion(frame.Length))
            {
                return files.Decode(file, opened);
            }

            var plain = Room(ref _plain, (int)stated).AsMemory(0, (int)stated);
            return _decompressor.TryDecompress(frame, plain.Span) ? plain : throw Damaged(file, "it can't be decompressed");
        }

        private static byte[] Room(ref byte[] buffer, int length)
        {
            if (buffer.Length < length)
            {
                // The old one goes before the new one comes, and pinned ones are not moved about.
                buffer = [];
                buffer = GC.AllocateUninitializedArray<byte>(length + (length / 8), pinned: true);
            }

            return buffer;
        }
    }

    private static RepositoryDamagedException Damaged(RepositoryFile file, string why, Exception? inner = null) =>
        new($"{file.Kind} {(file.Kind == FileKind.Config ? "" : file.Id.ToShortString() + " ")}is damaged: {why}.", file, inner: inner);
}
