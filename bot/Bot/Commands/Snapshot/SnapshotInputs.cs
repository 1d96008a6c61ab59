using SnapshotBot.Bot.Presentation;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Commands.Snapshot;

internal static class SnapshotInputs
{
    public static readonly Input<string> Snapshot = Input.Word("SNAPSHOT", "the snapshot's id, its beginning, or server/name");

    /// <summary>The snapshot people mean; ends the command when there is none, or several.</summary>
    public static async Task<SnapshotInfo> RequireAsync(string text, CommandContext context, CancellationToken cancellationToken) =>
        await (await context.Service.GetAsync<SnapshotReads>(cancellationToken)).FindAsync(text, cancellationToken) switch
        {
            SnapshotFound.One one => one.Snapshot,
            SnapshotFound.Refused refused => throw new CommandFailedException(RefusalText.Of(refused.Refusal)),
            _ => throw new InvalidOperationException("Neither found nor refused."),
        };
}
