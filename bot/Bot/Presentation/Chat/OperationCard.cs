using System.Globalization;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Service.Duplicates;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Schedules;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Presentation.Chat;

/// <summary>The one message of an operation, from queued to its end. Said in -ing while it runs, in the past tense only when it is over.</summary>
internal static class OperationCard
{
    private const int PartsShown = 3;

    public static Message Of(OperationView view) => view.Info.State switch
    {
        OperationState.Queued => Queued(view),
        OperationState.Running => Running(view),
        OperationState.Failed => Failed(view),
        OperationState.Cancelled => Cancelled(view),
        _ => Ended(view),
    };

    /// <summary>What it is, in a few words: <c>snapshot **before-update**</c>.</summary>
    public static string What(OperationView view) => view.Info.Kind switch
    {
        CreateSnapshot.KindText => "snapshot" + NameOf(view),
        RestoreSnapshot.KindText => "restore" + NameOf(view),
        RunSchedule.KindText => "schedule" + NameOf(view),
        _ => ChatText.Name(view.Info.Kind.StartsWith("snapshot ", StringComparison.Ordinal) ? view.Info.Kind[9..] : view.Info.Kind) + NameOf(view),
    };

    /// <summary>What is being done to a server, as in <c>modpack is being restored</c>.</summary>
    public static string Being(string kind) => kind switch
    {
        CreateSnapshot.KindText => "saved",
        RestoreSnapshot.KindText => "restored",
        "snapshot undo" => "put back",
        "snapshot duplicate" => "copied",
        RunServer.StartKind => "started",
        RunServer.StopKind => "stopped",
        RunServer.RestartKind => "restarted",
        _ => "worked on",
    };

    private static Message Queued(OperationView view) => view.IsBotEnding
        ? Stopping(view, "Nothing is under way and nothing is half-done; the server is as it was")
        : Build(Colour.Off, view, $"⏳ {Subject(view)}{What(view)} · {ChatText.Person(view.Info.RequestedBy)}\nwaiting for its turn", CancelButton(view));

    /// <summary>Who reads this waits for a bot that is not there: what is safe, and what happens by itself.</summary>
    private static Message Stopping(OperationView view, string state) => Build(
        Colour.Off, view,
        $"⏸ {Subject(view)}{What(view)} · {ChatText.Person(view.Info.RequestedBy)}\nThe bot is being stopped. {state}.\n"
        + "When it is started again this begins anew by itself"
        + (view.Info.Kind == RunSchedule.KindText ? ", if it is not too late for it." : ", if it was asked for less than an hour before."));

    private static Message Running(OperationView view)
    {
        var head = $"{Symbol(view.Info.Kind)} {Subject(view)}{What(view)} · {ChatText.Person(view.Info.RequestedBy)}";
        if (view.IsBotEnding)
        {
            return Stopping(view, "It was in the middle of this and had no time to take it back: its next start does that first");
        }

        if (view.Info.CancelRequested)
        {
            return Build(Colour.Running, view, head + "\nstopping: what it had begun is being taken back");
        }

        if (view.Info.Progress is not { } progress)
        {
            return Build(Colour.Running, view, head + "\nbeginning", CancelButton(view));
        }

        var step = StepText.Describe(progress);
        var line = (progress.Total > 0 ? ProgressText.Bar(step, view.StepTime) + "\n" : "") + ProgressText.Running(step, view.StepTime);
        var small = view.Info.Kind == CreateSnapshot.KindText && progress.Step is not "freeze" ? "\n" + ChatText.Small("players stay on") : "";
        return Build(Colour.Running, view, head + "\n" + line + small, CancelButton(view));
    }

