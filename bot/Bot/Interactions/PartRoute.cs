using System.Collections.Concurrent;
using System.Globalization;
using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Chat.Interactions;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Interactions;

/// <summary>"Only a part…": what the game's profile knows, by selects and buttons. What is chosen is a restore as if it had been typed.</summary>
internal sealed class PartRoute(Desk desk, Auditor auditor, CommandRoute commands, BrowseRoute browsing)
{
    private const string Key = "snapshot restore";
    private const string PartInput = "--part";

    private const int MostKnown = 100;

    private readonly HomeSnapshots _snapshots = new(desk, auditor);

    // As they were last shown: for the form that can't wait for them.
    private readonly ConcurrentDictionary<SnapshotId, IReadOnlyList<SnapshotPart>> _known = new();

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
            case "player" when values is [var name, ..] && await PartAsync(turn, command, id, cancellationToken) is ({ } snapshot, { } part):
                await RestoreAsync(turn, command, snapshot, PartCard.PlayerOf(part, name), cancellationToken);
                break;
            case "paths" when await PartAsync(turn, command, id, cancellationToken) is ({ } snapshot, { } part):
                await RestoreAsync(turn, command, snapshot, part.Word, cancellationToken);
                break;
            case "place":
                await OpenPlaceAsync(turn, command, id, cancellationToken);
                break;
            case "files":
                await browsing.BeginAsync(turn, id[0], null, null, cancellationToken);
                break;
            case "name" when await commands.MayAsync(turn, command, cancellationToken) && await FindKnownAsync(turn, id[0], cancellationToken) is { } snapshot:
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
        if (desk.Command(Key) is not { } command || await PartAsync(turn, command, id, cancellationToken) is not ({ } snapshot, { } part))
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

    /// <summary>The form of a part by its name, or of paths.</summary>
    public async Task SubmitNameAsync(Turn turn, string snapshotId, FieldValues fields, CancellationToken cancellationToken)
    {
        if (desk.Command(Key) is not { } command || !await commands.MayAsync(turn, command, cancellationToken))
        {
            return;
        }

        var given = Given.One(command, OptionKind.Snapshot, snapshotId);
        var paths = (fields.Text(Forms.Paths) ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        given = paths.Length > 0 ? given.With("--path", paths) : given;
        given = fields.Text(Forms.Part)?.Trim() is { Length: > 0 } part ? given.With(PartInput, part) : given;
        if (paths.Length == 0 && !given.Values.ContainsKey(PartInput))
        {
            // Nothing named would mean all of it, which is not what somebody asked for who wanted only a part.
            if (await FindKnownAsync(turn, snapshotId, cancellationToken) is null)
            {
                return;
            }

            await turn.ShowBesideAsync(
                Notes.Say(
                    "❔ Which part? Give what the game's profile knows, such as `player Anna`, or a path. Nothing was changed.", Colour.Look,
                    Button.Secondary("By name…", CustomId.Of(Verb.Part, snapshotId, "name"))),
                cancellationToken);
            return;
        }

        await commands.RunAsync(turn, command, given, Consent.None, cancellationToken);
    }

    /// <summary>
    /// Opens the form of a place on the map. A form must be the first answer and can't wait for a repository: what it needs was read when the
    /// parts were shown. Where that was before a restart it is read now, and the next press opens the form.
    /// </summary>
    private async Task OpenPlaceAsync(Turn turn, ChatCommand command, CustomId id, CancellationToken cancellationToken)
    {
        if (!await commands.MayAsync(turn, command, cancellationToken) || await FindKnownAsync(turn, id[0], cancellationToken) is not { } snapshot)
        {
            return;
        }

        if (!_known.TryGetValue(snapshot.Id, out var parts))
        {
            await turn.AcknowledgeAsync(cancellationToken);
            parts = await PartsAsync(snapshot, cancellationToken);
        }

        if (IndexOf(id) is not (>= 0 and var index) || index >= parts.Count)
        {
            await auditor.RefuseUnknownAsync(turn, "button", cancellationToken);
        }
        else if (turn.IsOpen)
        {
            await turn.OpenAsync(Forms.Area(snapshot.Id.Value, index, parts[index].Known, parts[index].SquareSize), cancellationToken);
        }
        else
        {
            await turn.ShowBesideAsync(
                Notes.Say("🗺 The worlds are read; nothing was changed.", Colour.Running, PartCard.Place(snapshot.Id.Value, index)), cancellationToken);
        }
    }

    private Task RestoreAsync(Turn turn, ChatCommand command, SnapshotInfo snapshot, string part, CancellationToken cancellationToken) =>
        commands.RunAsync(turn, command, Given.One(command, OptionKind.Snapshot, snapshot.Id.Value).With(PartInput, part), Consent.None, cancellationToken);

    private async Task<(SnapshotInfo? Snapshot, SnapshotPart? Part)> PartAsync(
        Turn turn, ChatCommand command, CustomId id, CancellationToken cancellationToken)
    {
        if (!await commands.MayAsync(turn, command, cancellationToken))
        {
            return (null, null);
        }

        await turn.AcknowledgeAsync(cancellationToken);
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

    private Task<SnapshotInfo?> FindKnownAsync(Turn turn, string snapshotId, CancellationToken cancellationToken) =>
        _snapshots.FindKnownAsync(turn, Key, snapshotId, cancellationToken);

    private async Task<IReadOnlyList<SnapshotPart>> PartsAsync(SnapshotInfo snapshot, CancellationToken cancellationToken)
    {
        var parts = await (await desk.Service.GetAsync<PartReads>(cancellationToken)).OfAsync(snapshot.Id, cancellationToken);
        if (_known.Count >= MostKnown)
        {
            _known.Clear();
        }

        return _known[snapshot.Id] = parts;
    }

    private static int IndexOf(CustomId id) => int.TryParse(id[2], NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : -1;

    private static List<string> Numbers(string? text) =>
        [.. (text ?? "").Split([' ', ',', ';', '/'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(word => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) < 1e9
                ? ((long)Math.Floor(number)).ToString(CultureInfo.InvariantCulture)
                : "?")
            .Where(word => word != "?")];
}
