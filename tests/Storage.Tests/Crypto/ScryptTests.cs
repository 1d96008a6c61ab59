using System.Text;
using Org.BouncyCastle.Crypto.Generators;
using Shouldly;
using SnapshotBot.Storage.Crypto;
using Xunit;

namespace SnapshotBot.Storage.Tests.Crypto;

public sealed class ScryptTests
{
    [Theory]
    [InlineData("", "", 16, 1, 1, "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906")]
    [InlineData("password", "NaCl", 1024, 8, 16, "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640")]
    [InlineData("pleaseletmein", "SodiumChloride", 16384, 8, 1, "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887")]
    public void Derive_VectorsOfRfc7914_AreMet(string password, string salt, int n, int r, int p, string expected)
    {
        var output = new byte[64];
        Kdf.Derive(Encoding.UTF8.GetBytes(password), Encoding.UTF8.GetBytes(salt), new KdfParameters(n, r, p), output);
        output.ShouldBe(Vectors.Hex(expected));
    }

    [Theory]
    [InlineData(2, 1, 1)]
    [InlineData(4, 3, 2)]
    [InlineData(64, 7, 3)]
    [InlineData(512, 16, 1)]
    [InlineData(32768, 8, 1)]
    public void Derive_OtherShapes_EqualBouncyCastle(int n, int r, int p)
    {
        byte[] password = Vectors.Bytes(n, 13);
        byte[] salt = Vectors.Bytes(r, KdfParameters.SaltSize);
        var output = new byte[64];
        Kdf.Derive(password, salt, new KdfParameters(n, r, p), output);
        output.ShouldBe(SCrypt.Generate(password, salt, n, r, p, 64));
    }

    [Theory]
    [InlineData(0, 8, 1)]
    [InlineData(1, 8, 1)]
    [InlineData(-32768, 8, 1)]
    [InlineData(32767, 8, 1)]
    [InlineData(32768, 0, 1)]
    [InlineData(32768, 8, 0)]
    [InlineData(32768, 8, -1)]
    [InlineData(1 << 30, 8, 1)]
    [InlineData(32768, int.MaxValue, 1)]
    [InlineData(32768, 8, int.MaxValue)]
    [InlineData(1 << 20, 8, 2)]
    [InlineData(32768, 8, 33)]
    public void Derive_HostileParameters_RefusesBeforeItSpends(int n, int r, int p)
    {
        var parameters = new KdfParameters(n, r, p);
        Should.Throw<KdfParametersException>(() => Kdf.Derive("x", new byte[64], parameters)).Parameters.ShouldBe(parameters);
    }

    [Fact]
    public void Default_IsResticsFloor()
    {
        KdfParameters.Default.ShouldBe(new KdfParameters(32768, 8, 1));
        KdfParameters.Default.IsAcceptable.ShouldBeTrue();
        Kdf.NewSalt().Length.ShouldBe(64);
    }
}
