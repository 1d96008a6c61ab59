using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Chat.Messages;
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
        GuildServer? hint = null;
        if (given.ServerHint is { } text && (hint = await desk.Servers.FindAsync(text, guild, cancellationToken)) is null)
        {
            return Elsewhere();
        }

        foreach (var input in command.Inputs)
        {
            var found = input.Kind switch
            {
                OptionKind.Server => await ServerAsync(input, given, guild, cancellationToken),
                OptionKind.Snapshot or OptionKind.Moment => await SnapshotAsync(input, given, hint, guild, cancellationToken),
                OptionKind.Operation => await OperationAsync(input, given, guild, cancellationToken),
                OptionKind.Container => await ContainersAsync(input, given, cancellationToken),
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

    /// <summary>A snapshot by its id, <c>server/name</c>, or its name alone where the server is clear.</summary>
    public async Task<(SnapshotInfo? Snapshot, ServerReach Reach)> FindSnapshotAsync(
        string text, GuildServer? hint, ulong guild, CancellationToken cancellationToken)
    {
        if (await desk.Snapshots.FindAsync(text, cancellationToken) is SnapshotFound.One one && await ReachAsync(one.Snapshot.ServerId, guild, cancellationToken) is var reach and not ServerReach.Elsewhere)
        {
            return (one.Snapshot, reach);
        }

        var servers = hint is not null ? [hint] : await desk.Servers.ListAsync(guild, cancellationToken);
        if (servers is [var only] && await desk.Snapshots.FindAsync($"{only.Server.Name}/{text}", cancellationToken) is SnapshotFound.One named)
        {
            return (named.Snapshot, only.Reach);
        }

        return (null, ServerReach.Elsewhere);
    }

    public async Task<ServerReach> ReachAsync(ServerId server, ulong guild, CancellationToken cancellationToken) =>
        (await desk.Servers.FindAsync(server.Value, guild, cancellationToken))?.Reach

            // Of a server that was removed only snapshots are left: they stay with the guild that came first.
            ?? (await desk.ServerReads.FindAsync(server.Value, cancellationToken) is ServerFound.Refused && desk.GuildSettings.Allowed() is [var first, ..] && first == guild
                ? ServerReach.Home
                : ServerReach.Elsewhere);

    private async Task<Resolved> ServerAsync(ChatInput input, Given given, ulong guild, CancellationToken cancellationToken)
    {
        if (given[input] is [var text, ..])
        {
            return await desk.Servers.FindAsync(text, guild, cancellationToken) is { } named ? Of(input, given, named) : Elsewhere();
        }

        var home = (await desk.Servers.ListAsync(guild, cancellationToken)).Where(server => server.Reach == ServerReach.Home).ToList();
        return home switch
        {
            [var only] => Of(input, given, only),
            [] => new Resolved.Refused(Notes.NoServer(), "no-server"),
            _ => new Resolved.Refused(Notes.WhichServer(home.Select(each => each.Server.Name)), "which-server"),
        };
    }

    private static Resolved Of(ChatInput input, Given given, GuildServer server) => new Resolved.Found(
        given.With(input, server.Server.Id.Value), server.Reach, new Subject(server.Server.Id.Value, server.Server.Name, server.Server.Id, null));

    private async Task<Resolved> SnapshotAsync(ChatInput input, Given given, GuildServer? hint, ulong guild, CancellationToken cancellationToken)
    {
        var text = given[input] is [var first, ..] ? first : input.Kind == OptionKind.Moment ? "now" : "";
        if (input.Kind == OptionKind.Moment && text == "now")
        {
            return new Resolved.Found(given.With(input, "now"), ServerReach.Home, null);
        }

        var (snapshot, reach) = await FindSnapshotAsync(text, hint, guild, cancellationToken);
        return snapshot is null
            ? new Resolved.Refused(Notes.NoSuch("snapshot"), "snapshot-unknown")
            : new Resolved.Found(given.With(input, snapshot.Id.Value), reach, new Subject(snapshot.Id.Value, snapshot.Name, snapshot.ServerId, snapshot));
    }

    private async Task<Resolved> OperationAsync(ChatInput input, Given given, ulong guild, CancellationToken cancellationToken)
    {
        if (given[input] is not [var text, ..] || desk.Operations.Find(text) is not OperationFound.One one)
        {
            return new Resolved.Refused(Notes.NoSuch("operation"), "operation-unknown");
        }

        var reach = await ReachAsync(one.Operation, guild, cancellationToken);
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
    public async Task<ServerReach> ReachAsync(OperationInfo operation, ulong guild, CancellationToken cancellationToken) =>
        operation.Scope.Server is { } server ? await ReachAsync(new ServerId(server), guild, cancellationToken)
        : desk.GuildSettings.Allowed() is [var first, ..] && first == guild ? ServerReach.Home : ServerReach.Elsewhere;

    /// <summary>From a chat only containers that are offered can be added; the socket behind them is root.</summary>
    private async Task<Resolved> ContainersAsync(ChatInput input, Given given, CancellationToken cancellationToken)
    {
        var offers = await desk.ServerReads.OffersAsync(cancellationToken);
        return given[input] is { Count: > 0 } names && names.All(name => offers.Contains(name, StringComparer.Ordinal))
            ? new Resolved.Found(given, ServerReach.Home, null)
            : new Resolved.Refused(
                Notes.Say(
                    "❔ No such container is offered here. Nothing was changed.\n"
                    + ChatText.Small("Whoever runs the machine labels it snapshotbot.offer=true, or adds it at the terminal."),
                    Colour.Off),
                "container-not-offered");
    }

    private static Resolved Elsewhere() => new Resolved.Refused(Notes.Elsewhere(), "elsewhere");
}
