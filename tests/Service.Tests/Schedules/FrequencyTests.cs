using System.Globalization;
using Shouldly;
using SnapshotBot.Service.Schedules;
using Xunit;

namespace SnapshotBot.Service.Tests.Schedules;

/// <summary>When each form is due through both changes of the clocks in four zones: the lists are worked out by hand.</summary>
public sealed class FrequencyTests
{
    private const string Berlin = "Europe/Berlin";
    private const string NewYork = "America/New_York";
    private const string LordHowe = "Australia/Lord_Howe";

    /// <summary>Form, zone, the instant after which to look, and the local times expected with their offsets.</summary>
    public static TheoryData<string, string, string, string> Due => new()
    {
        // Berlin, 29 March 2026: 02:00 +01 becomes 03:00 +02.
        { "daily at 02:30", Berlin, "2026-03-28T12:00Z", "29 03:00+02 | 30 02:30+02 | 31 02:30+02" },
        { "daily at 02:00 and 02:30", Berlin, "2026-03-28T12:00Z", "29 03:00+02 | 30 02:00+02 | 30 02:30+02" },
        { "daily at 02:15, 02:30 and 03:00", Berlin, "2026-03-28T12:00Z", "29 03:00+02 | 30 02:15+02 | 30 02:30+02 | 30 03:00+02" },
        { "daily at 03:00", Berlin, "2026-03-28T12:00Z", "29 03:00+02 | 30 03:00+02" },
        { "hourly", Berlin, "2026-03-28T23:30Z", "29 01:00+01 | 29 03:00+02 | 29 04:00+02 | 29 05:00+02" },
        { "every 30 minutes", Berlin, "2026-03-28T23:45Z", "29 01:00+01 | 29 01:30+01 | 29 03:00+02 | 29 03:30+02" },
        { "every 45 minutes", Berlin, "2026-03-28T23:00Z", "29 00:45+01 | 29 01:30+01 | 29 03:00+02 | 29 03:45+02" },
        { "every 2 hours", Berlin, "2026-03-28T22:00Z", "29 00:00+01 | 29 03:00+02 | 29 04:00+02 | 29 06:00+02" },
        { "every 6 hours", Berlin, "2026-03-28T19:00Z", "29 00:00+01 | 29 06:00+02 | 29 12:00+02" },
        { "every 7 hours", Berlin, "2026-03-28T12:00Z", "28 20:00+01 | 29 04:00+02 | 29 11:00+02" },
        { "weekdays at 18:30", Berlin, "2026-03-27T12:00Z", "27 18:30+01 | 30 18:30+02 | 31 18:30+02" },
        { "mondays and fridays at 6pm", Berlin, "2026-03-27T12:00Z", "27 18:00+01 | 30 18:00+02 | 03 18:00+02" },
        { "monthly on the 29th at 02:30", Berlin, "2026-03-28T12:00Z", "29 03:00+02 | 29 02:30+02" },
        { "cron 0 */2 * * *", Berlin, "2026-03-28T22:00Z", "29 00:00+01 | 29 03:00+02 | 29 04:00+02" },
        { "cron 0,30 2 * * *", Berlin, "2026-03-28T12:00Z", "29 03:00+02 | 30 02:00+02 | 30 02:30+02" },
        { "cron 0 30 2 * * *", Berlin, "2026-03-28T12:00Z", "29 03:00+02 | 30 02:30+02" },

        // Berlin, 25 October 2026: 03:00 +02 becomes 02:00 +01.
        { "daily at 02:30", Berlin, "2026-10-24T12:00Z", "25 02:30+02 | 26 02:30+01" },
        { "daily at 02:00 and 02:30", Berlin, "2026-10-24T12:00Z", "25 02:00+02 | 25 02:30+02 | 26 02:00+01 | 26 02:30+01" },
        { "daily at 03:00", Berlin, "2026-10-24T12:00Z", "25 03:00+01 | 26 03:00+01" },
        { "hourly", Berlin, "2026-10-24T23:30Z", "25 02:00+02 | 25 02:00+01 | 25 03:00+01 | 25 04:00+01" },
        { "every 30 minutes", Berlin, "2026-10-24T23:45Z", "25 02:00+02 | 25 02:30+02 | 25 02:00+01 | 25 02:30+01 | 25 03:00+01" },
        { "every 45 minutes", Berlin, "2026-10-24T23:30Z", "25 02:15+02 | 25 02:15+01 | 25 03:00+01 | 25 03:45+01" },
        { "every 2 hours", Berlin, "2026-10-24T23:00Z", "25 02:00+02 | 25 02:00+01 | 25 04:00+01" },
        { "every 3 hours", Berlin, "2026-10-24T22:30Z", "25 03:00+01 | 25 06:00+01" },
        { "every 6 hours", Berlin, "2026-10-24T20:00Z", "25 00:00+02 | 25 06:00+01 | 25 12:00+01" },
        { "every 7 hours", Berlin, "2026-10-24T12:00Z", "24 21:00+02 | 25 03:00+01 | 25 10:00+01" },
        { "sundays at 02:30", Berlin, "2026-10-24T12:00Z", "25 02:30+02 | 01 02:30+01" },
        { "cron 0 */2 * * *", Berlin, "2026-10-24T23:00Z", "25 02:00+02 | 25 02:00+01 | 25 04:00+01" },
        { "cron 30 1-4 * * *", Berlin, "2026-10-24T22:30Z", "25 01:30+02 | 25 02:30+02 | 25 02:30+01 | 25 03:30+01" },

        // New York, 8 March 2026: 02:00 -05 becomes 03:00 -04.
        { "daily at 02:30", NewYork, "2026-03-07T12:00Z", "08 03:00-04 | 09 02:30-04" },
        { "hourly", NewYork, "2026-03-08T06:30Z", "08 03:00-04 | 08 04:00-04" },
        { "every 30 minutes", NewYork, "2026-03-08T06:15Z", "08 01:30-05 | 08 03:00-04 | 08 03:30-04" },
        { "every 2 hours", NewYork, "2026-03-08T04:00Z", "08 00:00-05 | 08 03:00-04 | 08 04:00-04" },
        { "every 7 hours", NewYork, "2026-03-08T00:00Z", "08 03:00-04 | 08 10:00-04" },
        { "weekends at 02:30", NewYork, "2026-03-07T12:00Z", "08 03:00-04 | 14 02:30-04" },
        { "cron 15 2 * * *", NewYork, "2026-03-07T12:00Z", "08 03:00-04 | 09 02:15-04" },

        // New York, 1 November 2026: 02:00 -04 becomes 01:00 -05.
        { "daily at 01:30", NewYork, "2026-10-31T12:00Z", "01 01:30-04 | 02 01:30-05" },
        { "hourly", NewYork, "2026-11-01T04:30Z", "01 01:00-04 | 01 01:00-05 | 01 02:00-05" },
        { "every 30 minutes", NewYork, "2026-11-01T04:45Z", "01 01:00-04 | 01 01:30-04 | 01 01:00-05 | 01 01:30-05 | 01 02:00-05" },
        { "every 2 hours", NewYork, "2026-11-01T03:00Z", "01 00:00-04 | 01 02:00-05 | 01 04:00-05" },
        { "every 7 hours", NewYork, "2026-10-31T22:00Z", "01 01:00-04 | 01 07:00-05" },
        { "cron */30 1 * * *", NewYork, "2026-11-01T04:45Z", "01 01:00-04 | 01 01:30-04 | 01 01:00-05 | 01 01:30-05 | 02 01:00-05" },

        // Lord Howe, 5 April 2026: 02:00 +11 becomes 01:30 +10:30; half an hour comes twice.
        { "daily at 01:45", LordHowe, "2026-04-04T00:00Z", "05 01:45+11 | 06 01:45+10:30" },
        { "daily at 02:00", LordHowe, "2026-04-04T00:00Z", "05 02:00+10:30 | 06 02:00+10:30" },
        { "hourly", LordHowe, "2026-04-04T13:30Z", "05 01:00+11 | 05 02:00+10:30 | 05 03:00+10:30" },
        { "every 30 minutes", LordHowe, "2026-04-04T13:45Z", "05 01:00+11 | 05 01:30+11 | 05 01:30+10:30 | 05 02:00+10:30" },
        { "every 45 minutes", LordHowe, "2026-04-04T13:45Z", "05 01:30+11 | 05 01:30+10:30 | 05 02:15+10:30" },
        { "every 7 hours", LordHowe, "2026-04-04T10:00Z", "05 03:30+10:30 | 05 10:30+10:30" },

        // Lord Howe, 4 October 2026: 02:00 +10:30 becomes 02:30 +11; half an hour is skipped.
        { "daily at 02:15", LordHowe, "2026-10-03T00:00Z", "04 02:30+11 | 05 02:15+11" },
        { "daily at 02:00, 02:15 and 02:30", LordHowe, "2026-10-03T02:00Z", "04 02:30+11 | 05 02:00+11 | 05 02:15+11 | 05 02:30+11" },
        { "hourly", LordHowe, "2026-10-03T14:45Z", "04 02:30+11 | 04 03:00+11 | 04 04:00+11" },
        { "every 30 minutes", LordHowe, "2026-10-03T14:45Z", "04 01:30+10:30 | 04 02:30+11 | 04 03:00+11" },
        { "every 2 hours", LordHowe, "2026-10-03T13:00Z", "04 00:00+10:30 | 04 02:30+11 | 04 04:00+11" },

        // UTC knows no changes.
        { "daily at 02:30", "UTC", "2026-03-28T12:00Z", "29 02:30+00 | 30 02:30+00" },
        { "every 45 minutes", "UTC", "2026-10-25T00:00Z", "25 00:45+00 | 25 01:30+00 | 25 02:15+00 | 25 03:00+00" },
        { "every 2 hours", "UTC", "2026-10-25T01:30Z", "25 02:00+00 | 25 04:00+00" },
        { "every 7 hours", "UTC", "2026-03-28T12:00Z", "28 19:00+00 | 29 02:00+00" },
    };

