using System.Globalization;
using SnapshotBot.Service.Duplicates;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Bot.Presentation;

/// <summary>Duplicates and published images in words.</summary>
internal static class DuplicatePages
{
    private const int Shown = 12;

    public static Page Made(DuplicateOutcome.Made made, TimeZoneInfo zone)
    {
        var name = Words.Safe(made.Server.Name);
        var lines = new List<Block>
        {
            new Sentence($"Made server {name} from the snapshot.", Tone.Good),
        };
        lines.AddRange(made.Ports.Select(port => new Sentence(
            string.Create(CultureInfo.InvariantCulture, $"Port {port.HostPort} of this host leads to the game's {port.ContainerPort}/{port.Protocol}."), Tone.Plain)));
        if (made.NotUp is { } reason)
            lines.Add(new Sentence($"⚠ It was started and is not up: {Words.Safe(reason)}", Tone.Look));
        if (made.Blanked.Count > 0)
            lines.Add(new Sentence($"Blanked: {List(made.Blanked)}. With --keep-secrets they stay.", Tone.Look));
        if (made.LeftOut.Count > 0)
            lines.Add(new Sentence($"Not in it, for a snapshot does not hold it: {List(made.LeftOut)}.", Tone.Look));
        if (made.EndsAt is { } ends)
            lines.Add(new Sentence($"It is stopped at {Words.Time(ends, zone)} and removed a day later; 'server keep {ServerPages.Quote(made.Server.Name)}' keeps it.", Tone.Plain));
        if (made.Server.State != ServerState.Running && made.NotUp is null)
            lines.Add(new Sentence($"Start it: snapshotbot server start {ServerPages.Quote(made.Server.Name)}", Tone.Small));
        return new Page(lines);
    }

    public static Page Removed(string name) => Page.Of(
        new Sentence($"Removed server {Words.Safe(name)} with its containers, volumes and networks.", Tone.Good),
        new Sentence("Its snapshots are kept.", Tone.Plain));

    public static Page Kept(string name) => Page.Say($"{Words.Safe(name)} has no end any more; it stays until it is removed.", Tone.Good);

    public static Page Published(PublishImageOutcome.Published image)
    {
        var lines = new List<Block>
        {
            new Sentence($"Published {Words.Safe(image.Tag)}: container {Words.Safe(image.Container)} as it was in the snapshot, {Words.Size(image.Size)}.", Tone.Good),
            new Sentence("Volumes and bind mounts are not in an image.", Tone.Plain),
        };
        if (image.Secrets.Count > 0)
            lines.Add(new Sentence($"⚠ Who gets it gets the container's secrets too: {List(image.Secrets)}.", Tone.Look));
        return new Page(lines);
    }

    private static string List(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(Shown).Select(Words.Safe)) + (names.Count > Shown ? $" and {Words.Count(names.Count - Shown)} more" : "");
}
