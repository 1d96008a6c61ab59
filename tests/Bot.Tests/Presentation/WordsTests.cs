using Shouldly;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Bot.Terminal;
using Xunit;

namespace SnapshotBot.Bot.Tests.Presentation;

public sealed class WordsTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1000, "1.0 KiB")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(102_400, "100 KiB")]
    [InlineData(1L << 30, "1.0 GiB")]
    [InlineData(long.MaxValue, "8192 PiB")]
    public void Size_Bytes_AreReadable(long bytes, string expected) => Words.Size(bytes).ShouldBe(expected);

    [Theory]
    [InlineData(0.1424, "0.14 s")]
    [InlineData(9.96, "10.0 s")]
    [InlineData(112, "1 min 52 s")]
    [InlineData(8040, "2 h 14 min")]
    public void Duration_Seconds_AreReadable(double seconds, string expected) =>
        Words.Duration(TimeSpan.FromSeconds(seconds)).ShouldBe(expected);

    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(30, "30 s")]
    [InlineData(90, "90 s")]
    [InlineData(120, "2 min")]
    [InlineData(86_400, "24 h")]
    [InlineData(129_600, "36 h")]
    [InlineData(2_592_000, "30 days")]
    public void Span_OfASetting_IsAsRoundAsItIs(int seconds, string expected) => Words.Span(TimeSpan.FromSeconds(seconds)).ShouldBe(expected);

    [Theory]
    [InlineData("plain name 🏰", "plain name 🏰")]
    [InlineData("a\u001b[2Jb", "a\\u001b[2Jb")]
    [InlineData("line\nbreak", "line\\u000abreak")]
    [InlineData("turn\u202earound", "turn\\u202earound")]
    public void Safe_NameOfAStranger_CannotDriveTheTerminal(string name, string expected) => Words.Safe(name).ShouldBe(expected);

    [Theory]
    [InlineData("abc", 3)]
    [InlineData("世界", 4)]
    [InlineData("🏰", 2)]
    [InlineData("e\u0301", 1)]
    [InlineData("", 0)]
    public void Width_Text_CountsTerminalCells(string text, int cells) => TextWidth.Of(text).ShouldBe(cells);

    [Theory]
    [InlineData("snapshot", "snapshots")]
    [InlineData("restroe", "restore")]
    [InlineData("xyzzy", null)]
    public void Nearest_Misspelling_FindsWhatWasMeant(string word, string? expected) =>
        Nearest.Of(word, ["snapshots", "restore", "init"]).ShouldBe(expected);
}
