using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Chat;
using SnapshotBot.Service;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Interactions;

/// <summary>
/// Runs a command for somebody in a chat: role first, at once and before anything is promised; then what its words name; then a question
/// where it asks one; then the command itself, whose answer is shown or whose change is queued.
/// </summary>
internal sealed class CommandRoute(Desk desk, Auditor auditor, Carrier carrier)
{
    // A cost that grew by less is the same cost to whoever reads it.
    private const double Growth = 1.25;
    private const long LittleBytes = 1_000_000;
    private const long LittleTime = 2_000;

    private readonly Resolver _resolver = new(desk);
    private readonly SchedulePreviewer _schedules = new(desk, auditor);

    public async Task RunAsync(Turn turn, ChatCommand command, Given given, Consent consent, CancellationToken cancellationToken)
    {
        // Before anything is looked up: this is the first answer, and tells a stranger nothing.
        if (Access.Decide(turn.Member, turn.Settings, command.Act, command.Needed, ServerReach.Home) is AccessDecision.Refused early)
        {
            await RefuseAsync(turn, command, early, given, cancellationToken);
            return;
        }

        await turn.AcknowledgeAsync(cancellationToken);
        switch (await _resolver.ResolveAsync(command, given, turn.Guild, cancellationToken))
        {
            case Resolved.Refused refused:
                await turn.ShowBesideAsync(refused.Message, cancellationToken);
                await auditor.RefusedAsync(turn, command.Key, null, refused.Reason, cancellationToken);
                break;
            case Resolved.Found found:
                try
                {
                    await DecideAsync(turn, command, found, consent, cancellationToken);
                }
                catch (Exception error) when (found.Subject?.Snapshot is not null && ServiceFailure.Describe(error).Code == Notes.Damaged)
                {
                    var good = (await desk.Service.GetAsync<GoodSnapshots>(cancellationToken)).NextTo(found.Subject!.Snapshot!.Id);
                    await turn.ShowBesideAsync(DamagedCard.Of(found.Subject.Snapshot, good), cancellationToken);
                }

                break;
        }
    }

    /// <summary>Whether the command's role is theirs; refuses when it is not. For what opens a form, which must be the first answer.</summary>
    public async Task<bool> MayAsync(Turn turn, string key, CancellationToken cancellationToken) =>
        desk.Command(key) is { } command && await MayAsync(turn, command, cancellationToken);

    /// <summary>The same for a command that was looked up.</summary>
    public async Task<bool> MayAsync(Turn turn, ChatCommand command, CancellationToken cancellationToken)
    {
        if (Access.Decide(turn.Member, turn.Settings, command.Act, command.Needed, ServerReach.Home) is not AccessDecision.Refused refused)
        {
            return true;
        }

        await RefuseAsync(turn, command, refused, Given.Nothing, cancellationToken);
        return false;
    }

