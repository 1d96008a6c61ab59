using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;
using Shouldly;
using SnapshotBot.Storage.Crypto;
using Xunit;

namespace SnapshotBot.Storage.Tests.Crypto;

public sealed class AesCtrTests
{
    [Fact]
    public void TransformCtr_Sp80038aVectorF55_IsMet()
    {
        byte[] key = Vectors.Hex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
        byte[] iv = Vectors.Hex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
        byte[] plain = Vectors.Hex(
            "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710");
        byte[] cipher = Vectors.Hex(
            "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c52b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6");
        foreach (AesImplementation implementation in Here())
            Transform(implementation, key, iv, plain).ShouldBe(cipher);
    }

    [Theory]
    [InlineData("000102030405060708090a0b0c0d0e0f", "00112233445566778899aabbccddeeff", "69c4e0d86a7b0430d8cdb78070b4c55a")]
    [InlineData("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", "00112233445566778899aabbccddeeff", "8ea2b7ca516745bfeafc49904b496089")]
    public void EncryptBlock_VectorsOfFips197_AreMet(string key, string plain, string cipher)
    {
        foreach (AesImplementation implementation in Here())
        {
            using var aes = new AesKey(Vectors.Hex(key), implementation);
            var block = new byte[16];
            aes.EncryptBlock(Vectors.Hex(plain), block);
            block.ShouldBe(Vectors.Hex(cipher));
        }
    }

    [Fact]
    public void TransformCtr_EveryLengthTo1100AndSomeLarge_EqualsBouncyCastle()
    {
        var random = new Random(7);
        var key = new byte[32];
        var iv = new byte[16];
        byte[] data = Vectors.Bytes(8, 300_001);
        foreach (int length in (int[])[.. Enumerable.Range(0, 1101), 4096, 4097, 65_535, 300_001])
        {
            random.NextBytes(key);
            random.NextBytes(iv);
            byte[] plain = data[..length];
            byte[] expected = BouncyCastle(key, iv, plain);
            foreach (AesImplementation implementation in Here())
                Transform(implementation, key, iv, plain).ShouldBe(expected, $"{implementation}, {length} bytes");
        }
    }

    [Theory]
    [InlineData("ffffffffffffffffffffffffffffffff")]
    [InlineData("0000000000000000fffffffffffffffb")]
    [InlineData("00000000fffffffffffffffffffffffe")]
    public void TransformCtr_CounterThatWraps_EqualsBouncyCastle(string iv)
    {
        byte[] key = Vectors.Bytes(1, 32);
        byte[] plain = Vectors.Bytes(2, 1000);
        byte[] expected = BouncyCastle(key, Vectors.Hex(iv), plain);
        foreach (AesImplementation implementation in Here())
            Transform(implementation, key, Vectors.Hex(iv), plain).ShouldBe(expected);
    }

    [Fact]
    public async Task TransformCtr_ManyThreadsOnePortableKey_DoNotDisturbEachOther()
    {
        byte[] key = Vectors.Bytes(3, 32);
        byte[] iv = Vectors.Bytes(4, 16);
        byte[] plain = Vectors.Bytes(5, 9000);
        byte[] expected = BouncyCastle(key, iv, plain);
        using var aes = new AesKey(key, AesImplementation.Portable);
        await Parallel.ForAsync(0, 200, TestContext.Current.CancellationToken, (_, _) =>
        {
            var result = new byte[plain.Length];
            aes.TransformCtr(iv, plain, result);
            result.ShouldBe(expected);
            return ValueTask.CompletedTask;
        });
    }

    private static AesImplementation[] Here() =>
        AesKeySchedule.IsAccelerated ? [AesImplementation.Accelerated, AesImplementation.Portable] : [AesImplementation.Portable];

    private static byte[] Transform(AesImplementation implementation, byte[] key, byte[] iv, byte[] plain)
    {
        using var aes = new AesKey(key, implementation);
        byte[] result = [.. plain];
        aes.TransformCtr(iv, result, result);
        return result;
    }

    private static byte[] BouncyCastle(byte[] key, byte[] iv, byte[] plain)
    {
        var ctr = new SicBlockCipher(new AesEngine());
        ctr.Init(true, new ParametersWithIV(new KeyParameter(key), iv));
        var cipher = new Org.BouncyCastle.Crypto.BufferedBlockCipher(ctr);
        return cipher.DoFinal(plain);
    }
}