    private static Message Ended(OperationView view)
    {
        if (view.Failure is { } failure)
        {
            return Refused(view, failure);
        }

        return view.Outcome switch
        {
            CreateSnapshotOutcome.Created it => Saved(view, it.Snapshot),
            RestoreOutcome.Restored it => Restored(view, it),
            RunScheduleOutcome.Ran it => Saved(view, it.Snapshot),
            RunScheduleOutcome.Skipped it => Build(
                Colour.Look, view, $"⏭ Skipped · {Plain(view)} · {ChatText.Name(ScheduleText.Why(it.Reason), 200)}"
                    + (it.Since is { } since ? $"\nYour last snapshot, of {ChatText.Time(since)}, is still there." : "")),
            RestoreOutcome.NothingDiffers => Build(
                Colour.Good, view, $"✅ {Subject(view)}is as in{NameOf(view)} already. Nothing was touched."),
            VerifySnapshotOutcome.Good it => Build(
                Colour.Good, view,
                $"✅ Verified {ChatText.Bold(it.Snapshot.Name)} · {ChatText.Name(it.Snapshot.Server)}\nevery byte is good: {Words.Count(it.Blobs, "piece", "pieces")}, "
                + Words.Size(it.Bytes)),
            VerifySnapshotOutcome.Damaged it => Build(
                Colour.Act, view,
                $"🧩 Damage found in {ChatText.Bold(it.Snapshot.Name)} · {ChatText.Name(it.Snapshot.Server)}\n{Words.Count(it.Errors.Count, "piece is", "pieces are")} unreadable.\n"
                + "Not harmed: nothing was changed by looking; the rest of it is good.\n"
                + (view.NextGood is { } good ? DamagedCard.Next(good) + "\n" : "") + "Do: take a new snapshot now.",
                Good(view)),
            DeleteSnapshotOutcome.Deleted it => Build(
                Colour.Good, view,
                $"🗑 Deleted {ChatText.Bold(it.Snapshot.Name)} · {ChatText.Name(it.Snapshot.Server)} · {ChatText.Person(view.Info.RequestedBy)}\n"
                + ChatText.Small($"It can be put back until {ChatText.Time(it.UndoUntil, 't')}."),
                Button.Secondary("Undo", CustomId.Of(Verb.Undelete, view.Info.Id.Value))),
            UndeleteSnapshotOutcome.Restored it => Build(
                Colour.Good, view, $"↩ Put back {ChatText.Bold(it.Snapshot.Name)} · {ChatText.Name(it.Snapshot.Server)} · {ChatText.Person(view.Info.RequestedBy)}"),
            UndeleteSnapshotOutcome.TooLate => Build(Colour.Look, view, "⌛ Too late: the deleted snapshot's data is gone. Other snapshots are whole."),
            DuplicateOutcome.Made it => Duplicated(view, it),
            RemoveDuplicateOutcome.Removed it => Build(
                Colour.Good, view,
                $"🗑 Removed {ChatText.Bold(it.Name)} with its containers, volumes and networks · {ChatText.Person(view.Info.RequestedBy)}\nIts snapshots are kept."),
            RunServerOutcome.Done it => Ran(view, it),
            RunServerOutcome.Unchanged it => Build(Colour.Good, view, $"✅ {ChatText.Bold(it.Server.Name)} is {ServerPages.StateOf(it.Server.State)} already. Nothing was changed."),
            _ => Other(view),
        };
    }

