using System.Globalization;
using SnapshotBot.Bot.Commands.Snapshot;
using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Service.Guilds;

namespace SnapshotBot.Bot.Interactions;

/// <summary>The snapshots that fit what was asked for, of one server or of all that live here, in pages.</summary>
internal sealed class FindRoute(Desk desk, Auditor auditor, CommandRoute commands)
{
    private const string Key = "snapshot list";

    // Whoever looks further back than this asks for less, or the terminal.
    private const int MostListed = 1000;

    private static readonly string[] Filters = ["--name", "--note", "--by", "--since", "--limit"];

    private readonly Handles _handles = new(desk, "find:");

    /// <summary>Whether more is asked for than a panel can show.</summary>
    public static bool IsWanted(Given given) => Filters.Any(given.Values.ContainsKey);

    /// <param name="turn">Who asks, who may; acknowledged.</param>
    /// <param name="command">The command.</param>
    /// <param name="given">What was asked for; the server's id where one was named.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task BeginAsync(Turn turn, ChatCommand command, Given given, CancellationToken cancellationToken)
    {
        var handle = await _handles.NewAsync(cancellationToken);
        await _handles.PutAsync(turn, handle, (KeptCommand.Of(command, given) with { For = Of(turn.Person) }).Write(), cancellationToken);
        await ShowAsync(turn, command, given, handle, 0, cancellationToken);
    }

    public async Task PressAsync(Turn turn, CustomId id, CancellationToken cancellationToken)
    {
        if (desk.Command(Key) is not { } command || !await commands.MayAsync(turn, command, cancellationToken))
        {
            return;
        }

        await turn.AcknowledgeAsync(cancellationToken);
        if (_handles.Find(turn, id[0]) is not { } text || KeptCommand.Read(text) is not { } kept || kept.For != Of(turn.Person))
        {
            await auditor.RefuseGoneAsync(turn, Key, null, cancellationToken);
            return;
        }

        var page = int.TryParse(id[1], NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? at : 0;
        await ShowAsync(turn, command, kept.ToGiven(), id[0], page, cancellationToken);
    }

    private async Task ShowAsync(Turn turn, ChatCommand command, Given given, string handle, int page, CancellationToken cancellationToken)
    {
        var wanted = command.Inputs.FirstOrDefault(input => input.Kind == OptionKind.Server) is { } input && given[input] is [var id, ..] ? id : null;
        var servers = desk.Servers.Names(turn.Guild).Where(server => server.Reach == ServerReach.Home && (wanted is null || server.Id.Value == wanted)).ToList();
        if (servers.Count == 0)
        {
            await turn.ShowBesideAsync(wanted is null ? Notes.NoServer() : Notes.Elsewhere(), cancellationToken);
            await auditor.RefusedAsync(turn, Key, null, wanted is null ? "no-server" : "elsewhere", cancellationToken);
            return;
        }

        var filter = List.FilterOf(given.ToInputs()) with { Servers = [.. servers.Select(server => server.Id)] };
        filter = given.Values.ContainsKey("--limit") ? filter : filter with { Limit = MostListed };
        var found = (await desk.Snapshots.ListAsync(filter, cancellationToken)).Snapshots;
        await turn.ShowAsync(FoundCard.Of(found, filter, servers, handle, page), cancellationToken);
    }

    private static string Of(ulong person) => person.ToString(CultureInfo.InvariantCulture);
}
