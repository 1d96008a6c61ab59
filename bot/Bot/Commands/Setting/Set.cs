using SnapshotBot.Bot.Commands.Server;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Commands.Setting;

internal static class Set
{
    private static readonly Input<string> Key = Input.Word("KEY", "one of " + string.Join(", ", SettingKind.All.Select(kind => kind.Key)));
    private static readonly Input<string> Value = Input.Word("VALUE", "what it is from now on; none takes it away");
    private static readonly Input<ulong?> Guild = Input.Parsed<ulong?>(
        "--guild", "ID", "only for this Discord server (all; roles and channels: the only one)", Add.ParseGuild, null);

    private static readonly Input<bool> Plan = Input.Flag("--plan", "only show which snapshots would stay and go (retention and quotas)");

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "settings set",
        Summary = "Set what holds in all Discord servers, or in one",
        Role = Role.Terminal,
        Inputs = [Key, Value, Guild, Plan],
        Result = "{setting:{key,guild,value}}; with --plan {setting,planned,servers:[{server,held,kept,forgotten,keptBytes}]}",
        Examples =
        [
            "snapshotbot settings set guilds 1234567890123456789",
            "snapshotbot settings set restore 'two operators' --guild 1234567890123456789",
            "snapshotbot settings set retention last=10,daily=30 --plan",
            "snapshotbot settings set password-kept yes",
        ],
        Read = values => new Request(values.Get(Key), values.Get(Value), values.Get(Guild), values.Get(Plan) ? Way.Plan : Way.Do),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken)
    {
        var changes = await context.Service.GetAsync<SettingChanges>(cancellationToken);
        if (request.Way == Way.Do)
        {
            return new Answer(await changes.SetAsync(request.Key, request.Value, request.Guild, cancellationToken));
        }

        return new Answer(changes.Plan(request.Key, request.Value, request.Guild) switch
        {
            SettingOutcome.Set planned => new SettingPlanned(
                planned, await (await context.Service.GetAsync<RetentionReads>(cancellationToken)).PreviewAsync(planned, cancellationToken)),
            var refused => refused,
        });
    }

    private enum Way
    {
        Plan,
        Do,
    }

    private sealed record Request(string Key, string Value, ulong? Guild, Way Way);
}
