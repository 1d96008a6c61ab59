using System.Text;
using CsCheck;
using Shouldly;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using Xunit;

namespace SnapshotBot.Storage.Tests.Format;

public sealed class TimeTextTests
{
    private const long YearOne = -62_135_596_800;
    private const long EndOf9999 = 253_402_300_799;

    [Theory]
    [InlineData(0, 0, "1970-01-01T00:00:00Z")]
    [InlineData(-1, 999_999_999, "1969-12-31T23:59:59.999999999Z")]
    [InlineData(1_700_000_000, 120_000_000, "2023-11-14T22:13:20.12Z")]
    [InlineData(1_700_000_000, 1, "2023-11-14T22:13:20.000000001Z")]
    [InlineData(951_782_400, 0, "2000-02-29T00:00:00Z")]
    [InlineData(EndOf9999, 5, "9999-12-31T23:59:59.000000005Z")]
    [InlineData(EndOf9999 + 1, 5, "9999-12-31T23:59:59.000000005Z")]
    [InlineData(long.MaxValue, 0, "9999-12-31T23:59:59Z")]
    [InlineData(long.MinValue, 0, "0001-01-01T00:00:00Z")]
    public void Format_Time_IsWhatGoWrites(long seconds, int nanoseconds, string expected) =>
        Written(new UnixTime(seconds, nanoseconds)).ShouldBe(expected);

    [Fact]
    public void TryParse_WhatWasWritten_GivesTheSame() =>
        Gen.Select(Gen.Long[YearOne, EndOf9999], Gen.Frequency((1, Gen.Const(0)), (4, Gen.Int[0, 999_999_999])), (s, n) => new UnixTime(s, n)).Sample(
            time => Parsed(Written(time)) == time, iter: 50_000);

    [Theory]
    [InlineData("2023-11-14T23:43:20.5+01:30", 1_700_000_000, 500_000_000)]
    [InlineData("2023-11-14T17:13:20-05:00", 1_700_000_000, 0)]
    [InlineData("0001-01-01T00:00:00Z", YearOne, 0)]
    [InlineData("0000-12-31T00:00:00Z", YearOne - 86_400, 0)]
    [InlineData("0000-02-29T00:00:00Z", YearOne - ((366 - 59) * 86_400L), 0)]
    [InlineData("0000-01-01T00:00:00Z", YearOne - (366 * 86_400L), 0)]
    public void TryParse_OffsetsAndYearZero_AreUnderstood(string text, long seconds, int nanoseconds) =>
        Parsed(text).ShouldBe(new UnixTime(seconds, nanoseconds));

    [Theory]
    [InlineData("")]
    [InlineData("2023-11-14T22:13:20")]
    [InlineData("2023-13-14T22:13:20Z")]
    [InlineData("2023-02-29T22:13:20Z")]
    [InlineData("2023-11-14T24:13:20Z")]
    [InlineData("2023-11-14T22:13:20+1:00")]
    [InlineData("2023-11-14T22:13:20.Zx")]
    [InlineData("-023-11-14T22:13:20Z")]
    public void TryParse_NoTime_IsRefused(string text) => TimeText.TryParse(Encoding.ASCII.GetBytes(text), out _).ShouldBeFalse();

    [Fact]
    public void TryParse_AnyBytes_NeverThrows() =>
        Gen.OneOf("0129-T:.Z+x"u8.ToArray()).Array[0, 40].Sample(
            text => TimeText.TryParse(text, out var time) || time == default,
            iter: 20_000);

    private static string Written(UnixTime time)
    {
        Span<byte> text = stackalloc byte[TimeText.MaxLength];
        return Encoding.ASCII.GetString(text[..TimeText.Format(time, text)]);
    }

    private static UnixTime Parsed(string text)
    {
        TimeText.TryParse(Encoding.ASCII.GetBytes(text), out var time).ShouldBeTrue(text);
        return time;
    }
}
