using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Presentation;

/// <summary>Game servers in words.</summary>
internal static class ServerPages
{
    public static Page List(IReadOnlyList<ServerInfo> servers, IReadOnlyDictionary<ServerId, Freshness> lights) => servers.Count == 0
        ? Page.Of(
            new Sentence("No game server yet.", Tone.Plain),
            new Sentence("Add one: snapshotbot server add NAME --container CONTAINER", Tone.Small))
        : Page.Of(new Table(
            [
                new("Server", Align.Left), new("State", Align.Left), new("Containers", Align.Left), new("Snapshots", Align.Right), new("Protected", Align.Left),
                new("ID", Align.Left),
            ],
            [.. servers.Select(server => Row(server, lights.GetValueOrDefault(server.Id)))]));

    public static Page Info(ServerInfo server) => Page.Of(
        new Sentence(Words.Safe(server.Name), Tone.Title),
        Details(server));

    public static Page Added(ServerInfo server) => Page.Of(
        new Sentence($"Added server {Words.Safe(server.Name)}.", Tone.Good),
        Details(server),
        new Sentence($"Take the first snapshot: snapshotbot snapshot create {Quote(server.Name)}", Tone.Small));

    public static Page Setting(ServerInfo server, ServerSetting setting, Tone tone) => setting == ServerSetting.Included ? Includes(server, tone) : Ignores(server, tone);

    public static Page Removed(string name) => Page.Of(
        new Sentence($"Removed server {Words.Safe(name)}.", Tone.Good),
        new Sentence("Its containers run on as before, and all its snapshots are kept.", Tone.Plain));

    public static Page Ran(ServerInfo server, RunAction action, IReadOnlyList<string> killed)
    {
        var done = action switch
        {
            RunAction.Start => "Started",
            RunAction.Stop => "Stopped",
            _ => "Restarted",
        };
        return new Page(
        [
            new Sentence($"{done} {Words.Safe(server.Name)}.", Tone.Good),
            .. killed.Select(name => new Sentence(
                $"⚠ {Words.Safe(name)} did not end in time and was killed: the game may not have saved.", Tone.Look)),
        ]);
    }

    public static Page Unchanged(ServerInfo server) => Page.Say(
        $"{Words.Safe(server.Name)} is {StateOf(server.State)} already. Nothing was changed.", Tone.Plain);

    public static string StateOf(ServerState state) => state switch
    {
        ServerState.Missing => "missing",
        ServerState.Stopped => "stopped",
        ServerState.Running => "running",
        ServerState.Paused => "paused",
        ServerState.Partly => "partly running",
        _ => "unknown",
    };

    /// <summary>A name as a shell takes it.</summary>
    public static string Quote(string name) => name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
        ? name
        : "'" + Words.Safe(name).Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    private static Page Ignores(ServerInfo server, Tone tone) => server.Ignored.Count == 0
        ? Page.Say($"Snapshots of {Words.Safe(server.Name)} leave out nothing but what its game's profile does.", tone)
        : new Page(
        [
            new Sentence($"Snapshots of {Words.Safe(server.Name)} leave out, and restores leave alone:", tone),
            new Lines(server.Ignored.Select(path => "  " + Words.Safe(path))),
        ]);

    private static Page Includes(ServerInfo server, Tone tone) => server.Included.Count == 0
        ? Page.Say($"Snapshots of {Words.Safe(server.Name)} take in no folder or file that its containers may only read.", tone)
        : new Page(
        [
            new Sentence($"Of what its containers may only read, snapshots of {Words.Safe(server.Name)} take in, and restores put back on the host:", tone),
            new Lines(server.Included.Select(path => "  " + Words.Safe(path))),
        ]);

    private static Facts Details(ServerInfo server)
    {
        var facts = new List<Fact>
        {
            new("State", StateOf(server.State)),
            new("Id", server.Id.Value),
            new("Snapshots", Words.Count(server.Snapshots)),
        };
        facts.AddRange(server.Containers.Select(container => new Fact(
            "Container", $"{Words.Safe(container.Name)} ({StateOf(container.State)}{(container.Id is { } id ? ", " + id[..Math.Min(12, id.Length)] : "")})")));
        facts.AddRange(server.Ignored.Select(path => new Fact("Left out", Words.Safe(path))));
        facts.AddRange(server.Included.Select(path => new Fact("Taken in", Words.Safe(path) + ", though it is only read")));
        if (server.Game is { } game)
        {
            var tried = game.TriedOn is { } on ? $"tried on {Words.Safe(on)}" : "untested: it is not known to work with any image yet";
            facts.Add(new("Game", $"{Words.Safe(game.Title)} (profile {Words.Safe(game.Profile)}, {tried})"));
        }
        else if (server.Profile is { } profile)
        {
            facts.Add(new("Profile", $"{Words.Safe(profile)}, which is not there any more"));
        }

        if (server.ForeignWriters == ForeignWriters.FreezeAlong)
        {
            facts.Add(new("Other writers", "frozen along; stopped along for a restore"));
        }

        return new Facts(facts);
    }

    private static string[] Row(ServerInfo server, Freshness? light) =>
    [
        Words.Safe(server.Name), StateOf(server.State), string.Join(", ", server.Containers.Select(each => Words.Safe(each.Name))),
        Words.Count(server.Snapshots), light is null ? "" : $"{FreshnessText.Mark(light.Light)} {FreshnessText.Of(light)}", server.Id.Value,
    ];
}
