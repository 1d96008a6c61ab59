using System.Text.Json.Serialization;

namespace SnapshotBot.Storage.Format;

/// <summary>A key file: the master key, sealed with a key drawn from one password. Plain JSON; a repository may hold several.</summary>
public sealed record KeyFile
{
    [JsonPropertyName("created")]
    [JsonConverter(typeof(TimeConverter))]
    public DateTimeOffset Created { get; init; }

    [JsonPropertyName("username")]
    public string? Username { get; init; }

    [JsonPropertyName("hostname")]
    public string? Hostname { get; init; }

    [JsonPropertyName("kdf")]
    public required string Kdf { get; init; }

    [JsonPropertyName("N")]
    public required int N { get; init; }

    [JsonPropertyName("r")]
    public required int R { get; init; }

    [JsonPropertyName("p")]
    public required int P { get; init; }

    [JsonPropertyName("salt")]
    public required byte[] Salt { get; init; }

    /// <summary>A sealed <see cref="MasterKeyFile"/>.</summary>
    [JsonPropertyName("data")]
    public required byte[] Data { get; init; }
}

/// <summary>What a key file seals: the master key's parts.</summary>
internal sealed record MasterKeyFile
{
    [JsonPropertyName("mac")]
    public required MacPart Mac { get; init; }

    [JsonPropertyName("encrypt")]
    public required byte[] Encrypt { get; init; }

    public static MasterKeyFile From(Crypto.MasterKey key) => new()
    {
        Encrypt = key.Encrypt.ToArray(),
        Mac = new MacPart { K = key.MacK.ToArray(), R = key.MacR.ToArray() },
    };

    internal sealed record MacPart
    {
        [JsonPropertyName("k")]
        public required byte[] K { get; init; }

        [JsonPropertyName("r")]
        public required byte[] R { get; init; }
    }
}