    private async Task DecideAsync(Turn turn, ChatCommand command, Resolved.Found found, Consent consent, CancellationToken cancellationToken)
    {
        var decision = Access.Decide(turn.Member, turn.Settings, command.Act, command.Needed, found.Reach);
        if (decision is AccessDecision.Refused refused)
        {
            await RefuseAsync(turn, command, refused, found.Given, cancellationToken);
            return;
        }

        // It tells of all servers, also of those that live in another guild: where there are several, only admins of the first are told.
        if (!command.NamesSomething && command.Spec.Name != "server add" && turn.Role < GuildRole.Admin && desk.GuildSettings.Allowed().Count > 1)
        {
            await RefuseAsync(turn, command, new AccessDecision.Refused(AccessFault.Role, turn.Role, GuildRole.Admin), given: found.Given, cancellationToken);
            return;
        }

        if (command.Spec.Name == "snapshot unlock" && turn.Role < GuildRole.Admin && !Locks.WasJustLockedBy(desk, turn.Person, found.Subject?.Id))
        {
            await turn.ShowBesideAsync(Notes.NotAllowed("unlock this", GuildRole.Admin, null), cancellationToken);
            await auditor.RefusedAsync(turn, command.Key, found.Subject?.Id, "role", cancellationToken);
            return;
        }

        if (command.Spec.Name == "snapshot get" && turn.Role < GuildRole.Admin && await IsSecretAsync(found, cancellationToken))
        {
            await turn.ShowBesideAsync(Notes.SecretFile(found.Given.Values["PATH"][0]), cancellationToken);
            await auditor.RefusedAsync(turn, command.Key, found.Subject?.Id, "secret-file", cancellationToken);
            return;
        }

        // An undo names no snapshot to be asked about, and a question is one about the whole: where two are needed, an admin does these.
        if (decision is AccessDecision.NeedsSecond && (found.Subject?.Snapshot is null || IsPartial(found.Given)))
        {
            await RefuseAsync(turn, command, new AccessDecision.Refused(AccessFault.Role, turn.Role, GuildRole.Admin), found.Given, cancellationToken);
            return;
        }

        if (decision is AccessDecision.NeedsSecond && found.Subject?.Snapshot is { } snapshot && !(consent.First is { } who && carrier.HasAsked(who, snapshot)))
        {
            await carrier.AskAsync(turn, snapshot, AskKind.Second, cancellationToken);
            await auditor.AcceptedAsync(turn, "ask " + command.Key, snapshot.Id.Value, cancellationToken);
            return;
        }

        if (decision is AccessDecision.NeedsSecond && consent.First == turn.Person)
        {
            await turn.ShowBesideAsync(Notes.Say("⛔ Somebody else has to agree: you asked. Nothing was changed.", Colour.Look), cancellationToken);
            await auditor.RefusedAsync(turn, command.Key, found.Subject?.Id, "needs-second", cancellationToken);
            return;
        }

        if (decision is AccessDecision.NeedsSecond && consent.First is { } asker && !await MayStillAsync(turn, command, asker, cancellationToken))
        {
            await turn.ShowBesideAsync(
                Notes.Say($"⛔ {ChatText.Person(asker)} asked and may not restore any more, so there is nobody to agree with. Nothing was changed.", Colour.Look),
                cancellationToken);
            await auditor.RefusedAsync(turn, command.Key, found.Subject?.Id, "asker-may-not", cancellationToken);
            return;
        }

        var given = Complete(turn, command, found.Given);
        if (command.Spec.Confirm != Confirm.Never && !consent.IsGiven)
        {
            await AskAsync(turn, command, given, found, consent, cancellationToken);
            return;
        }

        if (command.Spec.Confirm == Confirm.UnlessPlanned && consent.Cost is { } told && await GrownAsync(turn, command, given, found.Subject, told, cancellationToken) is { } cost)
        {
            await ShowCostAsync(turn, command, given, cost, consent, cancellationToken);
            return;
        }

        if (command.Key == "schedule set" && !consent.IsGiven)
        {
            await _schedules.ShowAsync(turn, command, given, found.Subject, cancellationToken);
            return;
        }

        if (command.Key == "server retention" && !consent.IsGiven && given.Values.ContainsKey("KEEP")
            && await PlanAsync(turn, command, given, found.Subject, cancellationToken) is Commands.Server.RetentionShown { Forecast.Forgotten.Count: > 0 } plan)
        {
            // A rule is quickly put right, but what it let go does not come back.
            var confirm = await desk.Confirms.AskAsync(turn.Guild, turn.Person, KeptCommand.Of(command, given).Write(), cancellationToken);
            await turn.ShowAsync(RetentionCard.Of(plan, confirm), cancellationToken);
            return;
        }

        await ExecuteAsync(turn, command, given, found, cancellationToken);
    }

