using SnapshotBot.Service.Servers;

namespace SnapshotBot.Bot.Commands.Server;

internal static class Ignore
{
    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "server ignore",
        Summary = "Say which paths a server's snapshots leave out and its restores leave alone",
        Role = Role.Admin,
        Inputs = [ServerInputs.Server, ServerInputs.Ignored],
        Result = "{server:{...}}",
        Examples = ["snapshotbot server ignore modpack /data/logs,/data/mods/**/cache", "snapshotbot server ignore modpack none"],
        Read = values => new Request(values.Get(ServerInputs.Server), values.Get(ServerInputs.Ignored)),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken)
    {
        var server = await ServerInputs.RequireAsync(request.Server, context, cancellationToken);
        return new Answer(request.Paths is { } paths
            ? await (await context.Service.GetAsync<ServerChanges>(cancellationToken)).IgnoreAsync(server.Id, paths, cancellationToken)
            : new ServerSettingShown(server, ServerSetting.Ignored));
    }

    private sealed record Request(string Server, string? Paths);
}
