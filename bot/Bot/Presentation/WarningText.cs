using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Presentation;

internal static class WarningText
{
    /// <summary>The one that can't wait: every minute that nobody looks is one more that is not saved.</summary>
    internal const string ReleaseFailed = "release-failed";

    /// <summary>The one of several that is to be told where there is room for one.</summary>
    public static SnapshotWarning? First(IReadOnlyList<SnapshotWarning> warnings) =>
        warnings.FirstOrDefault(one => one.Code == ReleaseFailed) ?? warnings.FirstOrDefault();

    public static string Of(SnapshotWarning warning)
    {
        var subject = Words.Safe(warning.Subject);
        var what = warning.Code switch
        {
            "changed-while-read" => $"{subject} changed while it was read",
            "vanished-while-read" => $"{subject} went away while it was read",
            "unreadable" => $"{subject} could not be read and is not in the snapshot",
            "attribute-left-out" => $"{subject} is in the snapshot without one of its extended attributes",
            "layer-left-out" => $"the writable layer of {subject} is not in the snapshot; --commit would let the engine keep it",
            "layer-committed" => $"the writable layer of {subject} was committed by the engine, not at the same moment as the rest",
            "image-left-out" => $"the image of {subject} is not in the snapshot",
            "mount-not-captured" => $"{subject} is recorded, but its files are not in the snapshot",
            "foreign-writer" => $"{subject} writes the same data and was not frozen",
            "freeze-budget" => "reading it would have held the server for too long: it was read while it ran",
            "spill-full" => "what differed could not be put aside while it stood still, so it was read while it ran: make room where the data folder is",
            "pause-refused" => $"the engine would not pause {subject}: it was read while it ran",
            "no-thawer" => "the program that thaws a server in an emergency is missing: it was read while it ran",
            "quiesce-failed" => "the game did not confirm that it had saved",
            ReleaseFailed => "the snapshot is whole, but the game did not confirm that it saves again: play may be lost. It is asked again; restart the server if in doubt",
            "not-frozen" => $"{subject} was not frozen",
            _ => $"{warning.Code}: {subject}",
        };
        return warning.Detail is { Length: > 0 } detail ? $"{what} ({Words.Safe(detail)})" : what;
    }
}
