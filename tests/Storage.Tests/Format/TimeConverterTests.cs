using System.Text.Json;
using Shouldly;
using SnapshotBot.Storage.Format;
using Xunit;

namespace SnapshotBot.Storage.Tests.Format;

public sealed class TimeConverterTests
{
    [Theory]
    [InlineData("2026-01-02T00:30:00+09:00")]
    [InlineData("2026-01-02T00:30:00.1234567-03:30")]
    [InlineData("2026-01-02T00:30:00Z")]
    [InlineData("2026-12-31T23:59:59.5+14:00")]
    public void ReadAndWrite_AnyOffset_KeepsTheTextAndTheClock(string time)
    {
        var json = $$"""{"time":"{{time}}","tree":"x"}""";

        var file = JsonSerializer.Deserialize(json, FormatJson.Default.SnapshotFile)!;

        file.Time.ShouldBe(DateTimeOffset.Parse(time));
        file.Time.Offset.ShouldBe(DateTimeOffset.Parse(time).Offset);
        JsonSerializer.Serialize(file, FormatJson.Default.SnapshotFile).Replace("\\u002B", "+").ShouldContain($"\"time\":\"{time}\"");
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00+09:00")]
    [InlineData("9999-12-31T23:59:59-12:00")]
    [InlineData("2026-01-02T00:30:00+23:59")]
    public void Read_AtTheEdges_IsATime(string time) =>
        JsonSerializer.Deserialize($$"""{"time":"{{time}}","tree":"x"}""", FormatJson.Default.SnapshotFile).ShouldNotBeNull();
}
