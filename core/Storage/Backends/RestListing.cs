using System.Text.Json;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Backends;

/// <summary>Reads a server's answer to "list": version 2 tells names and sizes, version 1 names only.</summary>
/// <remarks>Format: chapter "REST Backend" in restic's documentation.</remarks>
internal static class RestListing
{
    public const string VersionTwo = "application/vnd.x.restic.rest.v2";

    /// <summary>The ids with their sizes; a size is null where the server did not say it. Names that are not ids are left out.</summary>
    public static async Task<IReadOnlyList<(ObjectId Id, long? Size)>> ReadAsync(Stream answer, CancellationToken cancellationToken)
    {
        var found = new List<(ObjectId, long?)>();
        try
        {
            await foreach (var entry in JsonSerializer.DeserializeAsyncEnumerable(answer, FormatJson.Default.JsonElement, cancellationToken))
            {
                var (name, size) = entry.ValueKind switch
                {
                    JsonValueKind.String => (entry.GetString(), (long?)null),
                    JsonValueKind.Object => (entry.GetProperty("name").GetString(), entry.GetProperty("size").GetInt64()),
                    _ => throw new FormatException("An entry is neither a name nor an object."),
                };
                if (ObjectId.TryParse(name, out var id))
                {
                    found.Add((id, size));
                }
            }
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            // An answer that was cut off reads like this too, so asking again may help.
            throw new BackendException(BackendFailure.Unavailable, null, $"The server's list can't be read: {e.Message}", e);
        }

        return found;
    }
}
