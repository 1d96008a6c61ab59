using Microsoft.Extensions.Logging;
using SnapshotBot.Service.Guilds;

namespace SnapshotBot.Bot.Notifications;

/// <summary>Draws the posted panels anew when facts have changed, at most once a minute.</summary>
internal sealed class PanelKeeper(SettingReads settings, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);

    // Lights turn by themselves as time goes by.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    private int _changed;

    public void Changed() => Interlocked.Exchange(ref _changed, 1);

    /// <summary>Draws until cancelled.</summary>
    /// <param name="refresh">Draws those of a guild, and says whether all that stands there is told: else it is asked again.</param>
    public async Task RunAsync(Func<ulong, CancellationToken, Task<bool>> refresh, CancellationToken cancellationToken)
    {
        await using var lanes = new Lanes();
        using var timer = new PeriodicTimer(Round, time);
        long? drawn = null;
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            var since = drawn is { } at ? time.GetElapsedTime(at) : Longest;
            if (since < Pause || (since < Longest && Interlocked.Exchange(ref _changed, 0) == 0))
            {
                continue;
            }

            _ = Interlocked.Exchange(ref _changed, 0);
            drawn = time.GetTimestamp();
            foreach (var guild in settings.Allowed())
            {
                if (!lanes.IsFree(guild))
                {
                    Changed();
                    continue;
                }

                // One after another, so that a hundred guilds don't read at once; but a guild Discord makes wait is not waited for.
                var drawing = lanes.Begin(guild, () => RefreshAsync(refresh, guild, cancellationToken));
                await Task.WhenAny(drawing, Task.Delay(Moment, time, cancellationToken));
            }
        }
    }

    private async Task RefreshAsync(Func<ulong, CancellationToken, Task<bool>> refresh, ulong guild, CancellationToken cancellationToken)
    {
        try
        {
            if (!await refresh(guild, cancellationToken))
            {
                Changed();
            }
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            log.PanelNotDrawn(error);
        }
    }
}
