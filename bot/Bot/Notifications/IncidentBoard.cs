using System.Globalization;
using Microsoft.Extensions.Logging;
using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Chat;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Notifications;

/// <summary>
/// Tells of incidents: a message of its own for each, which may mention the one alert role; repeats edit it, a fresh mention comes with the
/// third, the seventh, then weekly; what is over turns green and is answered once, quietly.
/// </summary>
internal sealed class IncidentBoard
{
    /// <summary>Where it is kept up to which change of incidents all was told.</summary>
    private const string Told = "incidents";

    private static readonly TimeSpan Weekly = TimeSpan.FromDays(7);

    private readonly IncidentParts _parts;
    private readonly ILogger _log;

    // Who mutes one while its message is being sent or edited must not be drawn over by what was read before.
    private readonly SemaphoreSlim _drawing = new(1);

    public IncidentBoard(IncidentParts parts, ILogger log)
    {
        (_parts, _log) = (parts, log);
        parts.Mutes.Muted = (incident, cancellationToken) => DrawAsync(incident, RedrawAsync, cancellationToken);
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var told = _parts.Posted.Find(Told)?.State is { } text && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var revision) ? revision : (long?)null;
        var isAllTold = true;
        await foreach (var incident in _parts.Incidents.WatchAsync(told, cancellationToken))
        {
            isAllTold &= await DrawAsync(incident, TellAsync, cancellationToken);
            if (isAllTold && (told is null || incident.Revision > told))
            {
                told = incident.Revision;
                await _parts.Posted.PutAsync(Told, 0, 0, null, incident.Revision.ToString(CultureInfo.InvariantCulture), cancellationToken);
            }
        }
    }

    /// <summary>One at a time: sends, edits and what is kept of them belong together.</summary>
    private async Task<bool> DrawAsync(IncidentInfo incident, Func<IncidentInfo, CancellationToken, Task> draw, CancellationToken cancellationToken)
    {
        await _drawing.WaitAsync(cancellationToken);
        try
        {
            await draw(incident, cancellationToken);
            return true;
        }
        catch (Exception refused) when (refused is not OperationCanceledException)
        {
            _log.IncidentNotTold(incident.Id, refused);
            return false;
        }
        finally
        {
            _drawing.Release();
        }
    }

    private async Task TellAsync(IncidentInfo incident, CancellationToken cancellationToken)
    {
        if (HomeOf(incident) is not { } guild || _parts.Settings.Of(guild).Channel is not { } channel)
        {
            return;
        }

        var subject = SubjectOf(incident);
        var before = _parts.Posted.Find(subject);
        var state = State.Read(before?.State);
        if (incident.ResolvedAt is not null)
        {
            await EndAsync(incident, new ChannelId(channel), before, cancellationToken);
            return;
        }

        var mute = _parts.Mutes.Of(incident);
        if (before is { Message: { } id } && (mute is not null || !IsLoud(incident, state)))
        {
            if (incident.Times != state.Times)
            {
                await _parts.Chat.EditAsync(new ChannelId(before.Channel), new MessageId(id), IncidentCard.Of(incident, null, mute), cancellationToken);
                await _parts.Posted.PutAsync(subject, guild, before.Channel, id, (state with { Times = incident.Times, Level = mute is null ? LevelOf(incident) : state.Level }).Write(), cancellationToken);
            }

            return;
        }

        var role = mute is not null ? null : await _parts.Addresses.RoleOfAsync(guild, cancellationToken);
        var card = IncidentCard.Of(incident, role, mute) with { OnceAs = string.Create(CultureInfo.InvariantCulture, $"i{incident.Id}{LevelOf(incident)}") };
        var message = await _parts.Chat.SendAsync(new ChannelId(channel), card, cancellationToken);
        await _parts.Posted.PutAsync(subject, guild, channel, message.Value, new State(incident.Times, _parts.Time.GetUtcNow(), LevelOf(incident)).Write(), cancellationToken);
        if (before is { Message: { } old })
        {
            // One message an incident: the louder one takes the place of the one nobody looked at.
            await _parts.Chat.DeleteAsync(new ChannelId(before.Channel), new MessageId(old), cancellationToken);
        }
    }

    /// <summary>Says in an incident's message that it is muted.</summary>
    private async Task RedrawAsync(IncidentInfo incident, CancellationToken cancellationToken)
    {
        if (_parts.Posted.Find(SubjectOf(incident)) is { Message: { } id } there)
        {
            await _parts.Chat.EditAsync(
                new ChannelId(there.Channel), new MessageId(id), IncidentCard.Of(incident, null, _parts.Mutes.Of(incident)), cancellationToken);
        }
    }

    private async Task EndAsync(IncidentInfo incident, ChannelId usual, PostedMessage? before, CancellationToken cancellationToken)
    {
        if (before is not { Message: { } id })
        {
            // Over before anybody was told: it happened all the same.
            _ = await _parts.Chat.SendAsync(usual, IncidentCard.Of(incident, null, null) with { OnceAs = "o" + incident.Id }, cancellationToken);
            return;
        }

        var channel = new ChannelId(before.Channel);
        await _parts.Posted.RemoveAsync(before.Subject, cancellationToken);
        await _parts.Chat.EditAsync(channel, new MessageId(id), IncidentCard.Of(incident, null, null), cancellationToken);
        _ = await _parts.Chat.SendAsync(channel, IncidentCard.Over(incident, id) with { OnceAs = "o" + incident.Id }, cancellationToken);
    }

    // Something rings when it begins, the third and the seventh time, and from then on once a week.
    private bool IsLoud(IncidentInfo incident, State state) =>
        LevelOf(incident) > state.Level || (CountOf(incident) > 7 && incident.Times > state.Times && _parts.Time.GetUtcNow() - state.LoudAt >= Weekly);

    private static int LevelOf(IncidentInfo incident) => CountOf(incident) switch
    {
        >= 7 => 3,
        >= 3 => 2,
        _ => 1,
    };

    // Nights count as nights, also when several were found at one look.
    private static int CountOf(IncidentInfo incident) => incident.Cause switch
    {
        IncidentCause.RunFailed it => Math.Max(it.Nights.Count, incident.Times),
        IncidentCause.RunMissed it => Math.Max(it.Runs, incident.Times),
        _ => incident.Times,
    };

    private static string SubjectOf(IncidentInfo incident) => "incident:" + incident.Id;

    private ulong? HomeOf(IncidentInfo incident) => incident.ServerId is { } id
        ? _parts.Servers.HomeOf(id)
        : _parts.Settings.Allowed() is [var first, ..] ? first : null;

    /// <summary>How often it had been seen when it was last told, when it last rang, and how loud it was then.</summary>
    private sealed record State(int Times, DateTimeOffset LoudAt, int Level)
    {
        public static State Read(string? text) =>
            text?.Split('|') is [var times, var loud, .. var level] && int.TryParse(times, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && long.TryParse(loud, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                ? new State(
                    count, DateTimeOffset.FromUnixTimeSeconds(seconds),
                    level is [var known] && int.TryParse(known, NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? at : 1)
                : new State(0, DateTimeOffset.UnixEpoch, 0);

        public string Write() => string.Create(CultureInfo.InvariantCulture, $"{Times}|{LoudAt.ToUnixTimeSeconds()}|{Level}");
    }
}

/// <summary>What the board of incidents tells with.</summary>
internal sealed record IncidentParts
{
    public required IChat Chat { get; init; }

    public required Incidents Incidents { get; init; }

    public required SettingReads Settings { get; init; }

    public required GuildServers Servers { get; init; }

    public required PostedMessages Posted { get; init; }

    public required Addresses Addresses { get; init; }

    public required IncidentMutes Mutes { get; init; }

    public required TimeProvider Time { get; init; }
}
