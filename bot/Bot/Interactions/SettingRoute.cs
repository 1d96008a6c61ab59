using System.Globalization;
using SnapshotBot.Bot.Commands.Setting;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Chat;
using SnapshotBot.Chat.Interactions;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Interactions;

/// <summary>/settings and the setup card: what holds in this guild, changed by who manages it.</summary>
internal sealed class SettingRoute(Desk desk, Auditor auditor, CommandRoute commands)
{
    private const string SetCommand = "settings set";

    public async Task RunAsync(Turn turn, string verb, OptionValues options, CancellationToken cancellationToken)
    {
        if (verb == "claim")
        {
            await ClaimAsync(turn, options.Text("code") ?? "", cancellationToken);
            return;
        }

        if (!await MayAsync(turn, cancellationToken))
        {
            return;
        }

        await turn.AcknowledgeAsync(cancellationToken);
        switch (verb)
        {
            case "show":
                await turn.ShowAsync(await ShowCardAsync(turn.Guild, cancellationToken), cancellationToken);
                break;
            case "roles":
                await SetAsync(
                    turn,
                    [
                        .. Role(SettingKind.Viewer, options.Role("viewer")), .. Role(SettingKind.Operator, options.Role("operator")),
                        .. Role(SettingKind.Admin, options.Role("admin")),
                    ],
                    cancellationToken);
                break;
            case var one when CommandSet.SettingOf.TryGetValue(one, out var setting):
                await SetOrAskAsync(turn, setting.Key, TextOf(options.Find(setting.Option)) ?? "none", cancellationToken);
                break;
            default:
                await auditor.RefuseUnknownAsync(turn, "command", cancellationToken);
                break;
        }
    }

    /// <summary>Something picked on the setup card.</summary>
    public async Task PressAsync(Turn turn, CustomId id, IReadOnlyList<string> values, CancellationToken cancellationToken)
    {
        switch (id.Verb, values)
        {
            case (Verb.AddServer, [var container, ..]) when desk.Command("server add") is { } add:
                var given = Given.Nothing.With("NAME", container.Replace('/', '-')).With("--container", container);
                await commands.RunAsync(turn, add, given, Consent.None, cancellationToken);
                break;
            case (Verb.Set, [var value, ..]) when id[0] is SettingKind.Viewer or SettingKind.Operator or SettingKind.Admin or SettingKind.Channel:
                await PickAsync(turn, id[0], value, cancellationToken);
                break;
            default:
                // The card asks for nothing else: some of the others are asked about first, some are the terminal's.
                await auditor.RefuseUnknownAsync(turn, "button", cancellationToken);
                break;
        }
    }

    /// <summary>Whether a question's yes is a setting's.</summary>
    public static bool IsAsked(KeptCommand kept) => kept.Command == SetCommand;

    /// <summary>Saves what was asked about first.</summary>
    public async Task SaveAsync(Turn turn, KeptCommand kept, CancellationToken cancellationToken)
    {
        if (await MayAsync(turn, cancellationToken))
        {
            await turn.AcknowledgeAsync(cancellationToken);
            await SetAsync(turn, [.. kept.Values.Select(pair => (pair.Key, pair.Value.Single()))], cancellationToken);
        }
    }

    private async Task PickAsync(Turn turn, string key, string value, CancellationToken cancellationToken)
    {
        if (!await MayAsync(turn, cancellationToken))
        {
            return;
        }

        await turn.AcknowledgeAsync(cancellationToken);
        if (await desk.SettingChanges.SetAsync(key, value, turn.Guild, cancellationToken) is SettingOutcome.Refused refused)
        {
            await turn.ShowBesideAsync(Notes.Of(RefusalText.Of(refused.Refusal)), cancellationToken);
            await auditor.RefusedAsync(turn, "settings " + key, null, "setting-refused", cancellationToken);
            return;
        }

        await turn.ShowAsync(await SetupAsync(turn.Guild, cancellationToken), cancellationToken);
        await auditor.AcceptedAsync(turn, "settings " + key, value, cancellationToken);
    }

    private async Task SetOrAskAsync(Turn turn, string key, string value, CancellationToken cancellationToken)
    {
        if (SettingKind.Find(key) is { LetsSnapshotsGo: true } && desk.SettingChanges.Plan(key, value, turn.Guild) is SettingOutcome.Set planned)
        {
            var servers = await (await desk.Service.GetAsync<RetentionReads>(cancellationToken)).PreviewAsync(planned, cancellationToken);
            if (servers.Any(one => one.Forecast.Forgotten.Count > 0))
            {
                // A rule is quickly put right, but what it let go does not come back.
                var kept = new KeptCommand(SetCommand, new(StringComparer.Ordinal) { [key] = [value] }, null, null);
                var confirm = await desk.Confirms.AskAsync(turn.Guild, turn.Person, kept.Write(), cancellationToken);
                await turn.ShowAsync(RetentionCard.Of(new SettingPlanned(planned, servers), confirm), cancellationToken);
                return;
            }
        }

        await SetAsync(turn, [(key, value)], cancellationToken);
    }

    private async Task<Message> ShowCardAsync(ulong guild, CancellationToken cancellationToken)
    {
        var settings = desk.GuildSettings.Of(guild);
        var servers = desk.Servers.Names(guild);
        return servers.Count == 0 || settings.Admin is null
            ? await SetupAsync(guild, cancellationToken)
            : SetupCard.Show(settings, desk.GuildSettings.IsPasswordKept());
    }

