using System.Globalization;
using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Chat.Interactions;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Interactions;

/// <summary>"Only a part…": what the game's profile knows, by selects and buttons. What is chosen is a restore as if it had been typed.</summary>
internal sealed class PartRoute(Desk desk, Auditor auditor, CommandRoute commands, BrowseRoute browsing)
{
    private const string Key = "snapshot restore";
    private const string PartInput = "--part";

    private readonly HomeSnapshots _snapshots = new(desk, auditor);

    /// <summary>Shows what of a snapshot can come back by itself.</summary>
    public async Task ShowAsync(Turn turn, string snapshotId, CancellationToken cancellationToken)
    {
        if (desk.Command(Key) is not { } command || !await commands.MayAsync(turn, command, cancellationToken))
        {
            return;
        }

        await turn.AcknowledgeAsync(cancellationToken);
        if (await FindAsync(turn, snapshotId, cancellationToken) is { } snapshot)
        {
            await turn.ShowAsync(PartCard.Of(snapshot, await PartsAsync(snapshot, cancellationToken)), cancellationToken);
        }
    }

    public async Task PressAsync(Turn turn, CustomId id, IReadOnlyList<string> values, CancellationToken cancellationToken)
    {
        if (desk.Command(Key) is not { } command)
        {
            return;
        }

        switch (id[1])
        {
            case "player" when values is [var name, ..] && await PartAsync(turn, command, id, acknowledge: true, cancellationToken) is ({ } snapshot, { } part):
                await RestoreAsync(turn, command, snapshot, PartCard.PlayerOf(part, name), cancellationToken);
                break;
            case "paths" when await PartAsync(turn, command, id, acknowledge: true, cancellationToken) is ({ } snapshot, { } part):
                await RestoreAsync(turn, command, snapshot, part.Word, cancellationToken);
                break;
            case "place" when await PartAsync(turn, command, id, acknowledge: false, cancellationToken) is ({ } snapshot, { } part):
                await turn.OpenAsync(Forms.Area(snapshot.Id.Value, IndexOf(id), part.Known, part.SquareSize), cancellationToken);
                break;
            case "files":
                await browsing.BeginAsync(turn, id[0], null, null, cancellationToken);
                break;
            case "name" when await commands.MayAsync(turn, command, cancellationToken) && await FindAsync(turn, id[0], cancellationToken) is { } snapshot:
                await turn.OpenAsync(Forms.APart(snapshot.Id.Value, "What the game's profile knows, or paths."), cancellationToken);
                break;
            default:
                if (turn.IsOpen)
                {
                    await auditor.RefuseUnknownAsync(turn, "button", cancellationToken);
                }

                break;
        }
    }

    /// <summary>The form of a place, as the part's words: <c>area world -120 340 -80 400</c>.</summary>
    public async Task SubmitAreaAsync(Turn turn, CustomId id, FieldValues fields, CancellationToken cancellationToken)
    {
        if (desk.Command(Key) is not { } command || await PartAsync(turn, command, id, acknowledge: true, cancellationToken) is not ({ } snapshot, { } part))
        {
            return;
        }

        var from = Numbers(fields.Text(Forms.From));
        var to = Numbers(fields.Text(Forms.To));
        if (fields.Text(Forms.World) is not { } world || from.Count != 2 || to.Count is not (0 or 2))
        {
            await turn.ShowBesideAsync(
                Notes.Say("❔ I need two numbers for each place, x and z, such as `-120 340`. Nothing was changed.", Colour.Look), cancellationToken);
            return;
        }

        var quoted = world.Any(char.IsWhiteSpace) ? $"\"{world}\"" : world;
        await RestoreAsync(turn, command, snapshot, string.Join(' ', [part.Word, quoted, .. from, .. to]), cancellationToken);
    }

    private Task RestoreAsync(Turn turn, ChatCommand command, SnapshotInfo snapshot, string part, CancellationToken cancellationToken) =>
        commands.RunAsync(turn, command, Given.One(command, OptionKind.Snapshot, snapshot.Id.Value).With(PartInput, part), Consent.None, cancellationToken);

    private async Task<(SnapshotInfo? Snapshot, SnapshotPart? Part)> PartAsync(
        Turn turn, ChatCommand command, CustomId id, bool acknowledge, CancellationToken cancellationToken)
    {
        if (!await commands.MayAsync(turn, command, cancellationToken))
        {
            return (null, null);
        }

        if (acknowledge)
        {
            await turn.AcknowledgeAsync(cancellationToken);
        }

        if (await FindAsync(turn, id[0], cancellationToken) is not { } snapshot)
        {
            return (null, null);
        }

        var parts = await PartsAsync(snapshot, cancellationToken);
        if (IndexOf(id) is var index && index >= 0 && index < parts.Count)
        {
            return (snapshot, parts[index]);
        }

        await auditor.RefuseUnknownAsync(turn, "button", cancellationToken);
        return (null, null);
    }

    private Task<SnapshotInfo?> FindAsync(Turn turn, string snapshotId, CancellationToken cancellationToken) =>
        _snapshots.FindAsync(turn, Key, snapshotId, null, cancellationToken);

    private async Task<IReadOnlyList<SnapshotPart>> PartsAsync(SnapshotInfo snapshot, CancellationToken cancellationToken) =>
        await (await desk.Service.GetAsync<PartReads>(cancellationToken)).OfAsync(snapshot.Id, cancellationToken);

    private static int IndexOf(CustomId id) => int.TryParse(id[2], NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : -1;

    private static List<string> Numbers(string? text) =>
        [.. (text ?? "").Split([' ', ',', ';', '/'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(word => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) < 1e9
                ? ((long)Math.Floor(number)).ToString(CultureInfo.InvariantCulture)
                : "?")
            .Where(word => word != "?")];
}
