using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Service.Duplicates;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Interactions;

/// <summary>What a command's words name, looked up in one guild: a closed family.</summary>
internal abstract record Resolved
{
    private Resolved()
    {
    }

    /// <summary>All is found. The values are ids now, so that nothing can mean something else a moment later.</summary>
    /// <param name="Reach">How the guild sees the least visible of them.</param>
    /// <param name="Subject">What it is about, for people and the audit: the first thing named.</param>
    public sealed record Found(Given Given, ServerReach Reach, Subject? Subject) : Resolved;

    /// <summary>Something is not to be found, or not from here: the two read the same.</summary>
    public sealed record Refused(Message Message, string Reason) : Resolved;
}

/// <summary>What a command is about.</summary>
internal sealed record Subject(string Id, string Name, ServerId? Server, SnapshotInfo? Snapshot);

/// <summary>
/// Turns what people wrote into ids, within what their guild sees. A thing of another guild is not found, in the very words of a thing that
/// is nowhere.
/// </summary>
internal sealed class Resolver(Desk desk)
{
    public async Task<Resolved> ResolveAsync(ChatCommand command, Given given, ulong guild, CancellationToken cancellationToken)
    {
        var reach = ServerReach.Home;
        Subject? subject = null;
        GuildServerName? hint = null;
        if (given.ServerHint is { } text && (hint = desk.Servers.FindName(text, guild)) is null)
        {
            return Elsewhere();
        }

        foreach (var input in command.Inputs)
        {
            var found = input.Kind switch
            {
                OptionKind.Server => Server(input, given, guild),
                OptionKind.Snapshot or OptionKind.Moment => await SnapshotAsync(input, given, hint, guild, cancellationToken),
                OptionKind.Operation => Operation(input, given, guild),
                OptionKind.Container => Offered(given, given[input], await desk.ServerReads.OffersAsync(cancellationToken), "container", "container-not-offered"),
                OptionKind.Project => Offered(given, given[input], await desk.ServerReads.ProjectOffersAsync(cancellationToken), "compose project", "project-not-offered"),
                OptionKind.Schedule => await ScheduleAsync(input, given, guild, cancellationToken),
                _ => new Resolved.Found(given, ServerReach.Home, null),
            };
            if (found is not Resolved.Found good)
            {
                return found;
            }

            given = good.Given;
            reach = good.Reach < reach ? good.Reach : reach;
            subject ??= good.Subject;
        }

        // What names nothing is about this program as a whole, so it belongs to the guild that came first.
        if (!command.NamesSomething && command.Spec.Name is not "server add" && desk.GuildSettings.Allowed() is [var first, ..] && first != guild)
        {
            return Elsewhere();
        }

        return new Resolved.Found(given, reach, subject);
    }

    /// <summary>A snapshot by its id, <c>server/name</c>, or its name alone where the server is clear; of servers at home only, for a guest does not
    /// even learn which snapshots there are.</summary>
    public async Task<SnapshotInfo?> FindSnapshotAsync(string text, GuildServerName? hint, ulong guild, CancellationToken cancellationToken)
    {
        if (AtHome(await desk.Snapshots.FindAsync(text, cancellationToken), guild) is { } found)
        {
            return found;
        }

        var servers = hint is not null ? [hint] : desk.Servers.Names(guild);
        return servers is [var only] ? AtHome(await desk.Snapshots.FindAsync($"{only.Name}/{text}", cancellationToken), guild) : null;
    }

    /// <summary>A snapshot by its id, among those the catalog knows: for a form, which has to be the first answer and can wait for nothing.</summary>
    public SnapshotInfo? FindKnownSnapshot(string id, ulong guild) => AtHome(desk.Snapshots.FindKnown(id), guild);

    public ServerReach ReachOf(ServerId server, ulong guild) =>
        desk.Servers.FindName(server.Value, guild)?.Reach

            // Of a server that was removed only snapshots are left: they stay with the guild that came first.
            ?? (!desk.Servers.IsKnown(server) && desk.GuildSettings.Allowed() is [var first, ..] && first == guild
                ? ServerReach.Home
                : ServerReach.Elsewhere);

    private SnapshotInfo? AtHome(SnapshotFound found, ulong guild) =>
        found is SnapshotFound.One { Snapshot: var snapshot } && ReachOf(snapshot.ServerId, guild) == ServerReach.Home ? snapshot : null;

