using System.Globalization;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Bot.Presentation;

/// <summary>Operations in words.</summary>
internal static class OperationPages
{
    public static Page List(IReadOnlyList<OperationInfo> operations, TimeZoneInfo zone) => operations.Count == 0
        ? Page.Say("Nothing is running.", Tone.Plain)
        : Page.Of(new Table(
            [
                new("ID", Align.Left), new("What", Align.Left), new("Server", Align.Left), new("By", Align.Left), new("Queued", Align.Left),
                new("State", Align.Left),
            ],
            [.. operations.Select(each => (string[])
            [
                each.Id.Value, each.Kind, Words.Safe(each.Server ?? "-"), Words.Safe(each.RequestedBy), Words.Time(each.QueuedAt, zone), StateWords(each),
            ])]));

    /// <summary>Who did what in Discord, by the numbers it knows them by.</summary>
    public static Page Audit(IReadOnlyList<AuditLine> lines, TimeZoneInfo zone) => lines.Count == 0
        ? Page.Say("Nothing is written down.", Tone.Plain)
        : Page.Of(new Table(
            [
                new("When", Align.Left), new("Discord server", Align.Left), new("Person", Align.Left), new("What", Align.Left), new("Of", Align.Left), new("How", Align.Left),
            ],
            [.. lines.Select(line => (string[])
            [
                Words.Time(line.At, zone), line.Entry.Guild.ToString(CultureInfo.InvariantCulture), line.Entry.Person.ToString(CultureInfo.InvariantCulture),
                Words.Safe(line.Entry.Act), Words.Safe(line.Entry.Subject ?? "-"),
                VerdictOf(line.Entry.Verdict) + (line.Entry.Reason is { } reason ? ": " + Words.Safe(reason) : ""),
            ])]));

    public static string VerdictOf(AuditVerdict verdict) => verdict == AuditVerdict.Accepted ? "accepted" : "refused";

    public static Page One(OperationInfo operation, TimeZoneInfo zone)
    {
        var facts = new List<Fact>
        {
            new("What", operation.Kind),
            new("Server", Words.Safe(operation.Server ?? "-")),
            new("By", Words.Safe(operation.RequestedBy)),
            new("Queued", Words.Time(operation.QueuedAt, zone)),
        };
        if (operation.StartedAt is { } started)
        {
            facts.Add(new("Started", Words.Time(started, zone)));
        }

        if (operation.EndedAt is { } ended)
        {
            facts.Add(new("Ended", Words.Time(ended, zone)));
        }

        facts.Add(new("State", StateWords(operation)));
        if (operation.Failure is { } failure)
        {
            facts.Add(new("Why", Words.Safe(failure.Message)));
        }

        return Page.Of(new Sentence($"Operation {operation.Id}", Tone.Title), new Facts(facts));
    }

    public static Page CancelAsked(OperationId id) => Page.Say(
        $"Operation {id} was asked to stop; what it had begun is taken back.", Tone.Good);

    public static string StateOf(OperationState state) => state switch
    {
        OperationState.Queued => "queued",
        OperationState.Running => "running",
        OperationState.Ended => "ended",
        OperationState.Failed => "failed",
        _ => "cancelled",
    };

    public static Failure Of(OperationFailure failure) =>
        new((ExitCode)(int)failure.Class, failure.Code, Words.Safe(failure.Message), failure.Hint is { } hint ? Words.Safe(hint) : null);

    public static Failure Of(OperationFailure failure, OperationId operation) => Of(failure) with { Operation = operation.Value };

    public static Failure Cancelled(OperationId operation) => new(
        ExitCode.Cancelled, "cancelled", "Cancelled. What it had begun was taken back; what was kept before is whole.", null)
    {
        Operation = operation.Value,
    };

    private static string StateWords(OperationInfo operation)
    {
        var state = StateOf(operation.State) + (operation is { CancelRequested: true, State: OperationState.Queued or OperationState.Running }
            ? ", cancelling" : "");
        return operation is { State: OperationState.Running, Progress: { } progress } ? $"{state}: {StepText.Of(progress.Step)}" : state;
    }
}
