using SnapshotBot.Chat.Messages;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Presentation.Chat;

/// <summary>One snapshot opened, for one's own eyes: what it is, and what can be done with it by who looks.</summary>
internal static class SnapshotCard
{
    public static Message Of(SnapshotDetails details, SnapshotRights rights)
    {
        var snapshot = details.Snapshot;
        var id = snapshot.Id.Value;
        var parts = new List<Part> { new TextDisplay(Text(details)) };
        var buttons = new List<Button>();
        if (rights.Restore)
        {
            buttons.Add(Button.Secondary("Restore…", CustomId.Of(Verb.Run, "restore", id)));
            buttons.Add(Button.Secondary("Only a part…", CustomId.Of(Verb.Form, "part", id)));
        }

        buttons.Add(Button.Secondary("Compare…", CustomId.Of(Verb.Run, "diff", id)));
        if (snapshot.Locked ? rights.Unlock : rights.Operate)
        {
            buttons.Add(snapshot.Locked
                ? Button.Secondary("Unlock", CustomId.Of(Verb.Run, "unlock", id))
                : Button.Secondary("Lock", CustomId.Of(Verb.Run, "lock", id)));
        }

        if (!rights.Restore && rights.Operate)
        {
            buttons.Add(Button.Secondary("Ask an admin", CustomId.Of(Verb.Ask, id)));
        }

        parts.Add(new ActionRow(buttons));
        if (More(rights) is { Count: > 0 } more)
        {
            parts.Add(new ActionRow(new StringSelect(CustomId.Of(Verb.More, id), more) { Placeholder = "More…" }));
        }

        return Message.Of(new Container(snapshot.Warnings.Count > 0 ? Colour.Look : Colour.Good, parts));
    }

    /// <summary>How the moment was caught, as a few words.</summary>
    public static string Moment(SnapshotInfo snapshot) => snapshot.Grade switch
    {
        ConsistencyGrade.Stopped => "server was stopped",
        ConsistencyGrade.Live => "not as one moment",
        ConsistencyGrade.Quiesced => "quiesced, froze " + Words.Duration(snapshot.Freeze ?? TimeSpan.Zero),
        _ => "froze " + Words.Duration(snapshot.Freeze ?? TimeSpan.Zero),
    };

    /// <summary>How many played; null where nobody did or nobody could tell.</summary>
    public static string? Online(SnapshotInfo snapshot) => snapshot.Players is > 0 and var players ? $"{Words.Count(players)} online" : null;

    private static string Text(SnapshotDetails details)
    {
        var snapshot = details.Snapshot;
        var lines = new List<string>
        {
            $"### {(snapshot.Locked ? "🔒 " : "")}{ChatText.Name(snapshot.Name)}",
            $"{ChatText.Name(snapshot.Server)} · {ChatText.Time(snapshot.CreatedAt, 'f')} ({ChatText.Time(snapshot.CreatedAt)}) · {ChatText.Person(snapshot.CreatedBy)}",
            ((snapshot.Players == 0 ? "nobody online" : Online(snapshot)) is { } online ? online + " · " : "")
                + (details.GameVersion is { } version ? $"version {ChatText.Name(version)} · " : "")
                + $"{Words.Size(snapshot.BytesProcessed)}, +{Words.Size(snapshot.BytesAdded)}",
            Moment(snapshot) + (snapshot.VerifiedAt is { } verified ? " · read back " + ChatText.Time(verified) : "")
                + (snapshot.BootProvenAt is null ? "" : " · 🧪 boots" + (snapshot.BootTook is { } took ? " in " + Words.Duration(took) : "")),
        };
        if (snapshot.Note is { Length: > 0 } note)
        {
            lines.Add("> " + ChatText.Name(note, 300));
        }

        if (snapshot.UndoUntil is { } until)
        {
            lines.Add(ChatText.Small("the way back of a restore, until " + ChatText.Time(until, 'f')));
        }

        lines.AddRange(snapshot.Warnings.Take(3).Select(warning => "⚠ " + ChatText.Name(WarningText.Of(warning), 200)));
        if (snapshot.Warnings.Count > 3)
        {
            lines.Add($"⚠ and {Words.Count(snapshot.Warnings.Count - 3)} more");
        }

        return string.Join('\n', lines);
    }

    private static List<SelectOption> More(SnapshotRights rights)
    {
        var more = new List<SelectOption>();
        if (rights.Operate)
        {
            more.Add(new SelectOption("Rename…", "rename"));
            more.Add(new SelectOption("Note…", "note"));
            more.Add(new SelectOption("Verify", "verify"));
            more.Add(new SelectOption("Boot test", "boot"));
            more.Add(new SelectOption("Browse…", "browse"));
        }

        if (rights.Admin)
        {
            more.Add(new SelectOption("Test copy…", "duplicate"));
            more.Add(new SelectOption("Publish image…", "image"));
            more.Add(new SelectOption("Delete…", "delete"));
        }

        return more;
    }
}

/// <summary>What who looks may do with a snapshot.</summary>
internal sealed record SnapshotRights(bool Operate, bool Admin, bool Restore, bool Unlock)
{
    public static SnapshotRights Of(GuildMember member, GuildSettings settings, bool lockedByThem)
    {
        var role = Access.RoleOf(member, settings);
        return new SnapshotRights(
            role >= GuildRole.Operator, role >= GuildRole.Admin,
            Access.Decide(member, settings, GuildAct.Restore, GuildRole.Admin, ServerReach.Home) is not AccessDecision.Refused,
            role >= GuildRole.Admin || (role >= GuildRole.Operator && lockedByThem));
    }
}