    private async Task<Message> SetupAsync(ulong guild, CancellationToken cancellationToken)
    {
        var settings = desk.GuildSettings.Of(guild);
        var servers = desk.Servers.Names(guild);
        return SetupCard.Of(
            settings, await OffersAsync(cancellationToken), servers.Count, await ChannelAsync(settings, cancellationToken), await FirstAsync(servers, cancellationToken));
    }

    private async Task<FirstSnapshot?> FirstAsync(IReadOnlyList<GuildServerName> servers, CancellationToken cancellationToken) =>
        servers is [{ Reach: ServerReach.Home } only]
            && (await desk.Snapshots.ListAsync(new SnapshotFilter { Server = only.Id, Limit = 1 }, cancellationToken)).Snapshots.Count == 0
            ? await (await desk.Service.GetAsync<FirstSnapshots>(cancellationToken)).OfAsync(only.Id, cancellationToken)
            : null;

    private async Task<IReadOnlyList<string>> OffersAsync(CancellationToken cancellationToken) => await desk.ServerReads.OffersAsync(cancellationToken);

    private async Task<ChatChannel?> ChannelAsync(GuildSettings settings, CancellationToken cancellationToken)
    {
        if (settings.Channel is not { } id)
        {
            return null;
        }

        try
        {
            return await desk.Chat.ChannelAsync(new ChannelId(id), cancellationToken);
        }
        catch (ChatRequestException)
        {
            return null;
        }
    }

    private async Task SetAsync(Turn turn, IReadOnlyList<(string Key, string Value)> wanted, CancellationToken cancellationToken)
    {
        foreach (var (key, value) in wanted)
        {
            if (await desk.SettingChanges.SetAsync(key, value, turn.Guild, cancellationToken) is SettingOutcome.Refused refused)
            {
                await turn.ShowAsync(Notes.Of(RefusalText.Of(refused.Refusal)), cancellationToken);
                await auditor.RefusedAsync(turn, "settings " + key, null, "setting-refused", cancellationToken);
                return;
            }

            await auditor.AcceptedAsync(turn, "settings " + key, value, cancellationToken);
        }

        await turn.ShowAsync(SetupCard.Show(desk.GuildSettings.Of(turn.Guild), desk.GuildSettings.IsPasswordKept()), cancellationToken);
    }

    private async Task ClaimAsync(Turn turn, string code, CancellationToken cancellationToken)
    {
        if (turn.Member.Power < GuildPower.ManagesGuild)
        {
            await turn.ShowAsync(Notes.Say("⛔ You are not allowed to set this bot up: this needs Manage Server. Nothing was changed.", Colour.Look), cancellationToken);
            await auditor.RefusedAsync(turn, "settings claim", null, "role", cancellationToken);
            return;
        }

        await turn.AcknowledgeAsync(cancellationToken);
        var outcome = await desk.Claim.ClaimAsync(code, turn.Guild, cancellationToken);
        if (outcome == ClaimOutcome.Claimed)
        {
            await turn.ShowAsync(await SetupAsync(turn.Guild, cancellationToken), cancellationToken);
            await auditor.AcceptedAsync(turn, "settings claim", null, cancellationToken);
            return;
        }

        await turn.ShowAsync(
            outcome switch
            {
                ClaimOutcome.Wrong => Notes.Say("⛔ That is not the code. It was printed where the bot was started. Nothing was changed.", Colour.Look),
                ClaimOutcome.TooManyGuesses => Notes.Say("⛔ Too many wrong codes. Restart the bot for a new one. Nothing was changed.", Colour.Look),
                _ when turn.Settings.IsAllowed => Notes.Say("✅ This bot is set up here already. See `/settings show`.", Colour.Good),
                _ => Notes.NotSetUp(),
            },
            cancellationToken);
        await auditor.RefusedAsync(turn, "settings claim", null, "claim-refused", cancellationToken);
    }

    private async Task<bool> MayAsync(Turn turn, CancellationToken cancellationToken)
    {
        if (Access.Decide(turn.Member, turn.Settings, GuildAct.Settings, GuildRole.Admin, ServerReach.Home) is not AccessDecision.Refused refused)
        {
            return true;
        }

        await turn.ShowBesideAsync(
            refused.Fault == AccessFault.GuildNotAllowed ? desk.Claim.IsOpen ? Notes.ClaimFirst() : Notes.NotSetUp()
            : Notes.NotAllowed("change settings", GuildRole.Admin, null),
            cancellationToken);
        await auditor.RefusedAsync(turn, "settings", null, refused.Fault == AccessFault.GuildNotAllowed ? "guild-not-allowed" : "role", cancellationToken);
        return false;
    }

    private static IEnumerable<(string Key, string Value)> Role(string key, RoleId? role) =>
        role is { } id ? [(key, id.Value.ToString(CultureInfo.InvariantCulture))] : [];

    private static string? TextOf(OptionValue? value) => value switch
    {
        OptionValue.Text(var text) => text,
        OptionValue.Channel(var channel) => channel.ToString(),
        OptionValue.Role(var role) => role.ToString(),
        _ => null,
    };
}
