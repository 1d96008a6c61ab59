namespace SnapshotBot.Bot.Terminal.Progress;

internal sealed class NoProgress(TimeProvider time) : ProgressDisplay(time, TimeSpan.FromMinutes(1))
{
    protected override void Draw(IReadOnlyList<Step> steps)
    {
    }
}
