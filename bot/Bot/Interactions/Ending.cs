using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Chat;
using SnapshotBot.Service;
using SnapshotBot.Service.Guilds;

namespace SnapshotBot.Bot.Interactions;

/// <summary>What became of something somebody might do: done or on its way, or kept from it by a rule.</summary>
/// <param name="Reason">Why not, or why nothing changed, as a stable word; null where it was done or is on its way.</param>
internal sealed record Ending(AuditVerdict Verdict, string? Reason)
{
    public static Ending Done { get; } = new(AuditVerdict.Accepted, null);

    /// <summary>It was so already.</summary>
    public static Ending Unchanged { get; } = new(AuditVerdict.Accepted, "unchanged");

    public static Ending Refused(string reason) => new(AuditVerdict.Refused, reason);

    /// <summary>How something ended that threw.</summary>
    public static Ending Of(Exception error) => error switch
    {
        // It was begun or done; only what was said of it got lost.
        ChatRequestException => new Ending(AuditVerdict.Accepted, "answer-lost"),
        CommandFailedException failed => Refused(failed.Failure.Code),
        BadInputException bad => Refused(Failures.BadInput(bad).Code),
        _ => Refused(ServiceFailure.Describe(error).Code),
    };
}
