using System.Globalization;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Presentation.Chat;

/// <summary>A folder of a snapshot, for one's own eyes: folders to open, files and folders to tick.</summary>
internal static class BrowseCard
{
    public const int EntriesAPage = 25;

    /// <summary>How a page's select says which entries it means: by their place in the folder, whatever they are called.</summary>
    public static string ValueOf(int index) => index.ToString(CultureInfo.InvariantCulture);

    public static Message Of(BrowseView view)
    {
        var parts = new List<Part> { new TextDisplay(Head(view)) };
        var page = view.Entries.Skip(view.Page * EntriesAPage).Take(EntriesAPage).Select((entry, at) => (Entry: entry, Index: (view.Page * EntriesAPage) + at)).ToList();
        var folders = page.Where(each => each.Entry.Type == "dir").ToList();
        if (folders.Count > 0)
        {
            parts.Add(new ActionRow(new StringSelect(
                CustomId.Of(Verb.Browse, view.Handle, "in"), [.. folders.Select(each => new SelectOption(Label(each.Entry), ValueOf(each.Index)))])
            {
                Placeholder = "Open a folder…",
            }));
        }

        if (page.Count > 0)
        {
            parts.Add(new ActionRow(new StringSelect(
                CustomId.Of(Verb.Browse, view.Handle, "tick"),
                [.. page.Select(each => new SelectOption(Label(each.Entry), ValueOf(each.Index))
                {
                    Description = Description(each.Entry),
                    IsPicked = view.Ticked.Contains(each.Entry.Path),
                })])
            {
                Placeholder = "Tick files and folders…",
                Least = 0,
                Most = page.Count,
            }));
        }

        parts.Add(Moves(view));
        if (Acts(view) is { Count: > 0 } acts)
        {
            parts.Add(new ActionRow(acts));
        }

        parts.Add(new TextDisplay(ChatText.Small("Only you · ticks stay while you look around")));
        return Message.Of(new Container(Colour.Off, parts));
    }

    private static string Head(BrowseView view)
    {
        var lines = new List<string>
        {
            $"### {ChatText.Name(view.Snapshot.Name)} · {ChatText.Code(view.Folder, 80)}",
            view.Entries.Count == 0 ? "This folder is empty." : Words.Count(view.Entries.Count, "entry", "entries") + Ticks(view.Ticked),
        };
        lines.AddRange(view.Ticked.Take(5).Select(path => "☑ " + ChatText.Code(path, 80)));
        if (view.Ticked.Count > 5)
        {
            lines.Add(ChatText.Small($"and {Words.Count(view.Ticked.Count - 5)} more"));
        }

        return string.Join('\n', lines);
    }

    private static string Ticks(IReadOnlyCollection<string> ticked) => ticked.Count == 0 ? "" : $" · {Words.Count(ticked.Count)} ticked";

    private static ActionRow Moves(BrowseView view)
    {
        var pages = Math.Max(1, (view.Entries.Count + EntriesAPage - 1) / EntriesAPage);
        var buttons = new List<Button> { Button.Secondary("⬆ Up", CustomId.Of(Verb.Browse, view.Handle, "up")) with { IsOff = view.IsTop } };
        if (pages > 1)
        {
            buttons.Add(Button.Secondary("◀ Before", CustomId.Of(Verb.Browse, view.Handle, "page", ValueOf(view.Page - 1))) with { IsOff = view.Page == 0 });
            buttons.Add(Button.Secondary(string.Create(CultureInfo.InvariantCulture, $"{view.Page + 1} of {pages}"), CustomId.Of(Verb.Browse, view.Handle, "at")) with { IsOff = true });
            buttons.Add(Button.Secondary("More ▶", CustomId.Of(Verb.Browse, view.Handle, "page", ValueOf(view.Page + 1))) with { IsOff = view.Page >= pages - 1 });
        }

        return new ActionRow(buttons);
    }

    private static List<Button> Acts(BrowseView view)
    {
        var buttons = new List<Button>();
        if (view.Ticked.Count == 0)
        {
            return buttons;
        }

        if (view.MayRestore)
        {
            buttons.Add(Button.Secondary("Restore ticked…", CustomId.Of(Verb.Browse, view.Handle, "restore")));
        }

        if (view.Ticked.Count == 1)
        {
            buttons.Add(Button.Secondary("Download", CustomId.Of(Verb.Browse, view.Handle, "get")));
        }

        buttons.Add(Button.Secondary("Untick all", CustomId.Of(Verb.Browse, view.Handle, "none")));
        return buttons;
    }

    private static string Label(SnapshotEntry entry) =>
        ChatText.Label((entry.IsSecret ? "🔑 " : entry.Type == "dir" ? "📁 " : "") + (entry.Name.Length == 0 ? entry.Path : entry.Name), 100);

    private static string? Description(SnapshotEntry entry) => entry.Type switch
    {
        "dir" => "folder",
        "file" => Words.Size(entry.Size) + (entry.IsSecret ? ", holds a secret: admins only" : ""),
        "symlink" => "link",
        _ => entry.Type,
    };
}

/// <summary>What is shown.</summary>
internal sealed record BrowseView
{
    public required string Handle { get; init; }

    public required SnapshotInfo Snapshot { get; init; }

    /// <summary>The folder, as the game sees it.</summary>
    public required string Folder { get; init; }

    public required bool IsTop { get; init; }

    public required IReadOnlyList<SnapshotEntry> Entries { get; init; }

    public required int Page { get; init; }

    /// <summary>What is ticked, in this folder and in others.</summary>
    public required IReadOnlyList<string> Ticked { get; init; }

    public required bool MayRestore { get; init; }
}
