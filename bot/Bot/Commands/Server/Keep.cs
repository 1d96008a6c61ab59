using SnapshotBot.Service.Duplicates;

namespace SnapshotBot.Bot.Commands.Server;

internal static class Keep
{
    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "server keep",
        Summary = "Keep a server made with 'snapshot duplicate' beyond its end",
        Role = Role.Admin,
        Inputs = [ServerInputs.Server],
        Result = "{server:{...}}",
        Examples = ["snapshotbot server keep modpack-test"],
        Read = values => new Request(values.Get(ServerInputs.Server)),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken)
    {
        var server = await ServerInputs.RequireAsync(request.Server, context, cancellationToken);
        return new Answer(await (await context.Service.GetAsync<DuplicateChanges>(cancellationToken)).KeepAsync(server.Id, cancellationToken));
    }

    private sealed record Request(string Server);
}
