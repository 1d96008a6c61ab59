using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ArmAes = System.Runtime.Intrinsics.Arm.Aes;
using X86Aes = System.Runtime.Intrinsics.X86.Aes;

namespace SnapshotBot.Storage.Crypto;

/// <summary>FIPS 197 key expansion. The S-box is asked of the processor's AES unit, so no secret ever indexes a table.</summary>
internal static class AesKeySchedule
{
    /// <summary>True when the processor has an AES unit that <see cref="AesCtr"/> can drive.</summary>
    public static bool IsAccelerated
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => X86Aes.IsSupported || ArmAes.IsSupported;
    }

    /// <summary>Bytes of round keys for a key of <paramref name="keySize"/> bytes (16, 24 or 32).</summary>
    public static int SizeFor(int keySize) => ((keySize / 4) + 7) * 16;

    /// <summary>Expands <paramref name="key"/> into <paramref name="roundKeys"/>. Only where <see cref="IsAccelerated"/>.</summary>
    public static void Expand(ReadOnlySpan<byte> key, Span<byte> roundKeys)
    {
        int words = key.Length / 4;
        key.CopyTo(roundKeys);
        uint rcon = 1;
        for (int i = words; i < roundKeys.Length / 4; i++)
        {
            uint word = BinaryPrimitives.ReadUInt32LittleEndian(roundKeys[((i - 1) * 4)..]);
            if (i % words == 0)
            {
                word = uint.RotateRight(SubstituteWord(word), 8) ^ rcon;
                rcon = (rcon << 1) ^ ((rcon >> 7) * 0x11B);
            }
            else if (words > 6 && i % words == 4)
            {
                word = SubstituteWord(word);
            }

            word ^= BinaryPrimitives.ReadUInt32LittleEndian(roundKeys[((i - words) * 4)..]);
            BinaryPrimitives.WriteUInt32LittleEndian(roundKeys[(i * 4)..], word);
        }
    }

    /// <summary>With four equal columns ShiftRows changes nothing, so the last round with a zero key is the S-box alone.</summary>
    private static uint SubstituteWord(uint word)
    {
        Vector128<byte> columns = Vector128.Create(word).AsByte();
        Vector128<byte> substituted = X86Aes.IsSupported
            ? X86Aes.EncryptLast(columns, Vector128<byte>.Zero)
            : ArmAes.Encrypt(columns, Vector128<byte>.Zero);
        return substituted.AsUInt32().ToScalar();
    }
}
