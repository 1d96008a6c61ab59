using SnapshotBot.Chat.Messages;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Schedules;

namespace SnapshotBot.Bot.Presentation.Chat;

/// <summary>What a restore or an undo would cost, before the button that does it. For one's own eyes.</summary>
internal static class CostCard
{
    private const int NamesShown = 6;
    private const int PlayersShown = 3;
    private const int UnreadShown = 3;

    public static Message Of(CostQuestion question, PendingConfirm confirm)
    {
        var cost = question.Cost;
        var snapshot = cost.Snapshot;
        var isUndo = question.UndoOf is not null;
        var lines = new List<string>
        {
            isUndo
                ? $"### Undo the last restore of {ChatText.Name(question.UndoOf!)}?"
                : question.Part.Length > 0 ? $"### Bring back a part of {ChatText.Bold(snapshot.Name)} to {ChatText.Name(snapshot.Server)}?"
                : $"### Put {ChatText.Name(snapshot.Server)} back to {ChatText.Bold(snapshot.Name)}?",
            $"as it was on {ChatText.Time(snapshot.CreatedAt, 'f')} ({ChatText.Time(snapshot.CreatedAt)}){question.Part}",
            "**Lost:** " + (question.Part.Length > 0 ? "what became of that part since; all the rest stays" : Lost(cost, isUndo ? "since that restore" : "since then")),
            "**Online now:** " + Players(cost.Players),
            $"**Files:** {Words.Count(cost.FilesReplaced)} replaced · {Words.Count(cost.FilesAdded)} added · {Words.Count(cost.FilesRemoved)} removed",
        };
        var version = RestoreCostPages.VersionOf(cost);
        if (version is not null)
        {
            lines.Add($"**Version:** {ChatText.Name(version, 100)}");
        }

        lines.AddRange(cost.Recreate.Select(each => $"**{(version is null ? "Version" : "Container")}:** {ChatText.Name(each.Container)}: {Reason(each)}"));
        lines.Add($"**Down:** {Down(cost)} · **Space:** {Space(cost)}");
        if (cost.StopsAlong.Count > 0)
        {
            lines.Add($"**Stopped along:** {string.Join(", ", cost.StopsAlong.Take(NamesShown).Select(name => ChatText.Name(name, 60)))}{(cost.StopsAlong.Count > NamesShown ? " …" : "")}, started again after");
        }

        lines.AddRange(cost.Notes.Select(note => "⚠ " + ChatText.Name(RestoreCostPages.NoteOf(note), 200)));
        if (cost.Unread.Count > 0)
        {
            lines.Add($"⚠ {Words.Count(cost.Unread.Count, "file", "files")} could not be read when the snapshot was made and {(cost.Unread.Count == 1 ? "stays as it is" : "stay as they are")} now: "
                + string.Join(", ", cost.Unread.Take(UnreadShown).Select(path => ChatText.Name(path, 100))) + (cost.Unread.Count > UnreadShown ? " …" : ""));
        }

        lines.Add("**Way back:** " + (cost.UndoUntil is { } until
            ? $"today's world is kept first; Undo until {ChatText.Time(until, 'f')}"
            : "nothing of it is here now, so there is nothing to keep first"));
        if (question.Part.Length > 0)
        {
            lines.Add(ChatText.Small("Items can double: what is in other players' bags stays as it is now."));
        }

        if (question.Turn == CostTurn.Second)
        {
            lines.Insert(0, "⚠ More would be lost now than when you were asked.");
        }

        var buttons = new List<Button> { Button.Danger(isUndo ? "Undo" : "Restore", CustomId.Of(Verb.Yes, confirm.Handle)) };
        if (!isUndo && question.Part.Length == 0)
        {
            buttons.Add(Button.Secondary("Only a part…", CustomId.Of(Verb.Form, "part", snapshot.Id.Value)));
        }

        buttons.Add(Button.Secondary("What changes", CustomId.Of(Verb.Run, "diff", snapshot.Id.Value)));
        buttons.Add(Button.Secondary("Cancel", CustomId.Of(Verb.No, confirm.Handle)));
        return Message.Of(new Container(
            Colour.Look,
            new TextDisplay(string.Join('\n', lines)),
            new ActionRow(buttons),
            new TextDisplay(ChatText.Small($"Only you · asked again if more would be lost · until {ChatText.Time(confirm.Until)}"))));
    }

