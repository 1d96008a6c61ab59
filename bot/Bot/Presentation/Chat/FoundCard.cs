using System.Globalization;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Presentation.Chat;

/// <summary>The snapshots that fit what somebody asked for, six a page; for one's own eyes.</summary>
internal static class FoundCard
{
    public static Message Of(IReadOnlyList<SnapshotInfo> found, SnapshotFilter filter, IReadOnlyList<GuildServerName> servers, string handle, int page)
    {
        var pages = Math.Max(1, (found.Count + PanelCard.RowsAPage - 1) / PanelCard.RowsAPage);
        var at = Math.Clamp(page, 0, pages - 1);
        var alone = servers is [var only] ? only.Name : null;
        var parts = new List<Part>
        {
            new TextDisplay($"### Snapshots of {(alone is null ? "all servers" : ChatText.Bold(alone))}\n{Words.Count(found.Count)} found{WordsOf(filter)}"),
        };
        if (found.Count > 0)
        {
            parts.Add(new Separator());
            parts.AddRange(found.Skip(at * PanelCard.RowsAPage).Take(PanelCard.RowsAPage).Select(snapshot => PanelCard.Row(snapshot, alone is null ? snapshot.Server : null)));
        }

        if (pages > 1)
        {
            parts.Add(new Separator());
            parts.Add(new ActionRow(
                Button.Secondary("◀ Newer", Page(handle, Math.Max(0, at - 1), "n")) with { IsOff = at == 0 },
                Button.Secondary(string.Create(CultureInfo.InvariantCulture, $"{at + 1} of {pages}"), Page(handle, at, "at")) with { IsOff = true },
                Button.Secondary("Older ▶", Page(handle, at + 1, "o")) with { IsOff = at >= pages - 1 }));
        }

        return Message.Of(new Container(found.Count > 0 ? Colour.Good : Colour.Off, parts));
    }

    private static string Page(string handle, int page, string which) => CustomId.Of(Verb.Find, handle, page.ToString(CultureInfo.InvariantCulture), which);

    private static string WordsOf(SnapshotFilter filter) => string.Concat(
        filter.Name is { } name ? " · name has " + ChatText.Code(name, 60) : "",
        filter.Note is { } note ? " · note has " + ChatText.Code(note, 60) : "",
        filter.By is { } by ? " · by " + ChatText.Person(by) : "",
        filter.Since is { } since ? " · since " + ChatText.Time(since, 'f') : "",
        filter.Lock == LockFilter.LockedOnly ? " · locked" : "");
}
