using System.Globalization;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Presentation.Chat;

/// <summary>Which part of a snapshot is to come back: what its game's profile knows by a word, or files. For one's own eyes.</summary>
internal static class PartCard
{
    private const int MostOptions = 25;
    private const int MostSelects = 3;
    private const int MostButtons = 4;

    public static Message Of(SnapshotInfo snapshot, IReadOnlyList<SnapshotPart> known)
    {
        var id = snapshot.Id.Value;
        var parts = new List<Part>
        {
            new TextDisplay(
                $"### Bring back only a part of {ChatText.Bold(snapshot.Name)}\n"
                + $"{ChatText.Name(snapshot.Server)} · as it was on {ChatText.Time(snapshot.CreatedAt, 'f')} ({ChatText.Time(snapshot.CreatedAt)})\n"
                + "All the rest stays as it is now. What it costs is shown before anything happens."
                + (known.Count == 0 ? "\n" + ChatText.Small("Nothing is known of this game but its files.") : "")),
        };
        var selects = 0;
        var buttons = new List<Button>();
        for (var at = 0; at < known.Count; at++)
        {
            var (part, index) = (known[at], at.ToString(CultureInfo.InvariantCulture));
            if (part.Kind == SnapshotPartKind.Player && Options(part) is { Count: > 0 } options && selects < MostSelects)
            {
                selects++;
                parts.Add(new ActionRow(new StringSelect(CustomId.Of(Verb.Part, id, "player", index), options)
                {
                    Placeholder = ChatText.Label(part.Known.Count > MostOptions ? $"One {part.Word}… (the first {MostOptions})" : $"One {part.Word}…", 100),
                }));
            }
            else if (part.Kind == SnapshotPartKind.Area)
            {
                buttons.Add(Place(id, at));
            }
            else if (part.Kind == SnapshotPartKind.Paths)
            {
                buttons.Add(Button.Secondary(ChatText.Label(Capital(part.Word) + "…", 80), CustomId.Of(Verb.Part, id, "paths", index)));
            }
        }

        parts.AddRange(buttons.Take(2 * MostButtons).Chunk(MostButtons).Select(row => new ActionRow(row)));
        parts.Add(new ActionRow(
            Button.Secondary("Files…", CustomId.Of(Verb.Part, id, "files")),
            Button.Secondary("By name…", CustomId.Of(Verb.Part, id, "name"))));
        parts.Add(new TextDisplay(ChatText.Small("Items can double: what is in other players' bags stays as it is now.")));
        return Message.Of(new Container(Colour.Look, parts));
    }

    /// <summary>Opens the form of a place on a world's map.</summary>
    public static Button Place(string snapshot, int part) =>
        Button.Secondary("A place on the map…", CustomId.Of(Verb.Part, snapshot, "place", part.ToString(CultureInfo.InvariantCulture)));

    /// <summary>A player as the word of a part: quotes keep a name with spaces together.</summary>
    public static string PlayerOf(SnapshotPart part, string name) => name.Any(char.IsWhiteSpace) ? $"{part.Word} \"{name}\"" : $"{part.Word} {name}";

    private static List<SelectOption> Options(SnapshotPart part) =>
        [.. part.Known.Where(name => name.Length is > 0 and <= 100).Distinct(StringComparer.Ordinal).Take(MostOptions).Select(name => new SelectOption(ChatText.Label(name, 100), name))];

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
