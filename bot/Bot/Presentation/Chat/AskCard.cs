using SnapshotBot.Chat;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Presentation.Chat;

/// <summary>Somebody asks those who may to put a server back.</summary>
internal static class AskCard
{
    /// <param name="snapshot">What to.</param>
    /// <param name="asker">Who asks.</param>
    /// <param name="role">Who may, mentioned once; null mentions nobody.</param>
    /// <param name="kind">What is asked of them.</param>
    /// <param name="cost">What it would cost, where that could be told; nobody's name is in it.</param>
    public static Message Of(SnapshotInfo snapshot, ulong asker, ulong? role, AskKind kind, RestoreCost.Cost? cost)
    {
        var whom = role is { } id ? $"<@&{id}> " : "";
        var text = $"🙋 {whom}{ChatText.Person(asker)} asks to put {ChatText.Bold(snapshot.Server)} back to {ChatText.Bold(snapshot.Name)} ({ChatText.Time(snapshot.CreatedAt)})"
            + (cost is null ? "" : "\n" + Lost(cost))
            + (kind == AskKind.Second ? "\nA second operator, or an admin, has to agree." : "");
        return Message.Of(new Container(
            Colour.Look,
            new TextDisplay(text),
            new ActionRow(
                Button.Secondary("Restore…", CustomId.Of(Verb.Run, "restore", snapshot.Id.Value, kind == AskKind.Second ? $"{asker}" : "")),
                Button.Secondary("Decline", CustomId.Of(Verb.Decline, snapshot.Id.Value)))))
            with
        {
            Mentions = role is { } ringing ? AllowedMentions.Of(new RoleId(ringing)) : AllowedMentions.None,
        };
    }

    private static string Lost(RestoreCost.Cost cost)
    {
        var who = cost.Played is { Players.Count: > 0 and var count } ? $", {Words.Count(count, "player", "players")}" : "";
        var online = cost.Players switch
        {
            PlayersNow.Known known => $" · {Words.Count(known.Online)} online",
            PlayersNow.Nobody => " · the server does not run",
            _ => "",
        };
        return cost.Played is { IsWhole: true } played && played.Time == TimeSpan.Zero
            ? $"Lost: nothing, nobody has played since{online}"
            : $"Lost: {(cost.Played is { } since ? Words.Duration(since.Time) : "up to " + Words.Duration(cost.TimeLost))} of play{who}{online}";
    }

    public static Message Declined(string snapshot, ulong by) => Notes.Say($"🙅 Declined by {ChatText.Person(by)}: {ChatText.Bold(snapshot)} was not restored.", Colour.Off);
}

internal enum AskKind
{
    /// <summary>Somebody who may not asks those who may.</summary>
    Admin,

    /// <summary>Somebody who may with another's consent asks for it.</summary>
    Second,
}
