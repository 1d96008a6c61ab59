using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Schedules;

/// <summary>Makes, changes and removes schedules: plain rows, no operation. A serving process notices within a quarter of a second.</summary>
public sealed class ScheduleChanges
{
    private const int NextShown = 5;

    private readonly ScheduleStore _schedules;
    private readonly ScheduleReads _reads;
    private readonly ServerStore _servers;
    private readonly IPlayerQueries _players;
    private readonly TimeProvider _time;

    internal ScheduleChanges(ScheduleStore schedules, ScheduleReads reads, ServerStore servers, IPlayerQueries players, TimeProvider time)
    {
        _schedules = schedules;
        _reads = reads;
        _servers = servers;
        _players = players;
        _time = time;
    }

    /// <summary>Makes a schedule, or changes the one of this name that the server has. What the draft leaves open stays as it is.</summary>
    public async Task<ScheduleOutcome> SetAsync(ScheduleDraft draft, Requester by, CancellationToken cancellationToken)
    {
        var name = draft.Name.Trim();
        if (ServerNames.FaultOfServer(name) is { } fault)
            return Refused(new Refusal.NameRefused(draft.Name, fault));
        if (_servers.Find(draft.Server) is not { } server)
            return Refused(new Refusal.ServerUnknown(draft.Server.Value));
        var there = _schedules.Find(server.Id, name);
        if (_reads.ZoneFor(draft.Zone, there?.ZoneName, server.Guild) is not { } zone)
            return Refused(_reads.ZoneRefusal(draft.Zone));
        var now = _time.GetUtcNow();
        var (frequency, refusal) = ScheduleReads.Understand(draft.Every, zone, now);
        if (frequency is null)
            return Refused(refusal!);
        var (keep, keepFault) = ScheduleReads.KeepOf(draft.Keep ?? there?.Keep);
        if (keepFault is not null)
            return Refused(new Refusal.KeepRefused(keepFault));

        var isSameTime = there is not null && there.Every == frequency.Text && there.ZoneName == zone.Id;
        var row = new ScheduleRow
        {
            Id = (there?.Id ?? ScheduleId.New()).Value,
            Name = name,
            ServerId = server.Id.Value,
            Every = frequency.Text,
            Zone = zone.Id,
            When = (int)(draft.When ?? there?.When ?? ScheduleWhen.Any),
            Keep = keep,
            Channel = (draft.Channel ?? there?.Channel) is { } channel ? unchecked((long)channel) : null,
            CreatedBy = by.Text,
            CreatedAt = now.UtcTicks,

            // Other times begin now: what the old ones had due is not the new ones' to miss.
            DoneUntil = isSameTime ? there!.DoneUntil.UtcTicks : now.UtcTicks,
        };
        var isFirstZone = draft.Zone is not null && _schedules.ZoneOf(server.Guild) is null;
        await _schedules.SaveAsync(row, isFirstZone ? zone.Id : null, server.Guild, cancellationToken);
        var saved = _schedules.Find(new ScheduleId(row.Id))!;
        var notes = new List<ScheduleNote>();
        if (there is not null)
            notes.Add(ScheduleNote.Changed);
        if (isFirstZone)
            notes.Add(ScheduleNote.ZoneIsDefault);
        if ((saved.When == ScheduleWhen.Played || !frequency.IsTimed) && !await _players.HasAsync(server, cancellationToken))
            notes.Add(ScheduleNote.NoPlayerQuery);
        var keeps = await _reads.KeepsAsync(server.Id, saved.Id, keep, frequency, zone, cancellationToken);
        return new ScheduleOutcome.Saved(_reads.Info(saved), _reads.Next(saved.Id, NextShown), keeps, notes);
    }

    public async Task<ScheduleOutcome> PauseAsync(ScheduleId id, Requester by, CancellationToken cancellationToken)
    {
        await _schedules.PauseAsync(id, SchedulePause.ByPerson, by.Text, cancellationToken);
        return _schedules.Find(id) is { } now ? new ScheduleOutcome.Paused(_reads.Info(now)) : Refused(new Refusal.ScheduleUnknown(id.Value));
    }

    /// <summary>Lets it run again from now on.</summary>
    public async Task<ScheduleOutcome> ResumeAsync(ScheduleId id, CancellationToken cancellationToken)
    {
        await _schedules.ResumeAsync(id, _time.GetUtcNow(), cancellationToken);
        return _schedules.Find(id) is { } now ? new ScheduleOutcome.Resumed(_reads.Info(now)) : Refused(new Refusal.ScheduleUnknown(id.Value));
    }

    /// <summary>Removes it. Its snapshots and its history stay.</summary>
    public async Task<ScheduleOutcome> RemoveAsync(ScheduleId id, CancellationToken cancellationToken) =>
        _schedules.Find(id) is { } there && await _schedules.RemoveAsync(id, cancellationToken)
            ? new ScheduleOutcome.Removed(id, there.Name)
            : Refused(new Refusal.ScheduleUnknown(id.Value));

    /// <summary>Says that the schedule's channel is gone: an incident tells of it, once, until the schedule has another.</summary>
    /// <returns>True the first time.</returns>
    public Task<bool> ChannelGoneAsync(ScheduleId id, CancellationToken cancellationToken) => _schedules.ChannelGoneAsync(id, cancellationToken);

    private static ScheduleOutcome.Refused Refused(Refusal refusal) => new(refusal);
}
