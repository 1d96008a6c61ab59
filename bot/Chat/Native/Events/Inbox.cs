using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using SnapshotBot.Chat.Interactions;

namespace SnapshotBot.Chat.Native.Events;

/// <summary>
/// Between the connection and the handlers: a bounded queue with workers for interactions, and one lane, in order, for all else. When the queue is
/// full the connection waits; the line to Discord then holds what comes, so nothing is lost.
/// </summary>
internal sealed class Inbox
{
    private const int LaneLength = 4096;

    private readonly IChatHandler _handler;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<Interaction> _interactions;
    private readonly Channel<Func<IChatHandler, CancellationToken, Task>> _lane = Channel.CreateBounded<Func<IChatHandler, CancellationToken, Task>>(LaneLength);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _working;
    private int _waiting;

    public Inbox(IChatHandler handler, int workers, int length, TimeProvider time, ILogger logger)
    {
        _handler = handler;
        _time = time;
        _logger = logger;
        _interactions = Channel.CreateBounded<Interaction>(length);
        _working = Task.WhenAll([LaneAsync(), .. Enumerable.Range(0, workers).Select(_ => WorkAsync())]);
    }

    public int Waiting => Volatile.Read(ref _waiting);

    public async ValueTask AddAsync(Interaction interaction, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            await _interactions.Writer.WriteAsync(interaction, cancellationToken);
        }
        catch
        {
            Interlocked.Decrement(ref _waiting);
            throw;
        }
    }

    public ValueTask AddAsync(Func<IChatHandler, CancellationToken, Task> item, CancellationToken cancellationToken) =>
        _lane.Writer.WriteAsync(item, cancellationToken);

    /// <summary>Takes nothing more, and gives what is under way this long to end.</summary>
    public async Task DrainAsync(TimeSpan patience)
    {
        _interactions.Writer.TryComplete();
        _lane.Writer.TryComplete();
        try
        {
            await _working.WaitAsync(patience, _time);
        }
        catch (TimeoutException)
        {
            await _stop.CancelAsync();
            await _working;
        }

        _stop.Dispose();
    }

    private async Task WorkAsync()
    {
        await Task.Yield();
        await foreach (var interaction in _interactions.Reader.ReadAllAsync())
        {
            try
            {
                await TryAsync(interaction.GetType().Name, () => _handler.InteractAsync(interaction, _stop.Token));
            }
            finally
            {
                Interlocked.Decrement(ref _waiting);
            }
        }
    }

    private async Task LaneAsync()
    {
        await Task.Yield();
        await foreach (var item in _lane.Reader.ReadAllAsync())
        {
            await TryAsync("an event", () => item(_handler, _stop.Token));
        }
    }

    private async Task TryAsync(string what, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Out of time at the end.
        }
        catch (Exception exception)
        {
            // A worker outlives whatever its work does.
            Log.HandlerFailed(_logger, exception, what);
        }
    }
}
