using SnapshotBot.Chat;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Presentation.Chat;

/// <summary>The one message of an incident: red while it lasts, green when it is over.</summary>
internal static class IncidentCard
{
    private const int NightsShown = 5;

    /// <param name="incident">What it is about.</param>
    /// <param name="role">The role to be mentioned by this message, or null; an edit mentions nobody.</param>
    /// <param name="mute">Who wants it quiet and for how long, or null.</param>
    public static Message Of(IncidentInfo incident, ulong? role, IncidentMute? mute)
    {
        var server = incident.Server is { } name ? ChatText.Bold(name) : "the repository";
        if (incident.ResolvedAt is { } resolved)
        {
            return Message.Of(new Container(
                Colour.Good, new TextDisplay($"✅ {server} is fine again since {ChatText.Time(resolved)} · it was: {IncidentText.Short(incident.Cause)}")));
        }

        var whom = role is { } id ? $"<@&{id}> " : "";
        var again = Again(incident);
        var lines = new List<string>
        {
            $"{Mark(incident)} {whom}{server}: {IncidentText.Short(incident.Cause)}{again}",
        };
        if (IncidentText.Why(incident.Cause) is { } why)
        {
            lines.Add(why);
        }

        if (incident.Cause is IncidentCause.RunFailed { Nights.Count: > 0 } failed)
        {
            lines.Add(Nights(failed));
        }

        if (incident is { Cause.HoldsExpiry: true, ServerId: not null })
        {
            lines.Add(incident.LastGood is null ? "Nothing of it expires until somebody says it is fine." : "The last good snapshot is locked, and nothing of it expires.");
        }

        lines.Add("Not harmed: " + IncidentText.NotHarmed(incident.Cause) + ".");
        lines.Add("Do: " + IncidentText.Do(incident.Cause).TrimEnd('.') + ".");
        if (mute is not null)
        {
            lines.Add(ChatText.Small($"🔕 muted by {ChatText.Person(mute.Person)} until {ChatText.Time(mute.Until, 'f')}"));
        }

        var parts = new List<Part> { new TextDisplay(string.Join('\n', lines)) };
        if (Buttons(incident, mute) is { Count: > 0 } buttons)
        {
            parts.Add(new ActionRow(buttons));
        }

        return Message.Of(new Container(Colour.Act, parts)) with
        {
            Mentions = role is { } ringing ? AllowedMentions.Of(new RoleId(ringing)) : AllowedMentions.None,
        };
    }

    private static string Mark(IncidentInfo incident) => incident switch
    {
        { Cause: IncidentCause.Gone } => "📭",
        { Cause.HoldsExpiry: true, ServerId: not null } => "🛡",
        _ => "🚨",
    };

    private static string Again(IncidentInfo incident) => incident switch
    {
        { Cause: IncidentCause.RunFailed { Nights.Count: > 0 and var nights } } => nights == 1 ? "" : $" · {Words.Count(nights)} times in a row",
        { Times: > 1 } => $" · {Words.Count(incident.Times)} times, last {ChatText.Time(incident.SeenAt)}",
        _ => "",
    };

    private static string Nights(IncidentCause.RunFailed failed)
    {
        var last = failed is { LastGood: { } name, LastGoodAt: { } at } ? $" · last good {ChatText.Bold(name)} {ChatText.Time(at)}, which stays" : " · there is no snapshot yet";
        var more = failed.Nights.Count > NightsShown ? $"{Words.Count(failed.Nights.Count - NightsShown)} before, " : "";
        return $"Failed: {more}{string.Join(", ", failed.Nights.TakeLast(NightsShown).Select(night => ChatText.Time(night, 'f')))}{last}";
    }

    private static List<Button> Buttons(IncidentInfo incident, IncidentMute? mute)
    {
        var buttons = new List<Button>();
        var schedule = incident.Cause switch
        {
            IncidentCause.RunFailed it => it.Schedule,
            IncidentCause.RunMissed it => it.Schedule,
            _ => null,
        };
        if (schedule is not null)
        {
            buttons.Add(Button.Primary("Run now", CustomId.Of(Verb.Schedule, "run", schedule)));
        }

        if (incident.LastGood is { } good)
        {
            buttons.Add(Button.Secondary("Restore…", CustomId.Of(Verb.Run, "restore", good.Value)));
        }

        if (incident is { Cause.HoldsExpiry: true, ServerId: { } held })
        {
            buttons.Add(Button.Secondary("It's fine, resume", CustomId.Of(Verb.Fine, held.Value)));
        }
        else
        {
            buttons.Add(Button.Secondary("Storage", (PanelState.First with { Tab = PanelTab.Storage, Server = incident.ServerId?.Value }).ToId()));
        }

        if (mute is null)
        {
            buttons.Add(Button.Secondary("Mute 24 h", CustomId.Of(Verb.Mute, incident.Id)));
        }

        if (schedule is not null)
        {
            buttons.Add(Button.Secondary("History", CustomId.Of(Verb.Schedule, "history", schedule)));
        }

        return buttons;
    }

    /// <summary>The quiet answer to a message whose incident is over.</summary>
    public static Message Over(IncidentInfo incident, ulong message) => Message.Of(new TextDisplay(
        $"✅ {(incident.Server is { } name ? ChatText.Bold(name) : "The repository")} is fine again.")) with
    {
        ReplyTo = new MessageId(message),
        IsQuiet = true,
    };
}

/// <summary>A while in which nobody is rung for something.</summary>
/// <param name="Person">Who wanted it so.</param>
internal sealed record IncidentMute(string Person, DateTimeOffset Until);
