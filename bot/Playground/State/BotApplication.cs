using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace SnapshotBot.Playground.State;

/// <summary>The application, its bot account and the commands it registered.</summary>
public sealed class BotApplication
{
    internal BotApplication(ulong id, string? token)
    {
        Id = id;
        // Three parts, the first of them the id: clients take it from there.
        Token = token ?? string.Join('.', Encode(Encoding.ASCII.GetBytes($"{id}")), Encode(RandomNumberGenerator.GetBytes(4)), Encode(RandomNumberGenerator.GetBytes(27)));
    }

    /// <summary>The application's id, and its bot account's.</summary>
    public ulong Id { get; }

    public string Name { get; init; } = "SnapshotBot";

    public string Token { get; }

    /// <summary>The global commands, as they were registered, with their ids.</summary>
    public IReadOnlyList<JsonObject> Commands => CommandList;

    internal List<JsonObject> CommandList { get; } = [];

    internal Dictionary<ulong, List<JsonObject>> GuildCommands { get; } = [];

    /// <summary>Names made today; 200 are allowed.</summary>
    internal int CommandsCreated { get; set; }

    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
