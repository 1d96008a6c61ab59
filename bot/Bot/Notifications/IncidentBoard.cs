using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Chat;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Notifications;

/// <summary>
/// Tells of incidents: a message of its own for each, which may mention the one alert role; repeats edit it, a fresh mention comes with the
/// third, the seventh, then weekly; what is over turns green and is answered once, quietly. What Discord does not take is tried until it does.
/// </summary>
internal sealed class IncidentBoard
{
    private const string Prefix = "incident:";

    /// <summary>Where it is kept up to which change of incidents all was told.</summary>
    private const string Told = "incidents";

    // As an incident's state: its end is told too; until all before that change is told as well it must not be told once more.
    private const string Over = "over|";

    private static readonly TimeSpan Weekly = TimeSpan.FromDays(7);

    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(500);

    private readonly IncidentParts _parts;
    private readonly ILogger _log;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, IncidentInfo> _untold = new(StringComparer.Ordinal);
    private readonly Backoff<string> _failed;
    private long? _told;
    private long _seen;

    // A guild at a time: who mutes one while its message is being sent or edited must not be drawn over by what was read before.
    private readonly ConcurrentDictionary<ulong, SemaphoreSlim> _drawing = new();

    public IncidentBoard(IncidentParts parts, ILogger log)
    {
        (_parts, _log) = (parts, log);
        _failed = new Backoff<string>(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(10), parts.Time);
        parts.Mutes.Muted = MutedAsync;
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        _told = _parts.Posted.Find(Told)?.State is { } text && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var revision) ? revision : null;
        using var siblings = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = WatchAsync(siblings.Token);
        var telling = TellAsync(siblings.Token);
        try
        {
            await await Task.WhenAny(watching, telling);
        }
        finally
        {
            await siblings.CancelAsync();
            await Task.WhenAll(watching, telling).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        await foreach (var incident in _parts.Incidents.WatchAsync(_told, cancellationToken))
        {
            Add(incident);
        }
    }

    private void Add(IncidentInfo incident)
    {
        lock (_lock)
        {
            _untold[incident.Id] = incident;
            _seen = Math.Max(_seen, incident.Revision);
        }
    }

    private async Task TellAsync(CancellationToken cancellationToken)
    {
        await using var lanes = new Lanes();
        using var timer = new PeriodicTimer(Round, _parts.Time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            List<IncidentInfo> due;
            lock (_lock)
            {
                due = [.. _untold.Values.Where(each => _failed.IsDue(each.Id)).OrderBy(each => each.Revision)];
            }

            foreach (var guild in due.ToLookup(HomeOf).Where(each => lanes.IsFree(each.Key)))
            {
                _ = lanes.Begin(guild.Key, () => TellAsync(guild.Key, [.. guild], cancellationToken));
            }

            await KeepToldAsync(cancellationToken);
        }
    }

    /// <summary>Writes down up to where all is told: what changed after that the next process is given again.</summary>
    private async Task KeepToldAsync(CancellationToken cancellationToken)
    {
        long told;
        lock (_lock)
        {
            told = _untold.Count == 0 ? _seen : _untold.Values.Min(each => each.Revision) - 1;
        }

        if (told <= (_told ?? 0))
        {
            return;
        }

        await _parts.Posted.PutAsync(Told, 0, 0, null, told.ToString(CultureInfo.InvariantCulture), cancellationToken);
        _told = told;
        foreach (var posted in _parts.Posted.Beginning(Prefix))
        {
            if (posted.State is { } state && state.StartsWith(Over, StringComparison.Ordinal) && long.Parse(state.AsSpan(Over.Length), CultureInfo.InvariantCulture) <= told)
            {
                await _parts.Posted.RemoveAsync(posted.Subject, cancellationToken);
            }
        }
    }

    private async Task TellAsync(ulong guild, List<IncidentInfo> incidents, CancellationToken cancellationToken)
    {
        foreach (var incident in incidents)
        {
            if (!await DrawAsync(guild, incident, TellAsync, cancellationToken))
            {
                _failed.Failed(incident.Id);
                continue;
            }

            _failed.Forget(incident.Id);
            lock (_lock)
            {
                if (_untold.TryGetValue(incident.Id, out var newest) && newest.Revision == incident.Revision)
                {
                    _ = _untold.Remove(incident.Id);
                }
            }
        }
    }

    private async Task MutedAsync(IncidentInfo incident, CancellationToken cancellationToken) =>
        _ = await DrawAsync(HomeOf(incident), incident, RedrawAsync, cancellationToken);

