using SnapshotBot.Service.Operations;

namespace SnapshotBot.Bot.Commands.Operation;

internal static class Cancel
{
    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "operation cancel",
        Summary = "Ask an operation to stop and take back what it had begun",
        Role = Role.Operator,
        Inputs = [Watch.Id],
        Result = "{cancelled}",
        Examples = ["snapshotbot operation cancel 6924f2a0"],
        Read = values => new Request(values.Get(Watch.Id)),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken)
    {
        var reads = await context.Service.GetAsync<OperationReads>(cancellationToken);
        return reads.Find(request.Id) switch
        {
            OperationFound.One found => new Answer(
                (object?)await reads.CancelAsync(found.Operation.Id, cancellationToken) ?? new CancelAsked(found.Operation.Id)),
            OperationFound.Refused refused => new Answer(refused.Refusal),
            _ => throw new InvalidOperationException("Neither found nor refused."),
        };
    }

    private sealed record Request(string Id);
}
