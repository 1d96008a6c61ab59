using SnapshotBot.Bot.Hosting;

namespace SnapshotBot.Bot.Presentation;

internal static class VersionPages
{
    /// <summary>The oldest Docker API that is spoken.</summary>
    public const string EngineApi = "1.41";

    public static Page Of(BuildInfo build) => Page.Of(
        new Sentence($"snapshotbot {build.Version}", Tone.Title),
        new Facts([
            new Fact("commit", build.Commit ?? "unknown (not built from a clone)"),
            new Fact("Discord client", build.DiscordClient),
            new Fact("engine API", $"{EngineApi} or newer, negotiated with the engine"),
        ]));
}
