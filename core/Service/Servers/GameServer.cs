using System.Text.Json;
using System.Text.Json.Serialization;
using SnapshotBot.Service.Catalog;

namespace SnapshotBot.Service.Servers;

/// <summary>A game server as the catalog keeps it: one or more containers, captured and restored as one.</summary>
internal sealed record GameServer
{
    public required ServerId Id { get; init; }

    public required string Name { get; init; }

    public required IReadOnlyList<ContainerReference> Containers { get; init; }

    public string? ComposeProject { get; init; }

    public string? Profile { get; init; }

    public ulong? Guild { get; init; }

    public ForeignWriters ForeignWriters { get; init; }

    /// <summary>Patterns of container paths that its snapshots leave out, besides the profile's.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>Patterns of container paths at which mounts that are only read are taken in all the same.</summary>
    public IReadOnlyList<string> Included { get; init; } = [];

    public ServerOrigin Origin { get; init; }

    public static GameServer Of(ServerRow row) => new()
    {
        Id = new ServerId(row.Id),
        Name = row.Name,
        Containers = JsonSerializer.Deserialize(row.Containers, ServersJson.Default.ContainerReferenceArray) ?? [],
        ComposeProject = row.ComposeProject,
        Profile = row.Profile,
        Guild = row.Guild is { } guild ? unchecked((ulong)guild) : null,
        ForeignWriters = (ForeignWriters)row.ForeignWriters,
        Ignored = Patterns(row.Ignored),
        Included = Patterns(row.Included),
        Origin = (ServerOrigin)row.Origin,
    };

    /// <summary>Patterns as a row keeps them.</summary>
    public static string? Text(IReadOnlyList<string> patterns) => patterns.Count == 0 ? null : JsonSerializer.Serialize([.. patterns], ServersJson.Default.StringArray);

    public static string Text(IEnumerable<ContainerReference> containers) =>
        JsonSerializer.Serialize([.. containers], ServersJson.Default.ContainerReferenceArray);

    private static IReadOnlyList<string> Patterns(string? text) => text is null ? [] : JsonSerializer.Deserialize(text, ServersJson.Default.StringArray) ?? [];
}

/// <summary>How a server names one of its containers.</summary>
/// <param name="Name">The name it had when last seen.</param>
/// <param name="Id">The id it had when last seen; another container of the same name is the same one, made anew.</param>
/// <param name="Upper">Its upper directory when last seen running: some engines hide it from a stopped container.</param>
internal sealed record ContainerReference(string Name, string? Id, string? Upper);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ContainerReference[]))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(RemovedServer))]
[JsonSerializable(typeof(RunServer))]
[JsonSerializable(typeof(RunServerOutcome))]
[JsonSerializable(typeof(ContainerPaused))]
[JsonSerializable(typeof(ContainerStopped))]
[JsonSerializable(typeof(ContainerStarted))]
[JsonSerializable(typeof(RestartPolicyHeld))]
internal sealed partial class ServersJson : JsonSerializerContext;
