using System.Text.Json;
using System.Text.Json.Serialization;
using SnapshotBot.Bot.Hosting.Discord;
using SnapshotBot.Chat;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Hosting;

/// <summary>Whether each thing this process needs is there. What it last found is good for a few seconds, so that nobody is asked too often.</summary>
internal sealed class HealthChecks(IServiceHost service, DiscordHost? discord, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private HealthReport? _last;
    private long _lookedAt;

    public async Task<HealthReport> LookAsync(CancellationToken cancellationToken)
    {
        if (_last is { } last && time.GetElapsedTime(_lookedAt) < Fresh)
        {
            return last;
        }

        var parts = new Dictionary<string, bool>(StringComparer.Ordinal)
        {
            ["catalog"] = await IsGoodAsync(async stop => _ = (await service.GetAsync<SettingReads>(stop)).Allowed(), cancellationToken),
            ["engine"] = await IsGoodAsync(async stop => _ = await (await service.GetAsync<ServerReads>(stop)).OffersAsync(stop), cancellationToken),
            ["repository"] = await IsGoodAsync(
                async stop => _ = await (await service.GetAsync<SnapshotReads>(stop)).ListAsync(new SnapshotFilter { Limit = 1 }, stop), cancellationToken),
            ["runner"] = (await service.GetAsync<OperationServer>(cancellationToken)).Health.IsServing,
        };
        if (discord is not null)
        {
            parts["gateway"] = discord.Health.Connection == ChatConnection.Connected;
        }

        _lookedAt = time.GetTimestamp();
        return _last = new HealthReport(parts.Values.All(good => good), parts);
    }

    private async Task<bool> IsGoodAsync(Func<CancellationToken, Task> look, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await look(either.Token);
            return true;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Why is in the log of whoever uses it; here only whether it is there counts.
            return false;
        }
    }
}

internal sealed record HealthReport(bool Ready, IReadOnlyDictionary<string, bool> Parts)
{
    [JsonIgnore]
    public bool IsReady => Ready;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(HealthReport))]
internal sealed partial class HealthJson : JsonSerializerContext
{
    public static string Write(HealthReport report) => JsonSerializer.Serialize(report, Default.HealthReport);

    public static HealthReport? Read(string text) => JsonSerializer.Deserialize(text, Default.HealthReport);
}
