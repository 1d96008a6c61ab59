using SnapshotBot.Bot.Presentation;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Bot.Commands.Operation;

internal static class Watch
{
    public static readonly Input<string> Id = Input.Word("ID", "the operation's id or its beginning");

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "operation watch",
        Summary = "Follow an operation to its end",
        Role = Role.Operator,
        Inputs = [Id],
        Result = "{operation:{id,kind,scope,server,requestedBy,state,cancelRequested,progress,outcome,error,queuedAt,startedAt,endedAt}}",
        Examples = ["snapshotbot operation watch 6924f2a0"],
        Read = values => new Request(values.Get(Id)),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken)
    {
        var reads = await context.Service.GetAsync<OperationReads>(cancellationToken);
        switch (reads.Find(request.Id))
        {
            case OperationFound.One found:
                var last = found.Operation;
                await foreach (var now in reads.WatchAsync(last.Id, cancellationToken))
                {
                    last = now;
                    if (now.Progress is { } progress)
                    {
                        context.Progress.Report(StepText.Describe(progress));
                    }
                }

                return new Answer(last);
            case OperationFound.Refused refused:
                return new Answer(refused.Refusal);
            default:
                throw new InvalidOperationException("Neither found nor refused.");
        }
    }

    private sealed record Request(string Id);
}
