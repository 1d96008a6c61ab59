using Shouldly;
using SnapshotBot.Service.Schedules;
using Xunit;

namespace SnapshotBot.Service.Tests.Schedules;

public sealed class FrequencyParserTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("every 6 hours", "every 6 hours")]
    [InlineData("Every 6h", "every 6 hours")]
    [InlineData("every six hours.", "every 6 hours")]
    [InlineData("hourly", "hourly")]
    [InlineData("every hour", "hourly")]
    [InlineData("every 60 minutes", "hourly")]
    [InlineData("every 90 minutes", "every 90 minutes")]
    [InlineData("every 30m", "every 30 minutes")]
    [InlineData("every 24 hours", "every 24 hours")]
    [InlineData("every 2 days", "every 2 days")]
    [InlineData("every 48 hours", "every 2 days")]
    [InlineData("every 2 weeks", "every 14 days")]
    [InlineData("daily at 04:00", "daily at 04:00")]
    [InlineData("every day at 4:00", "daily at 04:00")]
    [InlineData("daily at 4am and 4pm", "daily at 04:00 and 16:00")]
    [InlineData("daily at 12am", "daily at 00:00")]
    [InlineData("daily at noon, midnight", "daily at 00:00 and 12:00")]
    [InlineData("weekdays at 18:30", "weekdays at 18:30")]
    [InlineData("every weekday at 6:30 PM", "weekdays at 18:30")]
    [InlineData("mon, tue, wed, thu and fri at 18:30", "weekdays at 18:30")]
    [InlineData("weekends at 10:00", "weekends at 10:00")]
    [InlineData("mondays and fridays at 6pm", "mondays and fridays at 18:00")]
    [InlineData("friday and monday at 18:00", "mondays and fridays at 18:00")]
    [InlineData("mon, wed, fri at 06:00", "mondays, wednesdays and fridays at 06:00")]
    [InlineData("weekly on sunday at 3am", "sundays at 03:00")]
    [InlineData("monthly on the 1st at 04:00", "monthly on the 1st at 04:00")]
    [InlineData("monthly on 23 at 04:00", "monthly on the 23rd at 04:00")]
    [InlineData("every 2 hours of play", "every 2 hours of play")]
    [InlineData("every 90 minutes of play", "every 90 minutes of play")]
    [InlineData("every hour of play", "every hour of play")]
    [InlineData("after the last player leaves", "after the last player leaves")]
    [InlineData("when the last player left", "after the last player leaves")]
    [InlineData("0 4 * * *", "daily at 04:00")]
    [InlineData("cron 15 3 1 * *", "cron 15 3 1 * *")]
    [InlineData("30 15 3 * * MON-FRI", "cron 30 15 3 * * MON-FRI")]
    [InlineData("@weekly", "cron @weekly")]
    public void Parse_WhatPeopleWrite_IsUnderstoodAndEchoedInWordsThatAreUnderstoodAgain(string text, string words)
    {
        var frequency = Parse(text).ShouldBeOfType<FrequencyParsed.Understood>(text).Frequency;

        frequency.Text.ShouldBe(words);
        Parse(frequency.Text).ShouldBe(new FrequencyParsed.Understood(frequency));
    }

    [Theory]
    [InlineData("evry 6h", "every 6 hours")]
    [InlineData("evrey 6 huors", "every 6 hours")]
    [InlineData("6 hours", "every 6 hours")]
    [InlineData("hours", "hourly")]
    [InlineData("every 6", "every 6 hours")]
    [InlineData("daily", "daily at 04:00")]
    [InlineData("every day", "daily at 04:00")]
    [InlineData("nightly", "daily at 04:00")]
    [InlineData("dayly at 4am", "daily at 04:00")]
    [InlineData("daily at 4", "daily at 04:00")]
    [InlineData("4am", "daily at 04:00")]
    [InlineData("18:30", "daily at 18:30")]
    [InlineData("every monday", "mondays at 04:00")]
    [InlineData("mondays 18:30", "mondays at 18:30")]
    [InlineData("wekdays at 18:30", "weekdays at 18:30")]
    [InlineData("weekly", "sundays at 04:00")]
    [InlineData("monthly", "monthly on the 1st at 04:00")]
    [InlineData("last player leaves", "after the last player leaves")]
    [InlineData("every 2 hours of plya", "every 2 hours of play")]
    public void Parse_NearlyRight_SuggestsWhatWasMeant(string text, string suggestion) =>
        Parse(text).ShouldBe(new FrequencyParsed.NotUnderstood(text, suggestion));

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("whenever you like")]
    [InlineData("every 0 hours")]
    [InlineData("every -6 hours")]
    [InlineData("every 99999999999 hours")]
    [InlineData("61 * * * *")]
    [InlineData("cron nonsense")]
    [InlineData("@every 6h")]
    [InlineData("../../etc/passwd")]
    public void Parse_Nonsense_IsNotUnderstoodAndSuggestsNothingWrong(string text)
    {
        var parsed = Parse(text).ShouldBeOfType<FrequencyParsed.NotUnderstood>(text);

        if (parsed.Suggestion is { } suggestion)
            Parse(suggestion).ShouldBeOfType<FrequencyParsed.Understood>();
    }

    [Theory]
    [InlineData("0 0 31 2 *")]
    [InlineData("cron 0 0 30 2 *")]
    [InlineData("0 0 4 31 4 *")]
    public void Parse_NeverDueWithinFiveYears_IsRefused(string text) => Parse(text).ShouldBeOfType<FrequencyParsed.NeverDue>();

    [Theory]
    [InlineData("* * * * * *")]
    [InlineData("*/30 * * * * *")]
    [InlineData("0,10 0 4 * * *")]
    public void Parse_MoreThanOnceAMinute_IsRefused(string text) => Parse(text).ShouldBeOfType<FrequencyParsed.TooOften>();

    [Fact]
    public void Parse_LeapDay_IsDue() =>
        Parse("0 4 29 2 *").ShouldBeOfType<FrequencyParsed.Understood>();

    [Fact]
    public void Parse_AnyText_EndsAndNeverThrows()
    {
        var random = new Random(7);
        string[] words = ["every", "daily", "at", "and", "6h", "6", "pm", "04:00", "25:00", "monday", "*", "*/5", "@", "of", "play", "cron", "\u0000", "é", "–", "9999999999", "monthly", "on", "the", "1st"];
        for (var i = 0; i < 5000; i++)
        {
            var text = string.Join(' ', Enumerable.Range(0, random.Next(1, 8)).Select(_ => words[random.Next(words.Length)]));
            Should.NotThrow(() => Parse(text), text);
        }
    }

    [Theory]
    [InlineData("Europe/Berlin", true)]
    [InlineData("UTC", true)]
    [InlineData("Etc/UTC", true)]
    [InlineData("Berlin", false)]
    [InlineData("CET", false)]
    [InlineData("../../etc/passwd", false)]
    [InlineData("/etc/passwd", false)]
    [InlineData("", false)]
    public void Zone_Find_TakesIanaNamesAlone(string name, bool isThere) => (ScheduleZones.Find(name) is not null).ShouldBe(isThere);

    [Theory]
    [InlineData("Berlin", "Europe/Berlin")]
    [InlineData("europe/berlin", "Europe/Berlin")]
    [InlineData("new york", "America/New_York")]
    [InlineData("utc", "UTC")]
    public void Zone_Near_SuggestsTheOneMeant(string name, string expected) => ScheduleZones.Near(name).ShouldBe(expected);

    [Theory]
    [InlineData("last=7,daily=14", "last=7,daily=14")]
    [InlineData("14 days + 8 weeks", "daily=14,weekly=8")]
    [InlineData("daily=14, weekly=8, monthly=12, yearly=3, within=2d", "daily=14,weekly=8,monthly=12,yearly=3,within=2d")]
    [InlineData("7", "last=7")]
    [InlineData("last 7", "last=7")]
    public void Keep_Parse_IsUnderstood(string text, string canonical) =>
        KeepWords.Read(text).ShouldBe((canonical, null));

    [Theory]
    [InlineData("")]
    [InlineData("daily=0")]
    [InlineData("daily=-1")]
    [InlineData("forever")]
    [InlineData("daily=14,often=3")]
    [InlineData("within=long")]
    public void Keep_ParseNonsense_IsNot(string text) => KeepWords.Read(text).Fault.ShouldNotBeNull();

    private static FrequencyParsed Parse(string text) => FrequencyParser.Parse(text, ScheduleZones.Find("Europe/Berlin")!, Now);
}
