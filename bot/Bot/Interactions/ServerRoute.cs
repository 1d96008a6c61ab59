
namespace SnapshotBot.Bot.Interactions;

/// <summary>The buttons of a game server, on the message that tells of a copy.</summary>
internal sealed class ServerRoute(Desk desk, Auditor auditor, CommandRoute commands)
{
    public async Task PressAsync(Turn turn, string word, string server, CancellationToken cancellationToken)
    {
        if (desk.Command("server " + word) is not { } command || word is not ("start" or "stop" or "keep" or "remove"))
        {
            await auditor.RefuseUnknownAsync(turn, "button", cancellationToken);
            return;
        }

        // Only what was made here from a snapshot is removed with its data, and only after a question; of anything else it is refused.
        var given = Given.One(command, OptionKind.Server, server);
        await commands.RunAsync(turn, command, word == "remove" ? given.With("--with-data", "true") : given, Consent.None, cancellationToken);
    }
}
