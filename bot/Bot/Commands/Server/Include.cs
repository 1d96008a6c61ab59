using SnapshotBot.Service.Servers;

namespace SnapshotBot.Bot.Commands.Server;

internal static class Include
{
    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "server include",
        Summary = "Say which read-only mounts a server's snapshots take in and its restores put back",
        Role = Role.Admin,
        Inputs = [ServerInputs.Server, ServerInputs.Included],
        Result = "{server:{...}}",
        Examples = ["snapshotbot server include modpack /plugins", "snapshotbot server include modpack none"],
        Read = values => new Request(values.Get(ServerInputs.Server), values.Get(ServerInputs.Included)),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken)
    {
        var server = await ServerInputs.RequireAsync(request.Server, context, cancellationToken);
        return new Answer(request.Paths is { } paths
            ? await (await context.Service.GetAsync<ServerChanges>(cancellationToken)).IncludeAsync(server.Id, paths, cancellationToken)
            : new ServerSettingShown(server, ServerSetting.Included));
    }

    private sealed record Request(string Server, string? Paths);
}
