using System.Globalization;
using SnapshotBot.Service.Games;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Service.Restore;

/// <summary>Tells players what is coming and gives them time to get to safety. Quiet when nobody plays. Ending it calls the restore off.</summary>
internal sealed class PlayerCountdown(TimeProvider time)
{
    /// <summary>Told once more when so much is left.</summary>
    private static readonly TimeSpan LastCall = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CallOffTime = TimeSpan.FromSeconds(10);

    /// <summary>Counts down when there is somebody to count for.</summary>
    public async Task<PlayersWarned> RunAsync(Game game, TimeSpan total, OperationContext context, CancellationToken cancellationToken)
    {
        var players = await game.PlayersAsync(cancellationToken);
        if (players is PlayersAnswer.Known { Online: 0 })
            return new PlayersWarned.Nobody();
        var online = (players as PlayersAnswer.Known)?.Online;
        switch (await game.AnnounceAsync(Text(total), cancellationToken))
        {
            case AnnounceAnswer.NotSupported:
                return new PlayersWarned.NotPossible(online);
            case AnnounceAnswer.Failed failed:
                return new PlayersWarned.Failed(online, failed.Reason);
        }

        try
        {
            await CountAsync(game, total, context, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            using var deadline = new CancellationTokenSource(CallOffTime, time);
            await game.AnnounceAsync("Called off: the server goes on as it is.", deadline.Token);
            throw;
        }

        return new PlayersWarned.Told(online);
    }

    private async Task CountAsync(Game game, TimeSpan total, OperationContext context, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        var called = total <= LastCall;
        while (true)
        {
            var left = total - time.GetElapsedTime(since);
            var seconds = (long)Math.Ceiling(Math.Max(0, left.TotalSeconds));
            context.Progress.Report(new OperationProgress("warn", (long)total.TotalSeconds - seconds, (long)total.TotalSeconds, ProgressUnit.Seconds, null));
            if (left <= TimeSpan.Zero)
                return;
            if (!called && left <= LastCall)
            {
                called = true;

                // Whoever got the first one is warned; that this one fails stops nothing.
                await game.AnnounceAsync(Text(left), cancellationToken);
            }

            var next = !called && left - LastCall < Pace ? left - LastCall : left < Pace ? left : Pace;
            await Task.Delay(next > TimeSpan.Zero ? next : Pace, time, cancellationToken);
        }
    }

    private static string Text(TimeSpan left) => string.Create(
        CultureInfo.InvariantCulture, $"The server goes back to an earlier state in {Math.Ceiling(left.TotalSeconds):0} seconds and restarts. Get to a safe place.");
}
