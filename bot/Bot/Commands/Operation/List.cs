using SnapshotBot.Bot.Commands.Server;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Bot.Commands.Operation;

internal static class List
{
    private const int Limit = 1000;

    private static readonly Input<bool> All = Input.Flag("--all", "those that have ended too");
    private static readonly Input<bool> Audit = Input.Flag("--audit", "who did what in Discord and who was kept from what, in their place (in Discord for admins)");
    private static readonly Input<ulong?> Guild = Input.Parsed<ulong?>("--guild", "ID", "with --audit: only in this Discord server", Add.ParseGuild, null);
    private static readonly Input<ulong?> By = Input.Parsed<ulong?>("--by", "ID", "with --audit: only what this person did", ParsePerson, null);

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "operation list",
        Summary = "Show what is running now, or who did what",
        Role = Role.Operator,
        Inputs = [All, Audit, Guild, By],
        Result = "{operations:[{id,kind,scope,server,requestedBy,state,cancelRequested,progress,outcome,error,queuedAt,startedAt,endedAt}]}; "
            + "--audit: {audit:[{at,guild,person,act,subject,verdict,reason}]}, newest first",
        Examples = ["snapshotbot operation list --all", "snapshotbot operation list --audit"],
        Read = values => new Request(
            values.Get(All) ? OperationFilter.All : OperationFilter.Unfinished,
            values.Get(Audit) ? new AuditFilter(values.Get(Guild), values.Get(By)) : null),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken) => request.Audit is { } audit
        ? new Answer(new AuditListed((await context.Service.GetAsync<AuditLog>(cancellationToken)).List(audit, Limit)))
        : new Answer(new OperationsListed((await context.Service.GetAsync<OperationReads>(cancellationToken)).List(request.Filter, Limit)));

    private static ulong? ParsePerson(string text) => ulong.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var id)
        ? id
        : throw new BadInputException("--by", text, "the number Discord shows as the person's id");

    private sealed record Request(OperationFilter Filter, AuditFilter? Audit);
}
