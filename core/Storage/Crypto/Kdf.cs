using System.Security.Cryptography;
using System.Text;

namespace SnapshotBot.Storage.Crypto;

/// <summary>Draws keys from passwords, as restic does: scrypt to 64 bytes, read as encrypt, mac k, mac r.</summary>
public static class Kdf
{
    /// <summary>
    /// The key that <paramref name="password"/> gives with these parameters. Costs about 128 * N * r bytes of memory for the
    /// length of the call and, at the default, some 50 ms of one core.
    /// </summary>
    /// <exception cref="KdfParametersException">The parameters are not valid for scrypt, or would need more than 1 GiB.</exception>
    public static MasterKey Derive(ReadOnlySpan<char> password, ReadOnlySpan<byte> salt, KdfParameters parameters)
    {
        byte[] utf8 = GC.AllocateArray<byte>(Encoding.UTF8.GetByteCount(password), pinned: true);
        Span<byte> material = stackalloc byte[MasterKey.Size];
        try
        {
            Encoding.UTF8.GetBytes(password, utf8);
            Derive(utf8, salt, parameters, material);
            return MasterKey.FromParts(
                material[..MasterKey.EncryptSize],
                material.Slice(MasterKey.EncryptSize, MasterKey.MacPartSize),
                material[(MasterKey.EncryptSize + MasterKey.MacPartSize)..]);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(utf8);
            CryptographicOperations.ZeroMemory(material);
        }
    }

    /// <summary>A new random salt.</summary>
    public static byte[] NewSalt() => RandomNumberGenerator.GetBytes(KdfParameters.SaltSize);

    internal static void Derive(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, KdfParameters parameters, Span<byte> output)
    {
        if (!parameters.IsAcceptable)
            throw new KdfParametersException(parameters);
        Scrypt.Derive(password, salt, parameters, output);
    }
}
