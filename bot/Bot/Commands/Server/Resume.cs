using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Commands.Server;

internal static class Resume
{
    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "server resume",
        Summary = "Say that a server the guard took for broken is fine, so that its snapshots expire again",
        Role = Role.Admin,
        Inputs = [ServerInputs.Server],
        Result = "{resumed,server,cause,unlocked}",
        Examples = ["snapshotbot server resume modpack"],
        Read = values => new Request(values.Get(ServerInputs.Server)),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken) =>
        new Change<ResumeServerOutcome>(new ResumeServer((await ServerInputs.RequireAsync(request.Server, context, cancellationToken)).Id));

    private sealed record Request(string Server);
}