    /// <summary>One at a time: sends, edits and what is kept of them belong together.</summary>
    /// <returns>Whether it is told.</returns>
    private async Task<bool> DrawAsync(
        ulong guild, IncidentInfo incident, Func<ulong, IncidentInfo, CancellationToken, Task<bool>> draw, CancellationToken cancellationToken)
    {
        var drawing = _drawing.GetOrAdd(guild, _ => new SemaphoreSlim(1));
        await drawing.WaitAsync(cancellationToken);
        try
        {
            return await draw(guild, incident, cancellationToken);
        }
        catch (Exception refused) when (!cancellationToken.IsCancellationRequested)
        {
            _log.IncidentNotTold(incident.Id, refused);
            return false;
        }
        finally
        {
            drawing.Release();
        }
    }

    private async Task<bool> TellAsync(ulong guild, IncidentInfo incident, CancellationToken cancellationToken)
    {
        var subject = SubjectOf(incident);
        var before = _parts.Posted.Find(subject);
        var state = State.Read(before?.State);
        if (incident.ResolvedAt is not null)
        {
            await EndAsync(guild, incident, before, cancellationToken);
            return true;
        }

        var mute = _parts.Mutes.Of(incident);
        if (before is not null && state.Times > 0 && (mute is not null || !IsLoud(incident, state)))
        {
            if (incident.Times != state.Times)
            {
                var left = await TryEditAsync(before, IncidentCard.Of(incident, null, mute), cancellationToken) ? before.Message : null;
                await _parts.Posted.PutAsync(subject, guild, before.Channel, left, (state with { Times = incident.Times, Level = mute is null ? LevelOf(incident) : state.Level }).Write(), cancellationToken);
            }

            return true;
        }

        if (_parts.Settings.Of(guild).Channel is not { } channel)
        {
            return false;
        }

        var role = mute is not null ? null : await _parts.Addresses.RoleOfAsync(guild, cancellationToken);
        var card = IncidentCard.Of(incident, role, mute) with { OnceAs = string.Create(CultureInfo.InvariantCulture, $"i{incident.Id}{LevelOf(incident)}") };
        var message = await _parts.Chat.SendAsync(new ChannelId(channel), card, cancellationToken);
        await _parts.Posted.PutAsync(subject, guild, channel, message.Value, new State(incident.Times, _parts.Time.GetUtcNow(), LevelOf(incident)).Write(), cancellationToken);
        if (before is { Message: { } old } && old != message.Value)
        {
            // One message an incident: the louder one takes the place of the one nobody looked at.
            await _parts.Chat.DeleteAsync(new ChannelId(before.Channel), new MessageId(old), cancellationToken);
        }

        return true;
    }

    /// <summary>Says in an incident's message that it is muted.</summary>
    private async Task<bool> RedrawAsync(ulong guild, IncidentInfo incident, CancellationToken cancellationToken) =>
        _parts.Posted.Find(SubjectOf(incident)) is { } there && await TryEditAsync(there, IncidentCard.Of(incident, null, _parts.Mutes.Of(incident)), cancellationToken);

    private async Task EndAsync(ulong guild, IncidentInfo incident, PostedMessage? before, CancellationToken cancellationToken)
    {
        if (before?.State?.StartsWith(Over, StringComparison.Ordinal) == true || (before?.Channel ?? _parts.Settings.Of(guild).Channel) is not { } channel)
        {
            return;
        }

        // What is known of it changes last: until Discord has taken all of it this is tried again.
        var card = IncidentCard.Of(incident, null, null);
        if (before is null)
        {
            // Over before anybody was told: it happened all the same.
            _ = await _parts.Chat.SendAsync(new ChannelId(channel), card with { OnceAs = "o" + incident.Id }, cancellationToken);
        }
        else if (await TryEditAsync(before, card, cancellationToken))
        {
            _ = await _parts.Chat.SendAsync(new ChannelId(channel), IncidentCard.Over(incident, before.Message ?? 0) with { OnceAs = "o" + incident.Id }, cancellationToken);
        }

        await _parts.Posted.PutAsync(
            SubjectOf(incident), guild, channel, before?.Message, string.Create(CultureInfo.InvariantCulture, $"{Over}{incident.Revision}"), cancellationToken);
    }

    /// <returns>Whether it is there still: somebody may have cleaned up.</returns>
    private async Task<bool> TryEditAsync(PostedMessage posted, Chat.Messages.Message card, CancellationToken cancellationToken)
    {
        if (posted.Message is not { } id)
        {
            return false;
        }

        try
        {
            await _parts.Chat.EditAsync(new ChannelId(posted.Channel), new MessageId(id), card, cancellationToken);
            return true;
        }
        catch (ChatRequestException gone) when (gone.Error is ChatError.MessageGone or ChatError.ChannelGone or ChatError.GuildGone)
        {
            return false;
        }
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

    // One without a home is looked at again: it may get one.
    private ulong HomeOf(IncidentInfo incident) => _parts.Servers.HomeOf(incident.ServerId) ?? 0;

    private static string SubjectOf(IncidentInfo incident) => Prefix + incident.Id;

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