    /// <summary>Intervals that cron can say too, so that two ways to work them out can be held against each other.</summary>
    public static TheoryData<string, string, string> Grids
    {
        get
        {
            var data = new TheoryData<string, string, string>();
            foreach (var zone in (string[])[Berlin, NewYork, LordHowe, "UTC"])
            {
                foreach (var minutes in (int[])[5, 10, 15, 20, 30])
                    data.Add(zone, $"every {minutes} minutes", $"*/{minutes} * * * *");
                data.Add(zone, "hourly", "0 * * * *");
                foreach (var hours in (int[])[2, 3, 4, 6, 8, 12])
                    data.Add(zone, $"every {hours} hours", $"0 */{hours} * * *");
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Due))]
    public void Next_ThroughTheChangesOfTheClocks_IsTheListWrittenOut(string every, string zone, string after, string expected)
    {
        var local = ScheduleZones.Find(zone).ShouldNotBeNull();
        var from = DateTimeOffset.Parse(after, CultureInfo.InvariantCulture);
        var frequency = FrequencyParser.Read(every).ShouldNotBeNull();
        var wanted = expected.Split(" | ");

        // An interval that does not divide the day is counted from the schedule's creation: here the same instant.
        var next = ScheduleReads.NextOf(frequency, local, from, from, wanted.Length);

        next.Select(at => Show(TimeZoneInfo.ConvertTime(at, local))).ShouldBe(wanted);
    }

