using System.Text.Json;
using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Terminal;
using SnapshotBot.Service.Guilds;

namespace SnapshotBot.Bot.Interactions;

/// <summary>
/// The schedules of a guild's own servers, read through the contract of <c>schedule list</c> as a script reads it: whatever else a schedule
/// comes to hold, its id, its name and its server stay.
/// </summary>
internal sealed class ScheduleNames(Desk desk)
{
    public async Task<IReadOnlyList<NamedSchedule>> ListAsync(ulong guild, CancellationToken cancellationToken)
    {
        if (desk.Command("schedule list") is not { } command)
        {
            return [];
        }

        using var output = new MemoryStream();
        if (await command.Spec.RunAsync(Given.Nothing.ToInputs(), desk.Context(output), cancellationToken) is not Answer answer)
        {
            return [];
        }

        var home = desk.Servers.Names(guild).Where(server => server.Reach == ServerReach.Home)
            .Select(server => server.Id.Value).ToHashSet(StringComparer.Ordinal);
        return [.. Read(answer.Outcome).Where(schedule => home.Contains(schedule.ServerId))];
    }

    /// <summary>The one people mean by its name, <c>server/name</c> or its id; null when there is none, or several.</summary>
    public async Task<NamedSchedule?> FindAsync(string text, ulong guild, CancellationToken cancellationToken)
    {
        var all = await ListAsync(guild, cancellationToken);
        return all.Where(each => each.Id == text).ToList() is [var exact] ? exact
            : all.Where(each => each.Name == text || $"{each.Server}/{each.Name}" == text).ToList() is [var named] ? named
            : null;
    }

    private static List<NamedSchedule> Read(object outcome)
    {
        using var json = new MemoryStream();
        Views.Of(outcome, TimeZoneInfo.Utc).WriteJson(json);
        using var document = JsonDocument.Parse(json.ToArray());
        var schedules = new List<NamedSchedule>();
        foreach (var each in document.RootElement.GetProperty("schedules").EnumerateArray())
        {
            if (each.GetProperty("id").GetString() is { } id && each.GetProperty("name").GetString() is { } name
                && each.GetProperty("serverId").GetString() is { } server)
            {
                schedules.Add(new NamedSchedule(id, name, server, each.TryGetProperty("server", out var shown) ? shown.GetString() : null, NextOf(each)));
            }
        }

        return schedules;
    }

    private static DateTimeOffset? NextOf(JsonElement schedule) =>
        schedule.TryGetProperty("next", out var next) && next.ValueKind == JsonValueKind.String && next.TryGetDateTimeOffset(out var time) ? time : null;
}

/// <summary>A schedule by what it is called.</summary>
internal sealed record NamedSchedule(string Id, string Name, string ServerId, string? Server, DateTimeOffset? Next);
