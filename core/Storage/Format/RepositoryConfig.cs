using System.Text.Json.Serialization;

namespace SnapshotBot.Storage.Format;

/// <summary>The <c>config</c> file: what a repository is.</summary>
public sealed record RepositoryConfig
{
    /// <summary>The newest format this program writes.</summary>
    public const int NewestVersion = 2;

    [JsonPropertyName("version")]
    public required int Version { get; init; }

    [JsonPropertyName("id")]
    public string Id { get; init; } = "";

    /// <summary>The polynomial of restic's own chunker, in hexadecimal; ours draws its table from it too.</summary>
    [JsonPropertyName("chunker_polynomial")]
    public string ChunkerPolynomial { get; init; } = "";

    /// <exception cref="RepositoryDamagedException">It is no such polynomial.</exception>
    [JsonIgnore]
    public Chunking.ChunkerPolynomial Polynomial => Chunking.ChunkerPolynomial.TryParse(ChunkerPolynomial, out var polynomial)
        ? polynomial
        : throw new RepositoryDamagedException("The repository's config holds no valid chunker polynomial.", Backends.RepositoryFile.Config);

    /// <summary>Version 2 is the first that may hold compressed blobs and files.</summary>
    [JsonIgnore]
    public bool MayCompress => Version >= 2;
}
