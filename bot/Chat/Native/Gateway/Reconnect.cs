namespace SnapshotBot.Chat.Native.Gateway;

/// <summary>How long to wait before the next connection. After one that held, not at all; after one that didn't, twice as long each time.</summary>
internal sealed class Reconnect(NativeChatOptions options)
{
    private int _failures;

    public TimeSpan PauseAfter(ConnectionEnd end)
    {
        if (end.AliveFor is { } alive && alive >= options.SteadyAfter)
        {
            _failures = 0;
        }
        else
        {
            _failures++;
        }

        var pause = _failures == 0
            ? TimeSpan.Zero
            : TimeSpan.FromSeconds(Math.Min(Math.Pow(2, Math.Min(_failures, 20) - 1), options.LongestPause.TotalSeconds) * (0.5 + (Jitter.Next() / 2)));
        var asked = end.How == Comeback.AnewAfterPause ? options.InvalidSessionPause * (1 + (4 * Jitter.Next())) : TimeSpan.Zero;
        return pause > asked ? pause : asked;
    }
}
