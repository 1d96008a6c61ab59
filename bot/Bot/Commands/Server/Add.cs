using System.Globalization;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Bot.Commands.Server;

internal static class Add
{
    private static readonly Input<string> Name = Input.Word("NAME", "a name of your choice, without /");
    private static readonly Input<IReadOnlyList<string>> Containers = Input.Values(
        "--container", "NAME-OR-ID", "a container of the server; repeat it for several, in the order they start");

    private static readonly Input<string?> Compose = Input.Value("--compose", "PROJECT", "all containers of a compose project");
    private static readonly Input<string?> Profile = Input.Value("--profile", "P", "the game's profile");
    private static readonly Input<ulong?> Guild = Input.Parsed<ulong?>("--guild", "ID", "the Discord server it belongs to", ParseGuild, null);
    private static readonly Input<bool> IncludeWriters = Input.Flag(
        "--include-writers", "freeze along other containers that write the same data, and stop them along for a restore");

    public static CommandSpec Spec { get; } = new CommandSpec<AddServer>
    {
        Name = "server add",
        Summary = "Add a game server of one or more containers",
        Role = Role.Admin,
        Inputs = [Name, Containers, Compose, Profile, Guild, ServerInputs.Ignore, ServerInputs.Include, IncludeWriters],
        Result = "{server:{id,name,containers:[{name,id,state}],profile,guild,includeWriters,ignored,included,state,snapshots,game:{profile,title,triedOn}}}",
        Examples = ["snapshotbot server add modpack --container mc", "snapshotbot server add survival --container mc --container mc-db --ignore /data/logs"],
        Read = values => new AddServer
        {
            Name = values.Get(Name),
            Containers = values.Get(Containers),
            ComposeProject = values.Get(Compose),
            Profile = values.Get(Profile),
            Guild = values.Get(Guild),
            Ignored = values.Get(ServerInputs.Ignore),
            Included = values.Get(ServerInputs.Include),
            ForeignWriters = values.Get(IncludeWriters) ? ForeignWriters.FreezeAlong : ForeignWriters.LowerTheGrade,
        },
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(AddServer request, CommandContext context, CancellationToken cancellationToken) =>
        new Answer(await (await context.Service.GetAsync<ServerChanges>(cancellationToken)).AddAsync(request, cancellationToken));

    internal static ulong? ParseGuild(string text) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
        ? id
        : throw new BadInputException("--guild", text, "the number Discord shows as the server's id");
}
