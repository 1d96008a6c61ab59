using System.Text.Json;

namespace SnapshotBot.Service.Restore;

/// <summary>Reads outcomes back from operations' rows.</summary>
internal static class RestoreOutcomes
{
    /// <summary>Null for what another version wrote in another way.</summary>
    public static RestoreOutcome? Read(string? outcome)
    {
        try
        {
            return outcome is null ? null : JsonSerializer.Deserialize(outcome, RestoreJson.Default.RestoreOutcome);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
