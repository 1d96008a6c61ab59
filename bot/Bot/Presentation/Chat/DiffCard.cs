using SnapshotBot.Chat.Messages;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Presentation.Chat;

/// <summary>What differs: totals for everybody who may look, paths for operators.</summary>
internal static class DiffCard
{
    private const int PathsShown = 20;

    public static Message Of(SnapshotDiff.Difference difference, string before, string after, PathsSeen seen)
    {
        var title = $"### {ChatText.Bold(before)} → {ChatText.Bold(after)}";
        if (difference is { Added: 0, Changed: 0, Removed: 0 })
        {
            return Message.Of(new Container(Colour.Good, new TextDisplay($"{title}\nNothing differs: no file was added, changed or removed.")));
        }

        var lines = new List<string>
        {
            title,
            $"{Words.Count(difference.Added)} added · {Words.Count(Math.Max(0, difference.Changed - Looks(difference)))} changed · {Words.Count(difference.Removed)} removed",
            $"+{Words.Size(difference.BytesAdded)} -{Words.Size(difference.BytesRemoved)}",
        };
        if (seen == PathsSeen.Hidden)
        {
            lines.Add(ChatText.Small("Operators see the paths."));
        }
        else
        {
            var shown = difference.Entries.Where(entry => entry.Change != DiffChange.Metadata).Take(PathsShown).ToList();
            lines.AddRange(shown.Select(entry => ChatText.Code($"{Sign(entry.Change)} {entry.Path}", 80)));
            var more = difference.Entries.Count(entry => entry.Change != DiffChange.Metadata) - shown.Count;
            if (more > 0)
            {
                lines.Add(ChatText.Small($"and {Words.Count(more)} more"));
            }
        }

        if (Looks(difference) is > 0 and var looks)
        {
            lines.Add(ChatText.Small($"and {Words.Count(looks)} with the same content, other times or owners"));
        }

        return Message.Of(new Container(Colour.Good, new TextDisplay(string.Join('\n', lines))));
    }

    /// <summary>Those whose bytes are the same.</summary>
    private static int Looks(SnapshotDiff.Difference difference) => difference.Entries.Count(entry => entry.Change == DiffChange.Metadata);

    private static string Sign(DiffChange change) => change switch
    {
        DiffChange.Added => "+",
        DiffChange.Removed => "-",
        _ => "~",
    };
}

internal enum PathsSeen
{
    Shown,
    Hidden,
}
