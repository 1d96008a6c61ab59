using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using SnapshotBot.Chat.Interactions;

namespace SnapshotBot.Chat.Native.Events;

/// <summary>
/// Between the connection and the handlers: a bounded queue with workers for interactions, and one lane, in order, for all else. When the queue is
/// full the connection waits; the line to Discord then holds what comes, so nothing is lost.
/// </summary>
/// <remarks>
/// A worker is for the first answer, which people wait for: what is answered goes on beside it, however long it takes, so that slow reads of some
/// keep nobody else waiting. How much may go on so is bounded; beyond that a worker stays with what it began.
/// </remarks>
internal sealed class Inbox
{
    private const int LaneLength = 4096;

    private readonly IChatHandler _handler;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<Interaction> _interactions;
    private readonly Channel<Func<IChatHandler, CancellationToken, Task>> _lane = Channel.CreateBounded<Func<IChatHandler, CancellationToken, Task>>(LaneLength);
    private readonly ConcurrentDictionary<InteractionId, TaskCompletionSource> _unanswered = new();
    private readonly SemaphoreSlim _room;
    private readonly int _goingOn;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _working;
    private int _waiting;

    /// <param name="handler">What works.</param>
    /// <param name="workers">First answers that are worked on at a time.</param>
    /// <param name="goingOn">Answered interactions whose work may go on at a time.</param>
    /// <param name="length">Interactions that may wait for a worker.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Takes what handlers throw.</param>
    public Inbox(IChatHandler handler, int workers, int goingOn, int length, TimeProvider time, ILogger logger)
    {
        _handler = handler;
        _time = time;
        _logger = logger;
        _goingOn = goingOn;
        _room = new SemaphoreSlim(goingOn);
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

    /// <summary>The client's word that the first answer was given.</summary>
    public void Answered(InteractionId interaction)
    {
        if (_unanswered.TryGetValue(interaction, out var answer))
        {
            answer.TrySetResult();
        }
    }

    /// <summary>Takes nothing more, and gives what is under way this long to end.</summary>
    public async Task DrainAsync(TimeSpan patience)
    {
        _interactions.Writer.TryComplete();
        _lane.Writer.TryComplete();
        var ending = EndAsync();
        try
        {
            await ending.WaitAsync(patience, _time);
        }
        catch (TimeoutException)
        {
            await _stop.CancelAsync();
            await ending;
        }

        _stop.Dispose();
        _room.Dispose();
    }

    private async Task EndAsync()
    {
        await _working;
        for (var i = 0; i < _goingOn; i++)
        {
            await _room.WaitAsync();
        }
    }

    private async Task WorkAsync()
    {
        await Task.Yield();
        await foreach (var interaction in _interactions.Reader.ReadAllAsync())
        {
            var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _unanswered[interaction.Id] = answer;
            var handling = HandleAsync(interaction);
            if (await Task.WhenAny(handling, answer.Task) == answer.Task && _room.Wait(TimeSpan.Zero))
            {
                // Its place in the room is what the end waits for.
                _ = GoOnAsync(handling);
                continue;
            }

            await handling;
        }
    }

    private async Task GoOnAsync(Task handling)
    {
        try
        {
            await handling;
        }
        finally
        {
            _room.Release();
        }
    }

    private async Task HandleAsync(Interaction interaction)
    {
        try
        {
            await TryAsync(interaction.GetType().Name, () => _handler.InteractAsync(interaction, _stop.Token));
        }
        finally
        {
            _ = _unanswered.TryRemove(interaction.Id, out _);
            Interlocked.Decrement(ref _waiting);
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
