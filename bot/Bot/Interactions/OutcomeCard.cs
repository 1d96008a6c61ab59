using SnapshotBot.Bot.Presentation;
using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Bot.Terminal;
using SnapshotBot.Chat.Messages;

namespace SnapshotBot.Bot.Interactions;

/// <summary>An outcome that has no card of its own says the words the terminal says.</summary>
internal static class OutcomeCard
{
    public static Message Of(object outcome, TimeZoneInfo zone) => Told(outcome, zone).Message;

    /// <summary>The same, and whether it says that something was done.</summary>
    public static (Message Message, Ending Ending) Told(object outcome, TimeZoneInfo zone)
    {
        try
        {
            return (PageCard.Of(Views.Of(outcome, zone).Page()), Ending.Done);
        }
        catch (CommandFailedException failed)
        {
            return (Notes.Of(failed.Failure), Ending.Refused(failed.Failure.Code));
        }
    }
}
