using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace SnapshotBot.Storage.Crypto;

/// <summary>One expanded AES key. Safe for many threads; zeroed on dispose.</summary>
internal sealed unsafe class AesKey : IDisposable
{
    private readonly byte[] _roundKeys;
    private readonly byte* _pointer;
    private readonly int _rounds;
    private readonly PortableAesCtr? _portable;

    public AesKey(ReadOnlySpan<byte> key)
        : this(key, AesKeySchedule.IsAccelerated ? AesImplementation.Accelerated : AesImplementation.Portable)
    {
    }

    internal AesKey(ReadOnlySpan<byte> key, AesImplementation implementation)
    {
        // Pinned: the collector must neither move the pointer nor leave copies of a key behind.
        _roundKeys = GC.AllocateArray<byte>(AesKeySchedule.SizeFor(key.Length), pinned: true);
        _rounds = (key.Length / 4) + 6;
        _pointer = (byte*)Unsafe.AsPointer(ref _roundKeys[0]);
        if (implementation == AesImplementation.Accelerated)
            AesKeySchedule.Expand(key, _roundKeys);
        else
            _portable = new PortableAesCtr(key);
    }

    /// <summary>Encrypts one 16-byte block.</summary>
    public void EncryptBlock(ReadOnlySpan<byte> block, Span<byte> destination)
    {
        if (_portable is null)
        {
            AesBlock.Encrypt(Vector128.Create(block[..16]), _pointer, _rounds)
                .CopyTo(destination);
        }
        else
        {
            _portable.EncryptBlock(block, destination);
        }
    }

    /// <summary>Counter mode, either way; <paramref name="destination"/> may be the source.</summary>
    public void TransformCtr(ReadOnlySpan<byte> iv, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (destination.Length < source.Length)
            throw new ArgumentException("The destination is shorter than the source.", nameof(destination));
        if (_portable is null)
            AesCtr.Transform(_pointer, _rounds, iv, source, destination);
        else
            _portable.Transform(iv, source, destination);
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_roundKeys);
        _portable?.Dispose();
    }
}

/// <summary>Which code runs AES; chosen by what the processor has.</summary>
internal enum AesImplementation
{
    Accelerated,
    Portable,
}
