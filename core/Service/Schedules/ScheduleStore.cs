using System.Globalization;
using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Service.Schedules;

/// <summary>The schedules' rows. Every change made by somebody also turns a counter, by which the serving process notices it for the price of one row.</summary>
internal sealed class ScheduleStore(CatalogStore catalog, SettingReads settings, Incidents incidents)
{
    private const string RevisionKey = "schedules.revision";
    private const string ZoneKey = "zone";

    private static readonly RowReader<string> Settings = new("settings", ["Value"], row => row.GetString(0));

    public IReadOnlyList<Schedule> All() => [.. catalog.Read(Rows.Schedules, "ORDER BY \"ServerId\", \"Name\"").Select(Schedule.Of)];

    public Schedule? Find(ScheduleId id) => catalog.Read(Rows.Schedules, "WHERE \"Id\" = @0", id.Value) is [var row] ? Schedule.Of(row) : null;

    public Schedule? Find(ServerId server, string name) =>
        catalog.Read(Rows.Schedules, "WHERE \"ServerId\" = @0 AND \"Name\" = @1", server.Value, name) is [var row] ? Schedule.Of(row) : null;

    /// <summary>Turns with every change that is not the runner's own.</summary>
    public string Revision() => catalog.Read(Settings, "WHERE \"Key\" = @0 AND \"Guild\" = 0", RevisionKey) is [var text] ? text : "0";

    /// <summary>The zone of those who name none: the guild's, else the default's.</summary>
    public string? ZoneOf(ulong? guild) =>
        (settings.HomeOf(guild) is { } home ? Zone(Row.Number(home)) : null) ?? Zone(0);

    /// <summary>Makes or changes a schedule.</summary>
    /// <param name="row">As it is to be; its id decides which.</param>
    /// <param name="defaultZone">The zone to be everybody's who names none, or null.</param>
    /// <param name="guild">Whose default it is: the guild the server names, or null for none.</param>
    /// <param name="cancellationToken">Nothing is changed when it is cancelled in time.</param>
    public Task SaveAsync(ScheduleRow row, string? defaultZone, ulong? guild, CancellationToken cancellationToken) =>
        ChangeAsync(
            context =>
            {
                if (context.Schedules.FirstOrDefault(one => one.Id == row.Id) is { } there)
                {
                    there.Name = row.Name;
                    there.Every = row.Every;
                    there.Zone = row.Zone;
                    there.When = row.When;
                    there.Keep = row.Keep;
                    there.ChannelGone = there.ChannelGone && there.Channel == row.Channel;
                    there.Channel = row.Channel;
                    there.DoneUntil = row.DoneUntil;
                }
                else
                {
                    context.Schedules.Add(row);
                }

                var home = settings.HomeOf(guild) is { } id ? Row.Number(id) : 0;
                if (defaultZone is not null && !context.Settings.Any(one => one.Key == ZoneKey && one.Guild == home))
                    context.Settings.Add(new SettingRow { Key = ZoneKey, Guild = home, Value = defaultZone });
                return true;
            },
            cancellationToken);

    /// <summary>Pauses a schedule; false when it is gone or was paused so already.</summary>
    public Task<bool> PauseAsync(ScheduleId id, SchedulePause why, string? by, CancellationToken cancellationToken) =>
        ChangeAsync(
            context =>
            {
                if (context.Schedules.FirstOrDefault(one => one.Id == id.Value) is not { } row || row.Paused == (int)why)
                    return false;
                row.Paused = (int)why;
                row.PausedBy = by;
                return true;
            },
            cancellationToken);

    /// <summary>Lets a schedule run again. What was due meanwhile was not wanted, so it was not missed.</summary>
    public Task<bool> ResumeAsync(ScheduleId id, DateTimeOffset now, CancellationToken cancellationToken) =>
        ChangeAsync(
            context =>
            {
                if (context.Schedules.FirstOrDefault(one => one.Id == id.Value) is not { Paused: not 0 } row)
                    return false;
                row.Paused = (int)SchedulePause.Active;
                row.PausedBy = null;
                row.DoneUntil = now.UtcTicks;
                return true;
            },
            cancellationToken);

    public Task<bool> RemoveAsync(ScheduleId id, CancellationToken cancellationToken) =>
        ChangeAsync(
            context =>
            {
                if (context.Schedules.FirstOrDefault(one => one.Id == id.Value) is not { } row)
                    return false;
                context.Schedules.Remove(row);
                return true;
            },
            cancellationToken);

    /// <summary>Remembers that a schedule's channel is gone, and opens the incident that tells of it; true the first time.</summary>
    public Task<bool> ChannelGoneAsync(ScheduleId id, CancellationToken cancellationToken) =>
        ChangeAsync(
            context =>
            {
                if (context.Schedules.FirstOrDefault(one => one.Id == id.Value) is not { ChannelGone: false } row)
                    return false;
                row.ChannelGone = true;
                incidents.Open(context, new ServerId(row.ServerId), new IncidentCause.Gone(row.Id, row.Name, IncidentCause.Gone.Channel));
                return true;
            },
            cancellationToken);

    private string? Zone(long guild) => catalog.Read(Settings, "WHERE \"Key\" = @0 AND \"Guild\" = @1", ZoneKey, guild) is [var text] ? text : null;

    private Task<bool> ChangeAsync(Func<CatalogContext, bool> change, CancellationToken cancellationToken) =>
        catalog.WriteAsync(
            context =>
            {
                if (!change(context))
                    return false;
                if (context.Settings.FirstOrDefault(one => one.Key == RevisionKey && one.Guild == 0) is { } revision)
                    revision.Value = (long.Parse(revision.Value, CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture);
                else
                    context.Settings.Add(new SettingRow { Key = RevisionKey, Guild = 0, Value = "1" });
                return true;
            },
            cancellationToken);
}
