using SnapshotBot.Bot.Commands.Server;
using SnapshotBot.Service.Guilds;

namespace SnapshotBot.Bot.Commands.Setting;

internal static class Set
{
    private static readonly Input<string> Key = Input.Word("KEY", "one of " + string.Join(", ", SettingKind.All.Select(kind => kind.Key)));
    private static readonly Input<string> Value = Input.Word("VALUE", "what it is from now on; none takes it away");
    private static readonly Input<ulong?> Guild = Input.Parsed<ulong?>(
        "--guild", "ID", "only for this Discord server (all; roles and channels: the only one)", Add.ParseGuild, null);

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "settings set",
        Summary = "Set what holds in all Discord servers, or in one",
        Role = Role.Terminal,
        Inputs = [Key, Value, Guild],
        Result = "{setting:{key,guild,value}}",
        Examples =
        [
            "snapshotbot settings set guilds 1234567890123456789",
            "snapshotbot settings set restore 'two operators' --guild 1234567890123456789",
            "snapshotbot settings set password-kept yes",
        ],
        Read = values => new Request(values.Get(Key), values.Get(Value), values.Get(Guild)),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken) =>
        new Answer(await (await context.Service.GetAsync<SettingChanges>(cancellationToken))
            .SetAsync(request.Key, request.Value, request.Guild, cancellationToken));

    private sealed record Request(string Key, string Value, ulong? Guild);
}
