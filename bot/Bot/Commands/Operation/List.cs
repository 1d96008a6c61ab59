using SnapshotBot.Service.Operations;

namespace SnapshotBot.Bot.Commands.Operation;

internal static class List
{
    private const int Limit = 1000;

    private static readonly Input<bool> All = Input.Flag("--all", "those that have ended too");

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "operation list",
        Summary = "Show what is running now",
        Role = Role.Operator,
        Inputs = [All],
        Result = "{operations:[{id,kind,scope,server,requestedBy,state,cancelRequested,progress,outcome,error,queuedAt,startedAt,endedAt}]}",
        Examples = ["snapshotbot operation list --all"],
        Read = values => new Request(values.Get(All) ? OperationFilter.All : OperationFilter.Unfinished),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken) =>
        new Answer(new OperationsListed((await context.Service.GetAsync<OperationReads>(cancellationToken)).List(request.Filter, Limit)));

    private sealed record Request(OperationFilter Filter);
}
