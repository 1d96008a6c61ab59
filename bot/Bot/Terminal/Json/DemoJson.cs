using System.Text.Json.Serialization;
using SnapshotBot.Bot.Demo;

namespace SnapshotBot.Bot.Terminal.Json;

internal sealed record DemoDto(DemoBodyDto Demo);

internal sealed record DemoBodyDto(
    bool Proven, string WorldBefore, string WorldPlayed, string WorldRestored, long FreezeMs, long DowntimeMs, long DurationMs,
    IReadOnlyList<string> Left);

internal sealed record DemoLeftDto(DemoLeftBodyDto Demo);

internal sealed record DemoLeftBodyDto(bool Proven, IReadOnlyList<string> Left);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DemoDto))]
[JsonSerializable(typeof(DemoLeftDto))]
internal sealed partial class DemoJsonContext : JsonSerializerContext;

internal static class DemoJson
{
    public static DemoDto From(DemoOutcome outcome) => new(new DemoBodyDto(
        outcome.WorldBefore == outcome.WorldRestored, outcome.WorldBefore, outcome.WorldPlayed, outcome.WorldRestored,
        JsonText.Milliseconds(outcome.Freeze), JsonText.Milliseconds(outcome.Downtime), JsonText.Milliseconds(outcome.Took), outcome.Left));

    public static DemoLeftDto From(DemoLeft outcome) => new(new DemoLeftBodyDto(Proven: false, outcome.Left));
}
