using SnapshotBot.Chat;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Presentation.Chat;

/// <summary>The one message of an incident: red while it lasts, green when it is over.</summary>
internal static class IncidentCard
{
    /// <param name="incident">What it is about.</param>
    /// <param name="role">The role to be mentioned by this message, or null; an edit mentions nobody.</param>
    public static Message Of(IncidentInfo incident, ulong? role)
    {
        var server = incident.Server is { } name ? ChatText.Bold(name) : "the repository";
        if (incident.ResolvedAt is { } resolved)
        {
            return Message.Of(new Container(
                Colour.Good, new TextDisplay($"✅ {server} is fine again since {ChatText.Time(resolved)} · it was: {IncidentText.Short(incident.Cause)}")));
        }

        var whom = role is { } id ? $"<@&{id}> " : "";
        var again = incident.Times > 1 ? $" · {Words.Count(incident.Times)} times, last {ChatText.Time(incident.SeenAt)}" : "";
        var lines = new List<string>
        {
            $"{(incident.Cause.HoldsExpiry ? "🛡" : "🚨")} {whom}{server}: {IncidentText.Short(incident.Cause)}{again}",
        };
        if (IncidentText.Why(incident.Cause) is { } why)
        {
            lines.Add(why);
        }

        if (incident.Cause.HoldsExpiry)
        {
            lines.Add(incident.LastGood is null ? "Nothing of it expires until somebody says it is fine." : "The last good snapshot is locked, and nothing of it expires.");
        }

        lines.Add("Not harmed: " + IncidentText.NotHarmed(incident.Cause) + ".");
        lines.Add("Do: " + IncidentText.Do(incident.Cause).TrimEnd('.') + ".");
        var buttons = new List<Button>();
        if (incident.LastGood is { } good)
        {
            buttons.Add(Button.Secondary("Restore…", CustomId.Of(Verb.Run, "restore", good.Value)));
        }

        if (incident is { Cause.HoldsExpiry: true, ServerId: { } held })
        {
            buttons.Add(Button.Secondary("It's fine, resume", CustomId.Of(Verb.Fine, held.Value)));
        }

        Part[] parts = buttons.Count == 0
            ? [new TextDisplay(string.Join('\n', lines))]
            : [new TextDisplay(string.Join('\n', lines)), new ActionRow(buttons)];
        return Message.Of(new Container(Colour.Act, parts)) with
        {
            Mentions = role is { } ringing ? AllowedMentions.Of(new RoleId(ringing)) : AllowedMentions.None,
        };
    }

    /// <summary>The quiet answer to a message whose incident is over.</summary>
    public static Message Over(IncidentInfo incident, ulong message) => Message.Of(new TextDisplay(
        $"✅ {(incident.Server is { } name ? ChatText.Bold(name) : "The repository")} is fine again.")) with
    {
        ReplyTo = new MessageId(message),
        IsQuiet = true,
    };
}