    private static Message Saved(OperationView view, SnapshotInfo snapshot)
    {
        var id = snapshot.Id.Value;
        var changed = snapshot.Warnings.Count(warning => warning.Code == "changed-while-read");
        var live = snapshot.Grade == ConsistencyGrade.Live;
        var head = live
            ? $"✅ Saved {ChatText.Bold(snapshot.Name)} · {ChatText.Name(snapshot.Server)}, but not as one moment"
            : $"✅ Saved {ChatText.Bold(snapshot.Name)}{(snapshot.Locked ? " 🔒" : "")} · {ChatText.Name(snapshot.Server)}";
        var line = $"{SnapshotCard.Moment(snapshot)} · +{Words.Size(snapshot.BytesAdded)} of {Words.Size(snapshot.BytesProcessed)} · {Words.Duration(snapshot.Duration)}"
            + (SnapshotCard.Online(snapshot) is { } online ? " · " + online : "");
        var first = WarningText.First(snapshot.Warnings);
        var look = live && changed > 0 && first?.Code != WarningText.ReleaseFailed
            ? $"\n{Words.Count(changed, "file", "files")} changed while being read. For a clean one, try again with the server stopped."
            : first is not null ? $"\n⚠ {ChatText.Name(WarningText.Of(first), 240)}" : "";
        return Build(
            snapshot.Warnings.Count > 0 || live ? Colour.Look : Colour.Good, view, $"{head}\n{line}{look}",
            snapshot.Locked
                ? Button.Secondary("Unlock", CustomId.Of(Verb.Run, "unlock", id))
                : Button.Secondary("Lock", CustomId.Of(Verb.Run, "lock", id)),
            Button.Secondary("Restore…", CustomId.Of(Verb.Run, "restore", id)),
            Button.Secondary("Compare…", CustomId.Of(Verb.Run, "diff", id)),
            Button.Secondary("Details", CustomId.Of(Verb.Open, id)));
    }

    private static Message Restored(OperationView view, RestoreOutcome.Restored restored)
    {
        var isUndo = view.Info.Kind == "snapshot undo";
        var counts = $"{Words.Count(restored.FilesReplaced)} replaced, {Words.Count(restored.FilesAdded)} added, {Words.Count(restored.FilesRemoved)} removed";
        var killed = restored.Killed.Count > 0 ? "\n⚠ the game did not end in time and was killed: it may not have saved" : "";
        var silent = restored.Silent is null ? "" : "\n⚠ the game runs but has not answered yet, as before: look whether you can join";
        var kept = restored.UndoUntil is not { } until ? ""
            : isUndo ? $"\nA safety copy of the undone world is kept until {ChatText.Time(until, 'f')}."
            : $"\nThe world from just before is kept until {ChatText.Time(until, 'f')}.";
        var text = (isUndo ? $"↩ Undone · **{Plain(view)}** is as it was at {ChatText.Time(restored.AsOf, 't')}" : $"✅ Restored{PartOf(view)}{NameOf(view)} · {Plain(view)}")
            + $"\n{(restored.Downtime == TimeSpan.Zero ? "it did not run before" : "down " + Words.Duration(restored.Downtime))} · {counts}{killed}{silent}{kept}";
        var buttons = new List<Button>();
        if (restored.UndoUntil is not null && view.Info.Scope.Server is { } server)
        {
            buttons.Add(Button.Secondary("Undo", CustomId.Of(Verb.Run, "undo", server)));
        }

        buttons.Add(Button.Secondary("Compare…", CustomId.Of(Verb.Run, "diff", restored.Snapshot.Value)));
        buttons.Add(Button.Secondary("Details", CustomId.Of(Verb.Details, view.Info.Id.Value)));
        return Build((killed + silent).Length > 0 ? Colour.Look : Colour.Good, view, text, [.. buttons]);
    }

    /// <summary>What of the snapshot came back, where it was not all of it.</summary>
    private static string PartOf(OperationView view) =>
        view.Request is RestoreSnapshot { Paths: var paths, Parts: var parts } && paths.Count + parts.Count > 0
            ? $" {string.Join(", ", parts.Concat(paths).Take(PartsShown).Select(part => ChatText.Code(part, 60)))}{(paths.Count + parts.Count > PartsShown ? " …" : "")} of"
            : "";

