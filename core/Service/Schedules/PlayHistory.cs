using System.Text.Json;
using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Schedules;

/// <summary>Who played when, as far as it was asked: stretches of time during which the answer was the same.</summary>
internal sealed class PlayHistory(CatalogStore catalog)
{
    /// <summary>Between two answers so far apart nobody knows what was.</summary>
    public static readonly TimeSpan LongestGap = TimeSpan.FromMinutes(5);

    /// <summary>For how long it is kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(120);

    /// <summary>Stretches kept of one server: two weeks of a game in which somebody comes or goes every minute, or that says so.</summary>
    internal const int MostStretches = 20_000;

    /// <summary>Letters of names kept of one answer, as they are written down: more than 200 players' in any game.</summary>
    internal const int MostLetters = 4096;

    /// <summary>Adds an answer. Names that find no room are not kept; how many are online is.</summary>
    public Task AddAsync(ServerId server, DateTimeOffset at, int online, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var text = Text(names);
        return catalog.WriteAsync(
            context =>
            {
                var last = context.Play.Where(row => row.ServerId == server.Value).OrderByDescending(row => row.From).FirstOrDefault();
                if (last is not null && last.Until >= at.UtcTicks)
                    return;
                var follows = last is not null && at.UtcTicks - last.Until <= LongestGap.Ticks;
                if (follows && last!.Online == online && last.Names == text)
                    last.Until = at.UtcTicks;
                else
                    context.Play.Add(new PlayRow
                    {
                        ServerId = server.Value,
                        From = follows ? Math.Max(last!.Until, last.From + 1) : at.UtcTicks,
                        Until = at.UtcTicks,
                        Online = online,
                        Names = text,
                    });
            },
            cancellationToken);
    }

    /// <summary>Forgets what is older than it is kept for, and of each server the oldest of what is too much.</summary>
    public Task ForgetAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var before = (now - Kept).UtcTicks;
        return catalog.WriteAsync(
            context =>
            {
                context.Play.RemoveRange(context.Play.Where(row => row.Until < before));
                foreach (var server in context.Play.Select(row => row.ServerId).Distinct().ToList())
                {
                    var oldest = context.Play.Where(row => row.ServerId == server).OrderByDescending(row => row.From)
                        .Skip(MostStretches).Select(row => (long?)row.From).FirstOrDefault();
                    if (oldest is { } last)
                        context.Play.RemoveRange(context.Play.Where(row => row.ServerId == server && row.From <= last));
                }
            },
            cancellationToken);
    }

    /// <summary>What is known of a time.</summary>
    public PlayedTime Since(ServerId server, DateTimeOffset from, DateTimeOffset to)
    {
        long played = 0;
        var (isWhole, wasAsked) = (true, false);
        var known = from.UtcTicks;
        foreach (var row in Stretches(server, from))
        {
            if (row.From > to.UtcTicks)
                break;
            wasAsked = true;
            isWhole &= row.From - known <= LongestGap.Ticks;
            known = Math.Max(known, Math.Min(row.Until, to.UtcTicks));
            if (row.Online > 0)
                played += Math.Max(0, Math.Min(row.Until, to.UtcTicks) - Math.Max(row.From, from.UtcTicks));
        }

        // However short it was: of a game that never answers nothing is known.
        return new(TimeSpan.FromTicks(played), wasAsked && isWhole && to.UtcTicks - known <= LongestGap.Ticks);
    }

    /// <summary>Who is known to have played in a time, those who played longest first. Games that tell a number only name nobody.</summary>
    public IReadOnlyList<PlayerTime> WhoPlayed(ServerId server, DateTimeOffset from, DateTimeOffset to)
    {
        var times = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var row in Stretches(server, from).Where(row => row.Online > 0 && row.From <= to.UtcTicks))
        {
            var ticks = Math.Max(0, Math.Min(row.Until, to.UtcTicks) - Math.Max(row.From, from.UtcTicks));
            foreach (var name in JsonSerializer.Deserialize(row.Names, SchedulesJson.Default.StringArray) ?? [])
                times[name] = times.GetValueOrDefault(name) + ticks;
        }

        return [.. times.OrderByDescending(one => one.Value).ThenBy(one => one.Key, StringComparer.Ordinal).Select(one => new PlayerTime(one.Key, TimeSpan.FromTicks(one.Value)))];
    }

    /// <summary>The instant at which so much had been played since another, or null while it was not.</summary>
    public DateTimeOffset? Reached(ServerId server, DateTimeOffset since, TimeSpan amount)
    {
        var left = amount.Ticks;
        foreach (var row in Stretches(server, since).Where(row => row.Online > 0))
        {
            var from = Math.Max(row.From, since.UtcTicks);
            if (row.Until - from >= left)
                return new DateTimeOffset(from + left, TimeSpan.Zero);
            left -= Math.Max(0, row.Until - from);
        }

        return null;
    }

    /// <summary>The instant at which the last player had left after another instant, once nobody has come back for a while; or null.</summary>
    public DateTimeOffset? Left(ServerId server, DateTimeOffset since, TimeSpan quiet)
    {
        var played = false;
        foreach (var row in Stretches(server, since))
        {
            if (row.Online > 0)
                played = true;
            else if (played && row.Until - row.From >= quiet.Ticks && row.From > since.UtcTicks)
                return new DateTimeOffset(row.From, TimeSpan.Zero);
        }

        return null;
    }

    private static string Text(IReadOnlyList<string> names)
    {
        string[] kept = [.. names.Order(StringComparer.Ordinal)];
        while (true)
        {
            var text = JsonSerializer.Serialize(kept, SchedulesJson.Default.StringArray);
            if (text.Length <= MostLetters)
                return text;
            kept = kept[..(kept.Length * MostLetters / text.Length)];
        }
    }

    private IReadOnlyList<PlayRow> Stretches(ServerId server, DateTimeOffset from) =>
        catalog.Read(Rows.Play, "WHERE \"ServerId\" = @0 AND \"Until\" > @1 ORDER BY \"From\"", server.Value, from.UtcTicks);
}

/// <summary>How much was played.</summary>
/// <param name="Time">While at least one was online.</param>
/// <param name="IsWhole">Whether all of the time is known; else somebody may have played unseen.</param>
internal readonly record struct PlayedTime(TimeSpan Time, bool IsWhole)
{
    public bool IsAny => Time > TimeSpan.Zero;
}

/// <summary>How long one player was seen.</summary>
public sealed record PlayerTime(string Name, TimeSpan Time);
