using SnapshotBot.Bot.Presentation;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Bot.Commands.Server;

internal static class ServerInputs
{
    public static readonly Input<string> Server = Input.Word("SERVER", "the server's name or id");

    private const string PathsHelp = "as the game sees them, with commas between; * is any text in a name, ** any folders";

    /// <summary>What snapshots of a new server leave out.</summary>
    public static readonly Input<string?> Ignore = Input.Value("--ignore", "PATHS", "paths that snapshots leave out and restores leave alone, " + PathsHelp);

    /// <summary>What snapshots leave out from now on.</summary>
    public static readonly Input<string?> Ignored = Input.OptionalWord("PATHS", "paths " + PathsHelp + "; none leaves nothing out (shows what is left out)");

    private const string ReadOnlyHelp = "paths of read-only mounts that snapshots take in and restores put back, ";

    /// <summary>What else snapshots of a new server take in.</summary>
    public static readonly Input<string?> Include = Input.Value("--include", "PATHS", ReadOnlyHelp + PathsHelp);

    /// <summary>What else snapshots take in from now on.</summary>
    public static readonly Input<string?> Included = Input.OptionalWord("PATHS", ReadOnlyHelp + PathsHelp + "; none takes in none (shows what is taken in)");

    /// <summary>The server people mean, or the refusal as the command's answer.</summary>
    public static async Task<ServerFound> FindAsync(string text, CommandContext context, CancellationToken cancellationToken)
    {
        await DiscoverAsync(context, cancellationToken);
        return await (await context.Service.GetAsync<ServerReads>(cancellationToken)).FindAsync(text, cancellationToken);
    }

    /// <summary>The server people mean; ends the command when there is none.</summary>
    public static async Task<ServerInfo> RequireAsync(string text, CommandContext context, CancellationToken cancellationToken) =>
        await FindAsync(text, context, cancellationToken) switch
        {
            ServerFound.One one => one.Server,
            ServerFound.Refused refused => throw new CommandFailedException(RefusalText.Of(refused.Refusal)),
            _ => throw new InvalidOperationException("Neither found nor refused."),
        };

    /// <summary>Containers may have been labelled since the last command.</summary>
    public static async Task DiscoverAsync(CommandContext context, CancellationToken cancellationToken) =>
        _ = await (await context.Service.GetAsync<ServerChanges>(cancellationToken)).DiscoverAsync(cancellationToken);
}