    /// <summary>A copy can't hurt the original, so what comes next is one press away.</summary>
    private static Message Duplicated(OperationView view, DuplicateOutcome.Made made)
    {
        var id = made.Server.Id.Value;
        var lines = new List<string> { $"🧬 Duplicated{NameOf(view)} → {ChatText.Bold(made.Server.Name)} · {ChatText.Person(view.Info.RequestedBy)}" };
        lines.AddRange(made.Ports.Take(8).Select(port => string.Create(
            CultureInfo.InvariantCulture, $"Port {port.HostPort} of this host leads to the game's {port.ContainerPort}/{ChatText.Name(port.Protocol)}.")));
        if (made.NotUp is { } reason)
        {
            lines.Add("⚠ It was started and is not up: " + ChatText.Name(reason, 200));
        }

        if (made.Blanked.Count > 0)
        {
            lines.Add(ChatText.Small($"passwords and tokens are blank in it: {string.Join(", ", made.Blanked.Take(6).Select(name => ChatText.Code(name, 40)))}{(made.Blanked.Count > 6 ? " …" : "")}"));
        }

        if (made.LeftOut.Count > 0)
        {
            lines.Add(ChatText.Small($"not in it: {string.Join(", ", made.LeftOut.Take(6).Select(name => ChatText.Code(name, 40)))}{(made.LeftOut.Count > 6 ? " …" : "")}"));
        }

        if (made.EndsAt is { } ends)
        {
            lines.Add($"It is stopped {ChatText.Time(ends)} and removed a day later unless somebody keeps it.");
        }

        var buttons = new List<Button> { Button.Primary("Start", CustomId.Of(Verb.Server, "start", id)), Button.Secondary("Stop", CustomId.Of(Verb.Server, "stop", id)) };
        if (made.EndsAt is not null)
        {
            buttons.Add(Button.Secondary("Keep", CustomId.Of(Verb.Server, "keep", id)));
        }

        buttons.Add(Button.Secondary("Remove…", CustomId.Of(Verb.Server, "remove", id)));
        return Build(made.NotUp is null ? Colour.Good : Colour.Look, view, string.Join('\n', lines), [.. buttons]);
    }

    private static Message Ran(OperationView view, RunServerOutcome.Done done)
    {
        var word = view.Info.Kind switch
        {
            RunServer.StartKind => "Started",
            RunServer.StopKind => "Stopped",
            _ => "Restarted",
        };
        return done.Killed.Count == 0
            ? Build(Colour.Good, view, $"✅ {word} {ChatText.Bold(done.Server.Name)} · {ChatText.Person(view.Info.RequestedBy)}")
            : Build(
                Colour.Look, view,
                $"✅ {word} {ChatText.Bold(done.Server.Name)} · {ChatText.Person(view.Info.RequestedBy)}\n⚠ the game did not end in time and was killed: it may not have saved");
    }

    private static Message Other(OperationView view)
    {
        var word = view.Info.Kind switch
        {
            "snapshot undo" => "↩ Undone",
            "snapshot image" => "✅ Published" + NameOf(view),
            _ => $"✅ Done: {What(view)}",
        };
        return Build(Colour.Good, view, $"{word} · {Plain(view)}" + (view.EndPage is { } page ? "\n" + PageCard.Text(page) : ""));
    }

    private static Message Refused(OperationView view, Failure failure)
    {
        var failed = failure.Exit is ExitCode.Failed;
        var text = $"{(failed ? "❌" : "⏭")} {Capital(What(view))} {(failed ? "failed" : failure.Code is "run-state-changed" or "writer-started" ? "was taken back" : "was not begun")} · {Plain(view)}\n"
            + ChatText.Name(failure.Message, 800) + (HintOf(view, failure) is { } hint ? "\nDo: " + ChatText.Name(hint, 400) : "");
        return Build(failed ? Colour.Act : Colour.Look, view, text + IdLine(view), Details(view), Again(view), Room(failure));
    }

