using SnapshotBot.Bot.Presentation;
using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Bot.Terminal;
using SnapshotBot.Chat.Messages;

namespace SnapshotBot.Bot.Interactions;

/// <summary>An outcome that has no card of its own says the words the terminal says.</summary>
internal static class OutcomeCard
{
    public static Message Of(object outcome, TimeZoneInfo zone)
    {
        try
        {
            return PageCard.Of(Views.Of(outcome, zone).Page());
        }
        catch (CommandFailedException failed)
        {
            return Notes.Of(failed.Failure);
        }
    }
}
