using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Numerics;
using System.Security.Cryptography;

namespace SnapshotBot.Storage.Crypto;

/// <summary>
/// AES in counter mode for processors without an AES unit that we drive ourselves: the platform encrypts a page of counters,
/// a vector loop mixes it in. Safe for many threads: each call rents a context.
/// </summary>
internal sealed class PortableAesCtr : IDisposable
{
    private const int Page = 4096;
    private readonly Aes _aes;
    private readonly ConcurrentBag<Context> _idle = [];

    public PortableAesCtr(ReadOnlySpan<byte> key)
    {
        _aes = Aes.Create();
        _aes.Mode = CipherMode.ECB;
        _aes.Padding = PaddingMode.None;
        _aes.SetKey(key);
    }

    public void EncryptBlock(ReadOnlySpan<byte> block, Span<byte> destination)
    {
        Context context = Rent();
        block[..16].CopyTo(context.Counters);
        context.Encryptor.TransformBlock(context.Counters, 0, 16, context.Mask, 0);
        context.Mask.AsSpan(0, 16).CopyTo(destination);
        _idle.Add(context);
    }

    public void Transform(ReadOnlySpan<byte> iv, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        Context context = Rent();
        UInt128 counter = BinaryPrimitives.ReadUInt128BigEndian(iv);
        for (int done = 0; done < source.Length; done += Page)
        {
            int size = Math.Min(Page, source.Length - done);
            int whole = (size + 15) & ~15;
            for (int i = 0; i < whole; i += 16)
                BinaryPrimitives.WriteUInt128BigEndian(context.Counters.AsSpan(i), counter++);
            context.Encryptor.TransformBlock(context.Counters, 0, whole, context.Mask, 0);
            Xor(source.Slice(done, size), context.Mask, destination.Slice(done, size));
        }

        _idle.Add(context);
    }

    public void Dispose()
    {
        while (_idle.TryTake(out Context? context))
            context.Dispose();
        _aes.Dispose();
    }

    private Context Rent() => _idle.TryTake(out Context? context) ? context : new Context(_aes.CreateEncryptor());

    private static void Xor(ReadOnlySpan<byte> source, ReadOnlySpan<byte> mask, Span<byte> destination)
    {
        int i = 0;
        for (; i <= source.Length - Vector<byte>.Count; i += Vector<byte>.Count)
            (new Vector<byte>(source[i..]) ^ new Vector<byte>(mask[i..])).CopyTo(destination[i..]);
        for (; i < source.Length; i++)
            destination[i] = (byte)(source[i] ^ mask[i]);
    }

    private sealed class Context(ICryptoTransform encryptor) : IDisposable
    {
        public ICryptoTransform Encryptor { get; } = encryptor;

        public byte[] Counters { get; } = new byte[Page];

        public byte[] Mask { get; } = new byte[Page];

        public void Dispose()
        {
            Encryptor.Dispose();
            CryptographicOperations.ZeroMemory(Mask);
        }
    }
}