    private static Message Failed(OperationView view)
    {
        var failure = view.Failure;
        var text = $"❌ {Capital(What(view))} failed · {Plain(view)}\n" + ChatText.Name(failure?.Message ?? "Why is in the log.", 800)
            + "\nNot harmed: " + Unharmed(view, failure)
            + (view.NextGood is { } good ? "\n" + DamagedCard.Next(good) : "")
            + (failure?.Hint is { } hint ? "\nDo: " + ChatText.Name(hint, 400) : "");
        return Build(Colour.Act, view, text + IdLine(view), Details(view), Again(view), Room(failure), Good(view));
    }

    private static string Unharmed(OperationView view, Failure? failure)
    {
        var isSnapshot = view.Info.Kind is CreateSnapshot.KindText or RunSchedule.KindText;
        return (isSnapshot ? "the server is as it was" : "what it had begun was taken back")
            + (failure?.Code == Notes.Damaged ? "." : (isSnapshot, view.Kept) switch
            {
                (true, 1) => ", the one snapshot kept before is whole.",
                (true, > 1 and var kept) => $", all {Words.Count(kept)} snapshots are whole.",
                _ => "; the snapshots kept before are whole.",
            });
    }

    private static string? HintOf(OperationView view, Failure failure) => view.Outcome is RestoreOutcome.SwappedBack { Log.Length: > 0 }
        ? "See the last log lines under Details, or pick an older snapshot."
        : failure.Hint;

    private static Button? Room(Failure? failure) => failure?.Code == Notes.NoSpace ? Notes.Storage("Storage") : null;

    private static Button? Good(OperationView view) => view.NextGood is { } good ? DamagedCard.OpenIt(good) : null;

    private static Message Cancelled(OperationView view) => Build(
        Colour.Off, view, $"⏹ Cancelled: {What(view)} · {Plain(view)}\nWhat it had begun was taken back; nothing half-done counts.");

    private static Message Build(int colour, OperationView view, string text, params Button?[] buttons)
    {
        if (view.RestartedAt is { } restarted && view.Info.State <= OperationState.Running)
        {
            text = $"↻ The bot restarted at {ChatText.Time(restarted, 't')}; it goes on.\n" + text;
        }

        if (view.LinkBefore is { } before)
        {
            text += "\n" + ChatText.Small("goes on from " + before);
        }

        if (view.LinkAfter is { } after)
        {
            text = $"↪ {Subject(view)}{What(view)} goes on here: {after}";
            buttons = [];
        }

        var shown = buttons.OfType<Button>().ToArray();
        return shown.Length == 0
            ? Message.Of(new Container(colour, new TextDisplay(text)))
            : Message.Of(new Container(colour, new TextDisplay(text), new ActionRow(shown)));
    }

    private static Button? CancelButton(OperationView view) => Button.Secondary("Cancel", CustomId.Of(Verb.Cancel, view.Info.Id.Value));

    private static Button? Again(OperationView view) => view.Info.Kind is CreateSnapshot.KindText or VerifySnapshot.KindText
        ? Button.Secondary("Try again", CustomId.Of(Verb.Again, view.Info.Id.Value))
        : null;

    private static Button? Details(OperationView view) => Button.Secondary("Details", CustomId.Of(Verb.Details, view.Info.Id.Value));

    private static string IdLine(OperationView view) => "\n" + ChatText.Small("id " + view.ShortId);

    private static string Subject(OperationView view) => view.Info.Server is { } server ? ChatText.Bold(server) + " · " : "";

    private static string Plain(OperationView view) => view.Info.Server is { } server ? ChatText.Name(server) : "repository";

    private static string NameOf(OperationView view)
    {
        var name = view.Name ?? (view.Request as CreateSnapshot)?.Name;
        return name is null ? "" : " " + ChatText.Bold(name);
    }

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    private static string Symbol(string kind) => kind switch
    {
        CreateSnapshot.KindText or RunSchedule.KindText => "📸",
        RestoreSnapshot.KindText => "⏪",
        "snapshot undo" => "↩",
        VerifySnapshot.KindText => "🔍",
        "snapshot duplicate" => "🧬",
        _ => "⚙",
    };
}
