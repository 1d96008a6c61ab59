using System.Globalization;
using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Notifications;

/// <summary>Which incidents ring nobody for a while: by server and cause, so that one that comes again stays quiet too.</summary>
internal sealed class IncidentMutes(PostedMessages posted, TimeProvider time)
{
    private static readonly TimeSpan Length = TimeSpan.FromHours(24);

    /// <summary>Called with each incident that was muted, so that its message says so.</summary>
    public Func<IncidentInfo, CancellationToken, Task>? Muted { get; set; }

    /// <returns>Until when.</returns>
    public async Task<DateTimeOffset> MuteAsync(IncidentInfo incident, ulong guild, ulong person, CancellationToken cancellationToken)
    {
        await posted.PutAsync(SubjectOf(incident), guild, 0, null, person.ToString(CultureInfo.InvariantCulture), cancellationToken);
        if (Muted is { } told)
        {
            await told(incident, cancellationToken);
        }

        return time.GetUtcNow() + Length;
    }

    /// <summary>Who muted it, and until when; null when nobody did, or no longer.</summary>
    public IncidentMute? Of(IncidentInfo incident) =>
        posted.Find(SubjectOf(incident)) is { State: { } person } row && row.At + Length > time.GetUtcNow() ? new IncidentMute(person, row.At + Length) : null;

    private static string SubjectOf(IncidentInfo incident) => $"mute:{incident.ServerId?.Value}:{incident.Cause.Word}:{incident.Cause.Subject}";
}
