using Microsoft.Extensions.Logging;

namespace SnapshotBot.Service.Operations;

/// <summary>
/// Carries progress to the operation's row, at most four times a second, and to a listener in this process at once; sees on the way whether
/// somebody asked to cancel.
/// </summary>
internal sealed class ProgressFeed : IProgress<OperationProgress>, IAsyncDisposable
{
    public static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    private readonly OperationQueue _queue;
    private readonly OperationId _id;
    private readonly IProgress<OperationProgress>? _listener;
    private readonly CancellationTokenSource _operation;
    private readonly CancellationTokenSource _stopped = new();
    private readonly Task _feeding;
    private OperationProgress? _latest;

    /// <summary>Feeds until disposed; cancels <paramref name="operation"/> when the row asks for it.</summary>
    public ProgressFeed(
        OperationQueue queue, OperationId id, IProgress<OperationProgress>? listener, CancellationTokenSource operation, TimeProvider time, ILogger log)
    {
        _queue = queue;
        _id = id;
        _listener = listener;
        _operation = operation;
        _feeding = FeedAsync(time, log);
    }

    public void Report(OperationProgress value)
    {
        Volatile.Write(ref _latest, value);
        _listener?.Report(value);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        await _feeding;
        _stopped.Dispose();
    }

    private async Task FeedAsync(TimeProvider time, ILogger log)
    {
        OperationProgress? written = null;
        ProgressRow? row = null;
        using var timer = new PeriodicTimer(Pace, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopped.Token))
            {
                try
                {
                    if (_queue.Find(_id) is { CancelRequested: true })
                        await _operation.CancelAsync();
                    var latest = Volatile.Read(ref _latest);
                    if (latest is null || latest == written)
                        continue;
                    row ??= _queue.Progress(_id);
                    row.Write(latest);
                    written = latest;
                }
                catch (Exception error) when (!_stopped.IsCancellationRequested)
                {
                    // A catalog that is busy, or on a disk that is full for a while, is no reason to take back what goes well.
                    log.ProgressLost(_id, error);
                }
            }
        }
        catch (OperationCanceledException) when (_stopped.IsCancellationRequested)
        {
            // The operation is over; its end is written by the runner.
        }
        finally
        {
            row?.Dispose();
        }
    }
}
