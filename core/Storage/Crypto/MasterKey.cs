using System.Security.Cryptography;

namespace SnapshotBot.Storage.Crypto;

/// <summary>
/// The key all of a repository is sealed with (restic's design document, "Keys, Encryption and MAC"): AES-256 in counter mode,
/// then Poly1305-AES over the ciphertext. A sealed message is IV (16 bytes), ciphertext, MAC (16 bytes).
/// </summary>
/// <remarks>
/// One instance serves any number of threads at once, and no call allocates where the processor has an AES unit.
/// <see cref="Dispose"/> zeroes the key; nobody may be sealing or opening then.
/// </remarks>
public sealed class MasterKey : IDisposable
{
    /// <summary>Bytes of the encryption key.</summary>
    public const int EncryptSize = 32;

    /// <summary>Bytes of the MAC's AES key (k) and of its polynomial point (r), each.</summary>
    public const int MacPartSize = 16;

    /// <summary>Bytes of all parts in a row, as the key derivation gives them: encrypt, k, r.</summary>
    public const int Size = EncryptSize + (2 * MacPartSize);

    /// <summary>Bytes of the IV before a ciphertext.</summary>
    public const int IvSize = 16;

    /// <summary>Bytes of the MAC behind it.</summary>
    public const int MacSize = 16;

    /// <summary>What sealing adds to a message.</summary>
    public const int Overhead = IvSize + MacSize;

    private readonly byte[] _parts = GC.AllocateArray<byte>(Size, pinned: true);
    private readonly AesKey _encrypt;
    private readonly AesKey _macPad;
    private readonly Poly1305Key _mac;
    private int _disposed;

    private MasterKey(ReadOnlySpan<byte> parts)
    {
        parts.CopyTo(_parts);
        Clamp(_parts.AsSpan(EncryptSize + MacPartSize));
        _encrypt = new AesKey(Encrypt);
        _macPad = new AesKey(MacK);
        _mac = new Poly1305Key(MacR);
    }

    /// <summary>The encryption key; for writing a key file only.</summary>
    public ReadOnlySpan<byte> Encrypt => _parts.AsSpan(0, EncryptSize);

    /// <summary>The MAC's AES key; for writing a key file only.</summary>
    public ReadOnlySpan<byte> MacK => _parts.AsSpan(EncryptSize, MacPartSize);

    /// <summary>The MAC's polynomial point, with restic's mask laid over it; for writing a key file only.</summary>
    public ReadOnlySpan<byte> MacR => _parts.AsSpan(EncryptSize + MacPartSize, MacPartSize);

    /// <summary>A new random key.</summary>
    public static MasterKey Generate()
    {
        Span<byte> parts = stackalloc byte[Size];
        RandomNumberGenerator.Fill(parts);
        var key = new MasterKey(parts);
        CryptographicOperations.ZeroMemory(parts);
        return key;
    }

    /// <summary>The key made of these parts.</summary>
    /// <exception cref="ArgumentException">A part has the wrong length (a damaged or hostile key file).</exception>
    public static MasterKey FromParts(ReadOnlySpan<byte> encrypt, ReadOnlySpan<byte> macK, ReadOnlySpan<byte> macR)
    {
        if (encrypt.Length != EncryptSize || macK.Length != MacPartSize || macR.Length != MacPartSize)
            throw new ArgumentException("A master key has parts of 32, 16 and 16 bytes.");
        Span<byte> parts = stackalloc byte[Size];
        encrypt.CopyTo(parts);
        macK.CopyTo(parts[EncryptSize..]);
        macR.CopyTo(parts[(EncryptSize + MacPartSize)..]);
        var key = new MasterKey(parts);
        CryptographicOperations.ZeroMemory(parts);
        return key;
    }

    /// <summary>Seals in place. The message lies at <see cref="IvSize"/> and ends <see cref="MacSize"/> bytes before the buffer does.</summary>
    public void Seal(Span<byte> buffer)
    {
        if (buffer.Length < Overhead)
            throw new ArgumentException("The buffer has no room for IV and MAC.", nameof(buffer));
        Seal(buffer[IvSize..^MacSize], buffer);
    }

    /// <summary>Seals <paramref name="message"/> into <paramref name="destination"/>, which is longer by exactly <see cref="Overhead"/>.</summary>
    public void Seal(ReadOnlySpan<byte> message, Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        if (destination.Length != message.Length + Overhead)
            throw new ArgumentException("The destination must be longer than the message by the overhead.", nameof(destination));
        Span<byte> iv = destination[..IvSize];
        Span<byte> ciphertext = destination[IvSize..^MacSize];
        IvSource.Fill(iv);
        _encrypt.TransformCtr(iv, message, ciphertext);
        ComputeMac(iv, ciphertext, destination[^MacSize..]);
    }

    /// <summary>
    /// Opens in place: after true the message lies at <see cref="IvSize"/> and is what <paramref name="message"/> shows.
    /// False means the bytes are not what this key sealed (damage, or another key); the buffer is then as it was.
    /// </summary>
    public bool TryOpen(Span<byte> buffer, out Span<byte> message)
    {
        message = buffer.Length < Overhead ? default : buffer[IvSize..^MacSize];
        bool opened = TryOpen(buffer, message);
        if (!opened)
            message = default;
        return opened;
    }

    /// <summary>Opens <paramref name="sealedMessage"/> into <paramref name="destination"/> (at least its length less <see cref="Overhead"/>).</summary>
    /// <returns>False when the MAC is wrong; nothing is written then.</returns>
    public bool TryOpen(ReadOnlySpan<byte> sealedMessage, Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        if (sealedMessage.Length < Overhead)
            return false;
        ReadOnlySpan<byte> iv = sealedMessage[..IvSize];
        ReadOnlySpan<byte> ciphertext = sealedMessage[IvSize..^MacSize];
        Span<byte> mac = stackalloc byte[MacSize];
        ComputeMac(iv, ciphertext, mac);
        if (!CryptographicOperations.FixedTimeEquals(mac, sealedMessage[^MacSize..]))
            return false;
        _encrypt.TransformCtr(iv, ciphertext, destination);
        return true;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        CryptographicOperations.ZeroMemory(_parts);
        _encrypt.Dispose();
        _macPad.Dispose();
        _mac.Dispose();
    }

    private void ComputeMac(ReadOnlySpan<byte> iv, ReadOnlySpan<byte> ciphertext, Span<byte> mac)
    {
        Span<byte> pad = stackalloc byte[MacSize];
        _macPad.EncryptBlock(iv, pad);
        _mac.ComputeTag(ciphertext, pad, mac);
        pad.Clear();
    }

    /// <summary>restic writes r with the bits Poly1305 ignores set to zero; a key file of ours looks the same.</summary>
    private static void Clamp(Span<byte> r)
    {
        for (int i = 3; i < 16; i += 4)
            r[i] &= 15;
        for (int i = 4; i < 16; i += 4)
            r[i] &= 252;
    }
}
