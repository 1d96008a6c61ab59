namespace SnapshotBot.Bot.Demo;

/// <summary>The tour did not come to its end, and this could not be removed.</summary>
internal sealed record DemoLeft(IReadOnlyList<string> Left);

/// <summary>The tour came to its end and the world was the one from before.</summary>
/// <param name="WorldBefore">The hash over every file, owner, mode and time when the snapshot was taken.</param>
/// <param name="WorldPlayed">The same after more play: another one.</param>
/// <param name="WorldRestored">The same after the restore: the first one again.</param>
/// <param name="Left">What could not be removed afterwards.</param>
internal sealed record DemoOutcome(
    string WorldBefore, string WorldPlayed, string WorldRestored, TimeSpan Freeze, TimeSpan Downtime, TimeSpan Took, IReadOnlyList<string> Left);
