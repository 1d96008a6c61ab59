using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ArmAes = System.Runtime.Intrinsics.Arm.Aes;
using X86Aes = System.Runtime.Intrinsics.X86.Aes;

namespace SnapshotBot.Storage.Crypto;

/// <summary>The rounds of AES on one block or on eight at once: a unit with a latency of four cycles is only full with eight in flight.</summary>
internal static unsafe class AesBlock
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Encrypt(Vector128<byte> block, byte* roundKeys, int rounds)
    {
        if (X86Aes.IsSupported)
        {
            block ^= Vector128.Load(roundKeys);
            for (int i = 1; i < rounds; i++)
                block = X86Aes.Encrypt(block, Vector128.Load(roundKeys + (i * 16)));
            return X86Aes.EncryptLast(block, Vector128.Load(roundKeys + (rounds * 16)));
        }

        // ARM adds the round key first and mixes columns in an instruction of its own.
        for (int i = 0; i < rounds - 1; i++)
            block = ArmAes.MixColumns(ArmAes.Encrypt(block, Vector128.Load(roundKeys + (i * 16))));
        block = ArmAes.Encrypt(block, Vector128.Load(roundKeys + ((rounds - 1) * 16)));
        return block ^ Vector128.Load(roundKeys + (rounds * 16));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void EncryptEight(
        ref Vector128<byte> b0, ref Vector128<byte> b1, ref Vector128<byte> b2, ref Vector128<byte> b3,
        ref Vector128<byte> b4, ref Vector128<byte> b5, ref Vector128<byte> b6, ref Vector128<byte> b7,
        byte* roundKeys, int rounds)
    {
        if (!X86Aes.IsSupported)
        {
            b0 = Encrypt(b0, roundKeys, rounds);
            b1 = Encrypt(b1, roundKeys, rounds);
            b2 = Encrypt(b2, roundKeys, rounds);
            b3 = Encrypt(b3, roundKeys, rounds);
            b4 = Encrypt(b4, roundKeys, rounds);
            b5 = Encrypt(b5, roundKeys, rounds);
            b6 = Encrypt(b6, roundKeys, rounds);
            b7 = Encrypt(b7, roundKeys, rounds);
            return;
        }

        Vector128<byte> key = Vector128.Load(roundKeys);
        Vector128<byte> x0 = b0 ^ key, x1 = b1 ^ key, x2 = b2 ^ key, x3 = b3 ^ key;
        Vector128<byte> x4 = b4 ^ key, x5 = b5 ^ key, x6 = b6 ^ key, x7 = b7 ^ key;
        for (int i = 1; i < rounds; i++)
        {
            key = Vector128.Load(roundKeys + (i * 16));
            x0 = X86Aes.Encrypt(x0, key);
            x1 = X86Aes.Encrypt(x1, key);
            x2 = X86Aes.Encrypt(x2, key);
            x3 = X86Aes.Encrypt(x3, key);
            x4 = X86Aes.Encrypt(x4, key);
            x5 = X86Aes.Encrypt(x5, key);
            x6 = X86Aes.Encrypt(x6, key);
            x7 = X86Aes.Encrypt(x7, key);
        }

        key = Vector128.Load(roundKeys + (rounds * 16));
        b0 = X86Aes.EncryptLast(x0, key);
        b1 = X86Aes.EncryptLast(x1, key);
        b2 = X86Aes.EncryptLast(x2, key);
        b3 = X86Aes.EncryptLast(x3, key);
        b4 = X86Aes.EncryptLast(x4, key);
        b5 = X86Aes.EncryptLast(x5, key);
        b6 = X86Aes.EncryptLast(x6, key);
        b7 = X86Aes.EncryptLast(x7, key);
    }
}