    /// <summary>Whether who asked could still ask: a word of somebody who lost the role since, or left, counts for nothing.</summary>
    private async Task<bool> MayStillAsync(Turn turn, ChatCommand command, ulong asker, CancellationToken cancellationToken) =>
        await desk.Chat.MemberAsync(new GuildId(turn.Guild), new UserId(asker), cancellationToken) is { } member
        && Access.Decide(Turn.MemberOf(member), turn.Settings, command.Act, command.Needed, ServerReach.Home) is not AccessDecision.Refused;

    private static bool IsPartial(Given given) =>
        given.Values.Any(value => value is { Key: "--part" or "--path", Value.Count: > 0 });

    private async Task<bool> IsSecretAsync(Resolved.Found found, CancellationToken cancellationToken) =>
        found.Subject?.Snapshot is { } snapshot && found.Given.Values.TryGetValue("PATH", out var paths) && paths is [var path, ..]
        && await (await desk.Service.GetAsync<SnapshotBrowser>(cancellationToken)).IsSecretAsync(snapshot.Id, path, cancellationToken);

    private async Task ExecuteAsync(Turn turn, ChatCommand command, Given given, Resolved.Found found, CancellationToken cancellationToken)
    {
        // Whose file it was is not enough to know afterwards.
        var file = command.Key == "snapshot get" && given.Values.TryGetValue("PATH", out var paths) && paths is [var path, ..] ? " " + path : "";
        var subject = found.Subject is { } about ? about.Id + file : null;
        try
        {
            using var output = new MemoryStream();
            var context = desk.Context(output, turn.Person) with { MostOutput = turn.Interaction.AttachmentLimit };
            var ending = await command.Spec.RunAsync(given.ToInputs(), context, cancellationToken) switch
            {
                Change change => await carrier.CarryAsync(turn, change, found.Subject, cancellationToken),
                Answer answer => await AnswerAsync(turn, answer.Outcome, found, output, cancellationToken),
                _ => throw new InvalidOperationException("Neither a change nor an answer."),
            };
            await auditor.EndedAsync(turn, command.Key, subject, ending, cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            await auditor.EndedAsync(turn, command.Key, subject, Ending.Of(error), cancellationToken);
            throw;
        }
    }

    private async Task<Ending> AnswerAsync(Turn turn, object outcome, Resolved.Found found, MemoryStream output, CancellationToken cancellationToken)
    {
        var (message, ending) = outcome switch
        {
            ServerFound.One one when found.Reach == ServerReach.Guest => (
                Notes.Say($"{ChatText.Bold(one.Server.Name)} · {ServerPages.StateOf(one.Server.State)}\n{ChatText.Small(PanelCard.LivesElsewhere)}", Colour.Off), Ending.Done),
            _ when found.Reach == ServerReach.Guest => (Notes.GuestOnly(), Ending.Refused("guest-only")),
            SnapshotDiff.Difference difference => (
                DiffCard.Of(
                    difference, found.Subject?.Name ?? "", await OtherNameAsync(found, cancellationToken),
                    turn.Role >= GuildRole.Operator ? PathsSeen.Shown : PathsSeen.Hidden),
                Ending.Done),
            Commands.Snapshot.SnapshotFileSent when output.Length > 0 => (Files.Of(found.Given, output, turn.Interaction.AttachmentLimit), Ending.Done),
            Commands.Snapshot.SnapshotFileTooLarge large => (
                Files.TooLarge(large.Path, large.Bytes, turn.Interaction.AttachmentLimit), Ending.Refused("too-large")),
            _ => PictureCard.Of(outcome, desk.Time.GetUtcNow(), turn.Settings.Zone) is { } picture
                ? (picture, Ending.Done)
                : OutcomeCard.Told(outcome, turn.Settings.Zone),
        };
        await turn.ShowAsync(message, cancellationToken);
        return ending;
    }

    private async Task<string> OtherNameAsync(Resolved.Found found, CancellationToken cancellationToken) =>
        found.Given.Values.TryGetValue("LATER", out var later) && later is [var id] && id != "now"
            && await desk.Snapshots.FindAsync(id, cancellationToken) is SnapshotFound.One one
            ? one.Snapshot.Name
            : "now";

    private async Task AskAsync(Turn turn, ChatCommand command, Given given, Resolved.Found found, Consent consent, CancellationToken cancellationToken)
    {
        // What a rule forbids anyway is not asked about first.
        if (command.Spec.Name == "snapshot delete" && found.Subject?.Snapshot is { Locked: true } locked)
        {
            await turn.ShowBesideAsync(LockedCard.Of(locked, Locks.HolderOf(desk, locked.Id), turn.Role), cancellationToken);
            await auditor.RefusedAsync(turn, command.Key, locked.Id.Value, "snapshot-locked", cancellationToken);
            return;
        }

        switch (command.Spec.Confirm == Confirm.UnlessPlanned ? await PlanAsync(turn, command, given, found.Subject, cancellationToken) : null)
        {
            case CostQuestion question:
                await ShowCostAsync(turn, command, given, question, consent, cancellationToken);
                return;
            case { } answer when answer is RestoreCost.Refused or Undoable.No:
                await turn.ShowBesideAsync(OutcomeCard.Of(answer, turn.Settings.Zone), cancellationToken);
                await auditor.RefusedAsync(turn, command.Key, found.Subject?.Id, "rule", cancellationToken);
                return;
        }

        var kept = KeptCommand.Of(command, given) with { For = First(consent) };
        var confirm = await desk.Confirms.AskAsync(turn.Guild, turn.Person, kept.Write(), cancellationToken);
        await turn.ShowAsync(ConfirmCard.Of(command.Spec, found.Subject?.Name ?? "", EffectOf(command, given), confirm), cancellationToken);
    }

    private static string? EffectOf(ChatCommand command, Given given) => command.Key == "server remove" && given.Values.ContainsKey("--with-data")
        ? "Its containers, volumes and networks go for good; only a copy made here from a snapshot can be removed so, and its snapshots stay"
        : null;

    private async Task ShowCostAsync(
        Turn turn, ChatCommand command, Given given, CostQuestion question, Consent consent, CancellationToken cancellationToken)
    {
        var kept = KeptCommand.Of(command, given) with { Cost = CostOf(question.Cost), For = First(consent) };
        var confirm = await desk.Confirms.AskAsync(turn.Guild, turn.Person, kept.Write(), cancellationToken);
        await turn.ShowAsync(CostCard.Of(question, confirm), cancellationToken);
    }

    private static string? First(Consent consent) => consent.First?.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private async Task<CostQuestion?> GrownAsync(
        Turn turn, ChatCommand command, Given given, Subject? subject, KeptCost told, CancellationToken cancellationToken)
    {
        if (await PlanAsync(turn, command, given, subject, cancellationToken) is not CostQuestion now)
        {
            return null;
        }

        var cost = CostOf(now.Cost);
        var isMore = cost.Files > (told.Files * Growth) + 1 || cost.Bytes > (told.Bytes * Growth) + LittleBytes || cost.Players > (told.Players * Growth)
            || cost.DowntimeMs > (told.DowntimeMs * Growth) + LittleTime;
        return isMore ? now with { Turn = CostTurn.Second } : null;
    }

    /// <summary>What the command would cost, as a question; or why it can't be, as its answer.</summary>
    private async Task<object?> PlanAsync(Turn turn, ChatCommand command, Given given, Subject? subject, CancellationToken cancellationToken)
    {
        using var output = new MemoryStream();
        Reply planned;
        try
        {
            planned = await command.Spec.RunAsync(given.With("--plan", "true").ToInputs(), desk.Context(output), cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            await auditor.EndedAsync(turn, command.Key, subject?.Id, Ending.Of(error), cancellationToken);
            throw;
        }

        return (planned as Answer)?.Outcome switch
        {
            RestoreCost.Cost cost => new CostQuestion(cost, null, PartWords(given), CostTurn.First),
            Commands.Snapshot.UndoPlanned undo => new CostQuestion(undo.Cost, undo.Server, "", CostTurn.First),
            var other => other,
        };
    }

    private static KeptCost CostOf(RestoreCost.Cost cost) => new(
        cost.FilesAdded + cost.FilesReplaced + cost.FilesRemoved, cost.Bytes, cost.Players is PlayersNow.Known known ? known.Online : 0,
        (long)cost.Downtime.Time.TotalMilliseconds);

    private static string PartWords(Given given)
    {
        var parts = given.Values.Where(pair => pair.Key is "--path" or "--part").SelectMany(pair => pair.Value).ToList();
        return parts.Count == 0 ? "" : "\nonly " + string.Join(", ", parts.Take(4).Select(part => ChatText.Code(part, 60))) + (parts.Count > 4 ? " …" : "");
    }

    /// <summary>What nobody has to say: the guild it is for.</summary>
    private static Given Complete(Turn turn, ChatCommand command, Given given) => command.Spec.Inputs.Any(input => input.Name == "--guild")
        ? given.With("--guild", turn.Guild.ToString(System.Globalization.CultureInfo.InvariantCulture))
        : given;

    private async Task RefuseAsync(Turn turn, ChatCommand command, AccessDecision.Refused refused, Given given, CancellationToken cancellationToken)
    {
        var message = refused.Fault switch
        {
            AccessFault.GuildNotAllowed => desk.Claim.IsOpen ? Notes.ClaimFirst() : Notes.NotSetUp(),
            AccessFault.Elsewhere => Notes.Elsewhere(),
            AccessFault.GuestOnly => Notes.GuestOnly(),
            _ => Notes.NotAllowed(Wanted(command), refused.Needed, AskAbout(command, refused, given)),
        };
        await turn.ShowBesideAsync(message, cancellationToken);
        await auditor.RefusedAsync(turn, command.Key, null, ReasonOf(refused.Fault), cancellationToken);
    }

    // Only somebody who works with snapshots anyway is offered to ask; what they named is looked up when they press.
    private static string? AskAbout(ChatCommand command, AccessDecision.Refused refused, Given given) =>
        command.Spec.Name == "snapshot restore" && refused.Role >= GuildRole.Operator
        && command.Inputs.FirstOrDefault(input => input.Kind == OptionKind.Snapshot) is { } input
        && given[input] is [var id, ..] && id.Length <= 32 && id.All(char.IsAsciiHexDigitLower)
            ? id
            : null;

    private static string Wanted(ChatCommand command) => command.Spec.Name switch
    {
        "snapshot create" => "take snapshots",
        "snapshot list" or "snapshot info" => "look at snapshots",
        "snapshot restore" => "restore",
        "snapshot delete" => "delete snapshots",
        "snapshot undo" => "undo a restore",
        "snapshot duplicate" => "make copies",
        "snapshot browse" or "snapshot get" => "look at files",
        "server add" => "add servers",
        "server remove" => "remove servers",
        "server start" or "server stop" or "server restart" => "start or stop servers",
        "schedule set" or "schedule pause" or "schedule resume" or "schedule remove" => "change schedules",
        "schedule run" => "run schedules",
        "schedule history" => "look into schedules",
        "schedule list" => "look at schedules",
        _ => $"use /{command.Key}",
    };

    private static string ReasonOf(AccessFault fault) => fault switch
    {
        AccessFault.GuildNotAllowed => "guild-not-allowed",
        AccessFault.Elsewhere => "elsewhere",
        AccessFault.GuestOnly => "guest-only",
        _ => "role",
    };
}

/// <summary>Whether somebody has agreed already, and to what.</summary>
/// <param name="First">Who asked for it, where another one agrees.</param>
internal sealed record Consent(bool IsGiven, KeptCost? Cost, ulong? First)
{
    public static Consent None { get; } = new(false, null, null);
}
