using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Interactions;

/// <summary>Walks through a snapshot's files. Where somebody is and what they ticked is a row, so that it is there after a restart too.</summary>
internal sealed class BrowseRoute(Desk desk, Auditor auditor, CommandRoute commands)
{
    private const string Key = "snapshot browse";
    private const int MostTicks = 200;

    private readonly HomeSnapshots _snapshots = new(desk, auditor);
    private readonly Handles _handles = new(desk, "browse:");

    /// <summary>Opens a snapshot at a folder, or at its top.</summary>
    public async Task BeginAsync(Turn turn, string snapshotText, string? folder, GuildServerName? hint, CancellationToken cancellationToken)
    {
        if (desk.Command(Key) is not { } command || !await commands.MayAsync(turn, command, cancellationToken))
        {
            return;
        }

        await turn.AcknowledgeAsync(cancellationToken);
        if (await _snapshots.FindAsync(turn, Key, snapshotText, hint, cancellationToken) is not { } snapshot)
        {
            return;
        }

        var handle = await _handles.NewAsync(cancellationToken);
        await ShowAsync(turn, handle, new BrowseState(turn.Person, snapshot.Id.Value, folder, 0, []), snapshot, cancellationToken);
        await auditor.AcceptedAsync(turn, Key, snapshot.Id.Value, cancellationToken);
    }

    public async Task PressAsync(Turn turn, CustomId id, IReadOnlyList<string> values, CancellationToken cancellationToken)
    {
        if (desk.Command(Key) is not { } command || !await commands.MayAsync(turn, command, cancellationToken))
        {
            return;
        }

        await turn.AcknowledgeAsync(cancellationToken);
        if (Read(turn, id[0]) is not { } state)
        {
            await auditor.RefuseGoneAsync(turn, Key, null, cancellationToken);
            return;
        }

        if (state.Person != turn.Person)
        {
            await turn.ShowBesideAsync(Notes.NotYours(state.Person), cancellationToken);
            await auditor.RefusedAsync(turn, Key, null, "not-yours", cancellationToken);
            return;
        }

        if (await _snapshots.FindAsync(turn, Key, state.Snapshot, null, cancellationToken) is not { } snapshot)
        {
            return;
        }

        switch (id[1])
        {
            case "restore" when desk.Command("snapshot restore") is { } restore:
                await commands.RunAsync(
                    turn, restore, Given.One(restore, OptionKind.Snapshot, snapshot.Id.Value).With("--path", state.Ticked), Consent.None, cancellationToken);
                break;
            case "get" when state.Ticked is [var file]:
                await DownloadAsync(turn, snapshot, file, cancellationToken);
                break;
            case "in" or "up" or "page" or "tick" or "none" or "get":
                await ShowAsync(turn, id[0], await MoveAsync(state, snapshot, id, values, cancellationToken), snapshot, cancellationToken);
                break;
            default:
                await auditor.RefuseUnknownAsync(turn, "button", cancellationToken);
                break;
        }
    }

    private async Task<BrowseState> MoveAsync(BrowseState state, SnapshotInfo snapshot, CustomId id, IReadOnlyList<string> values, CancellationToken cancellationToken)
    {
        switch (id[1])
        {
            case "up":
                return state with { Folder = ParentOf(state.Folder), Page = 0 };
            case "page" when int.TryParse(id[2], NumberStyles.None, CultureInfo.InvariantCulture, out var page):
                return state with { Page = page };
            case "none":
                return state with { Ticked = [] };
        }

        var entries = await EntriesAsync(snapshot, state.Folder, cancellationToken);
        var picked = values.Select(value => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at < entries.Count ? entries[at] : null)
            .OfType<SnapshotEntry>().ToList();
        return id[1] switch
        {
            "in" when picked is [{ Type: "dir" } folder] => state with { Folder = folder.Path, Page = 0 },
            "tick" => state with { Ticked = Tick(state, entries, picked) },
            _ => state,
        };
    }

