using System.Globalization;
using System.Text.Json.Serialization;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Terminal.Json;

internal sealed record ServersDto(IReadOnlyList<ServerDto> Servers);

internal sealed record OneServerDto(ServerDto Server);

/// <summary>A guild's id is text: it does not fit the numbers many JSON readers have.</summary>
internal sealed record ServerDto(
    string Id, string Name, IReadOnlyList<ServerContainerDto> Containers, string? Profile, string? Guild, bool IncludeWriters,
    IReadOnlyList<string> Ignored, IReadOnlyList<string> Included, string State, int Snapshots, string? Light, string? LightReason, ServerGameDto? Game);

/// <summary>Null for <c>triedOn</c>: the profile is untested.</summary>
internal sealed record ServerGameDto(string Profile, string Title, string? TriedOn);

internal sealed record ServerContainerDto(string Name, string? Id, string State);

internal sealed record ServerRemovedDto(ServerRefDto Removed);

internal sealed record ServerRefDto(string Id, string Name);

internal sealed record ServerRunDto(ServerDto Server, bool Changed, IReadOnlyList<string> Killed);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ServersDto))]
[JsonSerializable(typeof(OneServerDto))]
[JsonSerializable(typeof(ServerRemovedDto))]
[JsonSerializable(typeof(ServerRunDto))]
internal sealed partial class ServerJsonContext : JsonSerializerContext;

internal static class ServerJson
{
    public static ServersDto From(IReadOnlyList<ServerInfo> servers, IReadOnlyDictionary<ServerId, Freshness> lights) =>
        new([.. servers.Select(server => lights.TryGetValue(server.Id, out var light)
            ? From(server) with { Light = FreshnessText.Of(light.Light), LightReason = light.Reasons.Count == 0 ? null : FreshnessText.Of(light) }
            : From(server))]);

    public static OneServerDto One(ServerInfo server) => new(From(server));

    public static ServerRemovedDto Removed(ServerId id, string name) => new(new ServerRefDto(id.Value, name));

    public static ServerRunDto Ran(ServerInfo server, IReadOnlyList<string> killed) => new(From(server), true, killed);

    public static ServerRunDto Unchanged(ServerInfo server) => new(From(server), false, []);

    private static ServerDto From(ServerInfo server) => new(
        server.Id.Value, server.Name, [.. server.Containers.Select(each => new ServerContainerDto(each.Name, each.Id, StateOf(each.State)))],
        server.Profile, server.Guild?.ToString(CultureInfo.InvariantCulture), server.ForeignWriters == ForeignWriters.FreezeAlong,
        server.Ignored, server.Included, StateOf(server.State), server.Snapshots, null, null,
        server.Game is { } game ? new ServerGameDto(game.Profile, game.Title, game.TriedOn) : null);

    private static string StateOf(ServerState state) => state == ServerState.Partly ? "partly" : ServerPages.StateOf(state);
}