    /// <summary>What is lost of play, by what is known of it.</summary>
    internal static string Lost(RestoreCost.Cost cost, string since) => cost.Played switch
    {
        null => $"up to {Words.Duration(cost.TimeLost)} of play {since}",
        { IsWhole: true } played when played.Time == TimeSpan.Zero => $"nothing: nobody has played {since}",
        var played => $"{Words.Duration(played.Time)} of play {since}{By(played.Players)}" + (played.IsWhole ? "" : ", perhaps more: not all of the time is known"),
    };

    private static string By(IReadOnlyList<PlayerTime> players) => players.Count == 0
        ? ""
        : $" by {Words.Count(players.Count, "player", "players")} · "
            + string.Join(" · ", players.Take(PlayersShown).Select(each => $"{ChatText.Name(each.Name, 24)} {Words.Duration(each.Time)}"))
            + (players.Count > PlayersShown ? $" · {Words.Count(players.Count - PlayersShown)} more" : "");

    private static string Players(PlayersNow players) => players switch
    {
        PlayersNow.Known { Online: 0 } => "nobody",
        PlayersNow.Known known => Words.Count(known.Online) + Names(known.Names) + Warning(known.Warning),
        PlayersNow.Unknown unknown => "not known" + Warning(unknown.Warning),
        _ => "nobody: the server does not run",
    };

    private static string Names(IReadOnlyList<string> names) => names.Count == 0
        ? ""
        : $" ({string.Join(", ", names.Take(NamesShown).Select(name => ChatText.Name(name, 24)))}{(names.Count > NamesShown ? $" and {names.Count - NamesShown} more" : "")})";

    private static string Warning(PlayerWarning warning) => warning == PlayerWarning.Possible ? ", warned in the game and counted down" : ", can't be warned";

    private static string Down(RestoreCost.Cost cost) => cost.Stops
        ? $"about {Words.Duration(cost.Downtime.Time)}{(cost.Downtime.Basis == DowntimeBasis.Measured ? "" : " (an estimate)")}"
        : "not at all: it does not run";

    private static string Space(RestoreCost.Cost cost) => cost.Space switch
    {
        { Missing: > 0 } space => $"{Words.Size(cost.Bytes)}, {Words.Size(space.Missing)} missing",
        { } space => $"{Words.Size(cost.Bytes)} of {Words.Size(space.Usable)}",
        null => Words.Size(cost.Bytes),
    };

    private static string Reason(RecreateReason reason) => reason.Reason switch
    {
        "missing" => "it does not exist any more and is made anew",
        "definition" => "its definition differs: the container is recreated",
        "image" when reason.ImageNow is { } now && now != reason.ImageThen =>
            $"{ChatText.Name(now, 60)} → {ChatText.Name(reason.ImageThen, 60)} (container is recreated)",
        "image" => "its image differs: the container is recreated",
        "removed-on-stop" => "it removes itself when it stops: made anew",
        _ => ChatText.Name(reason.Reason),
    };
}

/// <summary>What is asked.</summary>
/// <param name="UndoOf">The server whose last restore is undone; null for a restore.</param>
/// <param name="Part">What of it only, as words to follow; empty for all.</param>
internal sealed record CostQuestion(RestoreCost.Cost Cost, string? UndoOf, string Part, CostTurn Turn);

/// <summary>Whether it is shown for the first time, or because the cost has grown since.</summary>
internal enum CostTurn
{
    First,
    Second,
}
