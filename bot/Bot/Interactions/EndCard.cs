using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Bot.Terminal;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Interactions;

/// <summary>How an operation ended, taken apart for those who draw it.</summary>
internal static class EndCard
{
    /// <summary>The end of a short change, for one's own eyes.</summary>
    public static Message Of(OperationDetails? details, TimeZoneInfo zone)
    {
        if (details is null)
        {
            return Notes.NoSuch("operation");
        }

        if (details.Info.Failure is { } broken)
        {
            return Notes.Of(OperationPages.Of(broken, details.Info.Id));
        }

        return details.Outcome is { } outcome
            ? OutcomeCard.Of(Typed(details, outcome), zone)
            : Notes.Say("⏹ Cancelled. Nothing was changed.", Colour.Off);
    }

    /// <summary>Its end in words and, when it is a refusal, as a failure.</summary>
    public static (Page? Page, Failure? Failure) WordsOf(OperationDetails details, TimeZoneInfo zone)
    {
        if (details.Info.Failure is { } broken)
        {
            return (null, OperationPages.Of(broken, details.Info.Id));
        }

        if (details.Outcome is not { } outcome)
        {
            return (null, null);
        }

        try
        {
            return (Views.Of(Typed(details, outcome), zone).Page(), null);
        }
        catch (CommandFailedException failed)
        {
            return (null, failed.Failure);
        }
        catch (InvalidOperationException)
        {
            // An outcome of a kind without a view is still an end; its card says so without details.
            return (null, null);
        }
    }

    /// <summary>The same for the audit.</summary>
    public static Ending EndingOf(OperationDetails? details, TimeZoneInfo zone) => details switch
    {
        null => Ending.Refused("operation-unknown"),
        { Info.Failure: { } broken } => Ending.Refused(broken.Code),
        { Outcome: null } => Ending.Refused("cancelled"),
        { Outcome: ChangeSnapshotOutcome.Unchanged } => Ending.Unchanged,
        _ => WordsOf(details, zone).Failure is { } refused ? Ending.Refused(refused.Code) : Ending.Done,
    };

    // The views know outcomes by the type a terminal's run gives them.
    private static object Typed(OperationDetails details, object outcome)
    {
        for (var type = details.Request.GetType(); type is not null; type = type.BaseType)
        {
            if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(OperationRequest<>))
            {
                return Activator.CreateInstance(
                    typeof(Changed<>).MakeGenericType(type.GetGenericArguments()), details.Info.Id, details.Request, outcome)!;
            }
        }

        return outcome;
    }
}
