using System.Globalization;
using SnapshotBot.Bot.Presentation.Chat;

namespace SnapshotBot.Bot.Interactions;

/// <summary>The buttons of a snapshot: its card, a command on it, a command's form.</summary>
internal sealed class SnapshotRoute(Desk desk, Auditor auditor, CommandRoute commands, BrowseRoute browsing)
{
    private readonly HomeSnapshots _snapshots = new(desk, auditor);

    /// <summary>The key of the command a short word stands for.</summary>
    public static string KeyOf(string word) => word switch
    {
        "part" => "snapshot restore",
        _ => "snapshot " + word,
    };

    public async Task OpenAsync(Turn turn, string snapshotId, CancellationToken cancellationToken)
    {
        if (!await commands.MayAsync(turn, "snapshot info", cancellationToken))
        {
            return;
        }

        await turn.AcknowledgeAsync(cancellationToken);
        if (await _snapshots.FindAsync(turn, "snapshot info", snapshotId, null, cancellationToken) is not { } snapshot)
        {
            return;
        }

        var details = await desk.Snapshots.InfoAsync(snapshot, cancellationToken);
        var rights = SnapshotRights.Of(turn.Member, turn.Settings, Locks.WasJustLockedBy(desk, turn.Person, snapshot.Id.Value));
        await turn.ShowAsync(SnapshotCard.Of(details, rights), cancellationToken);
    }

    public async Task RunAsync(Turn turn, string word, string subject, string first, CancellationToken cancellationToken)
    {
        var asker = 0ul;
        if (desk.Command(KeyOf(word)) is not { } command
            || (first.Length > 0 && (!ulong.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out asker) || asker == 0)))
        {
            await auditor.RefuseUnknownAsync(turn, "button", cancellationToken);
            return;
        }

        var kind = command.Inputs.Any(input => input.Kind == OptionKind.Snapshot) ? OptionKind.Snapshot : OptionKind.Server;
        var consent = first.Length > 0 ? Consent.None with { First = asker } : Consent.None;
        await commands.RunAsync(turn, command, Given.One(command, kind, subject), consent, cancellationToken);
    }

    public Task MoreAsync(Turn turn, string word, string snapshot, CancellationToken cancellationToken) => word switch
    {
        "rename" or "note" or "duplicate" or "image" => FormAsync(turn, word, snapshot, cancellationToken),
        "boot" when desk.Command("snapshot verify") is { } verify => commands.RunAsync(
            turn, verify, Given.One(verify, OptionKind.Snapshot, snapshot).With("--boot", "true"), Consent.None, cancellationToken),
        "browse" => browsing.BeginAsync(turn, snapshot, null, null, cancellationToken),
        _ => RunAsync(turn, word, snapshot, "", cancellationToken),
    };

    public async Task FormAsync(Turn turn, string word, string snapshotId, CancellationToken cancellationToken)
    {
        if (word is not ("rename" or "note" or "duplicate" or "image"))
        {
            await auditor.RefuseUnknownAsync(turn, "button", cancellationToken);
            return;
        }

        if (!await commands.MayAsync(turn, KeyOf(word), cancellationToken))
        {
            return;
        }

        if (await _snapshots.FindKnownAsync(turn, KeyOf(word), snapshotId, cancellationToken) is not { } snapshot)
        {
            return;
        }

        await turn.OpenAsync(
            word switch
            {
                "rename" => Forms.Rename(snapshot.Id.Value, snapshot.Name),
                "note" => Forms.EditNote(snapshot.Id.Value, snapshot.Note),
                "duplicate" => Forms.Copy(snapshot.Id.Value),
                "image" => Forms.Image(snapshot.Id.Value),
                _ => throw new InvalidOperationException("A form nobody knows."),
            },
            cancellationToken);
    }
}