    /// <summary>What was ticked elsewhere stays; of this page exactly what is picked now.</summary>
    private static List<string> Tick(BrowseState state, IReadOnlyList<SnapshotEntry> entries, List<SnapshotEntry> picked)
    {
        var page = entries.Skip(state.Page * BrowseCard.EntriesAPage).Take(BrowseCard.EntriesAPage).Select(entry => entry.Path).ToHashSet(StringComparer.Ordinal);
        return [.. state.Ticked.Where(path => !page.Contains(path)).Concat(picked.Select(entry => entry.Path)).Take(MostTicks)];
    }

    private async Task ShowAsync(Turn turn, string handle, BrowseState state, SnapshotInfo snapshot, CancellationToken cancellationToken)
    {
        switch (await (await BrowserAsync(cancellationToken)).ListAsync(snapshot.Id, state.Folder, cancellationToken))
        {
            case SnapshotListing.Entries listing:
                var pages = Math.Max(1, (listing.Items.Count + BrowseCard.EntriesAPage - 1) / BrowseCard.EntriesAPage);
                var now = state with { Page = Math.Clamp(state.Page, 0, pages - 1) };
                await _handles.PutAsync(turn, handle, JsonSerializer.Serialize(now, BrowseJson.Default.BrowseState), cancellationToken);
                await turn.ShowAsync(
                    BrowseCard.Of(new BrowseView
                    {
                        Handle = handle,
                        Snapshot = snapshot,
                        Folder = listing.Path.Length == 0 ? "/" : listing.Path,
                        IsTop = ParentOf(now.Folder) == now.Folder,
                        Entries = listing.Items,
                        Page = now.Page,
                        Ticked = now.Ticked,
                        MayRestore = Access.Decide(turn.Member, turn.Settings, GuildAct.Restore, GuildRole.Admin, ServerReach.Home) is not AccessDecision.Refused,
                    }),
                    cancellationToken);
                break;
            case SnapshotListing.Refused refused:
                await turn.ShowBesideAsync(Notes.Of(RefusalText.Of(refused.Refusal)), cancellationToken);
                break;
        }
    }

    private async Task DownloadAsync(Turn turn, SnapshotInfo snapshot, string path, CancellationToken cancellationToken)
    {
        if (desk.Command("snapshot get") is { } command)
        {
            await commands.RunAsync(turn, command, Given.One(command, OptionKind.Snapshot, snapshot.Id.Value).With("PATH", path), Consent.None, cancellationToken);
        }
    }

    private async Task<IReadOnlyList<SnapshotEntry>> EntriesAsync(SnapshotInfo snapshot, string? folder, CancellationToken cancellationToken) =>
        await (await BrowserAsync(cancellationToken)).ListAsync(snapshot.Id, folder, cancellationToken) is SnapshotListing.Entries listing ? listing.Items : [];

    private BrowseState? Read(Turn turn, string handle) =>
        _handles.Find(turn, handle) is { } text ? JsonSerializer.Deserialize(text, BrowseJson.Default.BrowseState) : null;

    private Task<SnapshotBrowser> BrowserAsync(CancellationToken cancellationToken) => desk.Service.GetAsync<SnapshotBrowser>(cancellationToken);

    /// <summary>The folder above; of a container's own top that of all containers, which has no name.</summary>
    private static string? ParentOf(string? folder)
    {
        if (folder is null)
        {
            return null;
        }

        var colon = folder.IndexOf(":/", StringComparison.Ordinal);
        var (container, path) = colon > 0 && folder[0] != '/' ? (folder[..(colon + 1)], folder[(colon + 1)..]) : ("", folder);
        var slash = path.TrimEnd('/').LastIndexOf('/');
        return path.TrimEnd('/').Length == 0 ? null : container + (slash <= 0 ? "/" : path[..slash]);
    }
}

/// <summary>Where somebody is in a snapshot.</summary>
internal sealed record BrowseState(ulong Person, string Snapshot, string? Folder, int Page, IReadOnlyList<string> Ticked);

[JsonSerializable(typeof(BrowseState))]
internal sealed partial class BrowseJson : JsonSerializerContext;