    [Theory]
    [MemberData(nameof(Grids))]
    public void Next_OfAGrid_IsWhatCronSaysForTwoYears(string zone, string every, string cron)
    {
        var local = ScheduleZones.Find(zone).ShouldNotBeNull();
        var grid = FrequencyParser.Read(every).ShouldNotBeNull();
        var other = new Frequency.Cron(cron);
        var end = new DateTimeOffset(2027, 12, 31, 0, 0, 0, TimeSpan.Zero);
        for (DateTimeOffset at = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero); at < end;)
        {
            var next = grid.Next(at, local, at);
            next.ShouldBe(other.Next(at, local, at), $"after {at:u}");
            at = next!.Value;
        }
    }

    [Theory]
    [InlineData(Berlin)]
    [InlineData(NewYork)]
    [InlineData(LordHowe)]
    [InlineData("UTC")]
    public void Next_OfAFixedTime_IsOnceEachLocalDay(string zone)
    {
        var local = ScheduleZones.Find(zone).ShouldNotBeNull();
        for (var minute = 0; minute < 1440; minute += 5)
        {
            var frequency = new Frequency.Fixed(DaySet.Daily, [new TimeOnly(minute / 60, minute % 60)]);
            var days = new List<DateOnly>();
            for (DateTimeOffset at = new(2026, 1, 1, 0, 0, 0, local.GetUtcOffset(new DateTime(2026, 1, 1))); days.Count < 365;)
            {
                at = frequency.Next(at - TimeSpan.FromTicks(days.Count == 0 ? 1 : 0), local, at)!.Value;
                days.Add(DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, local).DateTime));
            }

            days.Distinct().Count().ShouldBe(365, frequency.Text);
            (days[^1].DayNumber - days[0].DayNumber).ShouldBe(364, frequency.Text);
        }
    }

    [Fact]
    public void Slot_OfALocalTimeThatComesTwice_HasTwoNamesForStepsAndOneForFixedTimes()
    {
        var berlin = ScheduleZones.Find(Berlin).ShouldNotBeNull();
        DateTimeOffset first = new(2026, 10, 25, 0, 0, 0, TimeSpan.Zero);
        var hourly = new Frequency.Grid(TimeSpan.FromHours(1));

        hourly.SlotOf(first, berlin).ShouldBe("2026-10-25T02:00:00+02:00");
        hourly.SlotOf(first.AddHours(1), berlin).ShouldBe("2026-10-25T02:00:00+01:00");
        new Frequency.Fixed(DaySet.Daily, [new TimeOnly(2, 0)]).SlotOf(first, berlin).ShouldBe("2026-10-25T02:00:00");
    }

    private static string Show(DateTimeOffset local)
    {
        var text = local.ToString("dd HH:mmzzz", CultureInfo.InvariantCulture);
        return text.EndsWith(":00", StringComparison.Ordinal) ? text[..^3] : text;
    }
}
