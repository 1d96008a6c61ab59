using SnapshotBot.Chat.Interactions;
using SnapshotBot.Chat.SlashCommands;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Interactions.Suggestions;

/// <summary>Walks the tree of the snapshot that is named: what lies in the folder typed so far.</summary>
internal sealed class PathSuggestions(Desk desk) : ISuggestions
{
    private readonly Resolver _resolver = new(desk);

    public async Task<IReadOnlyList<Choice>> SuggestAsync(Turn turn, AutocompleteAsk ask, CancellationToken cancellationToken)
    {
        // Which files there are, only operators see.
        if (turn.Role < GuildRole.Operator || ask.Options.Text("snapshot") is not { Length: > 0 } text)
        {
            return [];
        }

        if (await _resolver.FindSnapshotAsync(text, null, turn.Guild, cancellationToken) is not { } snapshot)
        {
            return [];
        }

        var typed = ask.Typed.Length == 0 ? "/" : ask.Typed;
        var slash = typed.LastIndexOf('/');
        var folder = slash <= 0 ? null : typed[..slash];
        var browser = await desk.Service.GetAsync<SnapshotBrowser>(cancellationToken);
        return await browser.ListAsync(snapshot.Id, folder, cancellationToken) is SnapshotListing.Entries entries
            ? [.. entries.Items.Select(entry => entry.Path + (entry.Type == "dir" ? "/" : ""))
                .Where(path => path.Length <= 100 && path.Contains(typed[(slash + 1)..], StringComparison.OrdinalIgnoreCase))
                .Take(25)
                .Select(path => Suggester.Of(path, path))]
            : [];
    }
}
