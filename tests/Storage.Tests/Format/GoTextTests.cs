using System.Buffers;
using System.Text;
using CsCheck;
using Shouldly;
using SnapshotBot.Storage.Format;
using Xunit;

namespace SnapshotBot.Storage.Tests.Format;

public sealed class GoTextTests
{
    /// <summary>What restic 0.14 wrote for files of these names (the text JSON carries).</summary>
    public static TheoryData<string, string> WrittenByGo => new()
    {
        { "0107080b0c0d1b", @"\x01\a\b\v\f\r\x1b" },
        { "610a6209227122" + "5c737f", @"a\nb\t\""q\""\\s\x7f" },
        { "69742773203c623e26", "it's <b>&" },
        { "c080eda08078", @"\xc0\x80\xed\xa0\x80x" },
        { "c285e2808befbbbfee8080", @"\u0085\u200b\ufeff\ue000" },
        { "c3bce282acf09f9880", "ü€😀" },
        { "efbfbd", "\ufffd" },
        { "f48fbfbfe280a8", @"\U0010ffff\u2028" },
        { "fffe80", @"\xff\xfe\x80" },
    };

    [Theory]
    [MemberData(nameof(WrittenByGo))]
    public void Unquote_TextWrittenByGo_GivesTheNamesBytes(string hex, string quoted) =>
        Convert.ToHexStringLower(GoText.Unquote(Encoding.UTF8.GetBytes(quoted))!).ShouldBe(hex);

    [Fact]
    public void Quote_AnyBytes_IsUtf8WithoutControlsAndUnquotesToTheSame() =>
        Gen.Frequency((3, Gen.Byte), (1, Gen.OneOf((byte)'\\', (byte)'"', (byte)0x7F, (byte)0xC3, (byte)0xED, (byte)0xF4, (byte)0xBF))).Array[0, 64].Sample(
            raw =>
            {
                var output = new ArrayBufferWriter<byte>();
                GoText.Quote(raw, output);
                output.WrittenCount.ShouldBeLessThanOrEqualTo(raw.Length * 4);
                Encoding.UTF8.GetString(output.WrittenSpan).Any(c => c is < ' ' or '\x7f').ShouldBeFalse();
                System.Text.Unicode.Utf8.IsValid(output.WrittenSpan).ShouldBeTrue();
                GoText.Unquote(output.WrittenSpan).ShouldBe(raw);
                if (GoText.IsPlain(raw))
                {
                    output.WrittenSpan.ToArray().ShouldBe(raw);
                }
            },
            iter: 20_000);

    [Theory]
    [InlineData(@"\")]
    [InlineData(@"a\x")]
    [InlineData(@"\x1")]
    [InlineData(@"\xg0")]
    [InlineData(@"\u12")]
    [InlineData(@"\ud800")]
    [InlineData(@"\U00110000")]
    [InlineData(@"\Uffffffff")]
    [InlineData(@"\400")]
    [InlineData(@"\18")]
    [InlineData(@"\z")]
    public void Unquote_TextGoWouldNotWrite_IsNull(string quoted) => GoText.Unquote(Encoding.UTF8.GetBytes(quoted)).ShouldBeNull();

    [Fact]
    public void Unquote_AnyBytes_NeverThrows() =>
        Gen.Frequency((1, Gen.Byte), (4, Gen.OneOf(@"\xuU0178aF""'"u8.ToArray()))).Array[0, 24].Sample(
            text => GoText.Unquote(text) is null or { Length: <= 24 }, iter: 20_000);
}
