using SnapshotBot.Service.Guilds;

namespace SnapshotBot.Bot.Commands.Server;

internal static class Share
{
    private static readonly Input<ulong?> Guild = Input.Parsed<ulong?>("--guild", "ID", "the Discord server that may look", Add.ParseGuild, null) with { Required = true };
    private static readonly Input<bool> Stop = Input.Flag("--stop", "it may look no longer");

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "server share",
        Summary = "Show a game server's state in another Discord server; no names of players, files or notes",
        Role = Role.Terminal,
        Inputs = [ServerInputs.Server, Guild, Stop],
        Result = "{server:{id,name},guild,shared}",
        Examples = ["snapshotbot server share modpack --guild 1234567890123456789"],
        Read = values => new Request(values.Get(ServerInputs.Server), values.Get(Guild)!.Value, values.Get(Stop) ? ShareWish.Withdraw : ShareWish.Show),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken) =>
        new Answer(await (await context.Service.GetAsync<GuildServers>(cancellationToken))
            .ShareAsync(request.Server, request.Guild, request.Wish, cancellationToken));

    private sealed record Request(string Server, ulong Guild, ShareWish Wish);
}