    private Resolved Server(ChatInput input, Given given, ulong guild)
    {
        if (given[input] is [var text, ..])
        {
            return desk.Servers.FindName(text, guild) is { } named ? Of(input, given, named) : Elsewhere();
        }

        var home = desk.Servers.Names(guild).Where(server => server.Reach == ServerReach.Home).ToList();
        return home switch
        {
            [var only] => Of(input, given, only),
            [] => new Resolved.Refused(Notes.NoServer(), "no-server"),
            _ => new Resolved.Refused(Notes.WhichServer(home.Select(each => each.Name)), "which-server"),
        };
    }

    private static Resolved Of(ChatInput input, Given given, GuildServerName server) => new Resolved.Found(
        given.With(input, server.Id.Value), server.Reach, new Subject(server.Id.Value, server.Name, server.Id, null));

    private async Task<Resolved> SnapshotAsync(ChatInput input, Given given, GuildServerName? hint, ulong guild, CancellationToken cancellationToken)
    {
        var text = given[input] is [var first, ..] ? first : input.Kind == OptionKind.Moment ? "now" : "";
        if (input.Kind == OptionKind.Moment && text == "now")
        {
            return new Resolved.Found(given.With(input, "now"), ServerReach.Home, null);
        }

        return await FindSnapshotAsync(text, hint, guild, cancellationToken) is { } snapshot
            ? new Resolved.Found(
                given.With(input, snapshot.Id.Value), ServerReach.Home, new Subject(snapshot.Id.Value, snapshot.Name, snapshot.ServerId, snapshot))
            : new Resolved.Refused(Notes.NoSuch("snapshot"), "snapshot-unknown");
    }

    private Resolved Operation(ChatInput input, Given given, ulong guild)
    {
        if (given[input] is not [var text, ..] || desk.Operations.Find(text) is not OperationFound.One one)
        {
            return new Resolved.Refused(Notes.NoSuch("operation"), "operation-unknown");
        }

        var reach = ReachOf(one.Operation, guild);
        return reach == ServerReach.Elsewhere
            ? new Resolved.Refused(Notes.NoSuch("operation"), "operation-unknown")
            : new Resolved.Found(given.With(input, one.Operation.Id.Value), reach, new Subject(one.Operation.Id.Value, one.Operation.Kind, null, null));
    }

    private async Task<Resolved> ScheduleAsync(ChatInput input, Given given, ulong guild, CancellationToken cancellationToken)
    {
        if (given[input] is not [var text, ..] || await new ScheduleNames(desk).FindAsync(text, guild, cancellationToken) is not { } schedule)
        {
            return new Resolved.Refused(Notes.NoSuch("schedule"), "schedule-unknown");
        }

        return new Resolved.Found(
            given.With(input, schedule.Id), ServerReach.Home, new Subject(schedule.Id, schedule.Name, new ServerId(schedule.ServerId), null));
    }

    /// <summary>How a guild sees an operation: as it sees its server, or as the first guild what concerns the repository.</summary>
    public ServerReach ReachOf(OperationInfo operation, ulong guild) =>
        operation.Scope.Server is { } server ? ReachOf(OwnerOf(operation, new ServerId(server)), guild)
        : desk.GuildSettings.Allowed() is [var first, ..] && first == guild ? ServerReach.Home : ServerReach.Elsewhere;

    /// <summary>A copy that is being made is no server yet: it belongs to whom its snapshot is of.</summary>
    private ServerId OwnerOf(OperationInfo operation, ServerId server) =>
        operation.Kind == DuplicateSnapshot.KindText && !desk.Servers.IsKnown(server)
            && desk.Operations.Details(operation.Id)?.Request is DuplicateSnapshot copy
            && desk.Snapshots.FindKnown(copy.Snapshot.Value) is SnapshotFound.One one
                ? one.Snapshot.ServerId
                : server;

    /// <summary>From a chat only what is offered can be added; the socket behind it is root.</summary>
    private static Resolved Offered(Given given, IReadOnlyList<string> names, IReadOnlyList<string> offers, string what, string reason) =>
        names.All(name => offers.Contains(name, StringComparer.Ordinal))
            ? new Resolved.Found(given, ServerReach.Home, null)
            : new Resolved.Refused(
                Notes.Say(
                    $"❔ No such {what} is offered here. Nothing was changed.\n"
                    + ChatText.Small("Whoever runs the machine labels it snapshotbot.offer=true, or adds it at the terminal."),
                    Colour.Off),
                reason);

    private static Resolved Elsewhere() => new Resolved.Refused(Notes.Elsewhere(), "elsewhere");
}
