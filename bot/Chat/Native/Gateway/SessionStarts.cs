using System.Text.Json;
using Microsoft.Extensions.Logging;
using SnapshotBot.Chat.Native.Json;
using SnapshotBot.Chat.Native.Rest;

namespace SnapshotBot.Chat.Native.Gateway;

/// <summary>
/// New sessions are dear: at least 5 s apart, and 1,000 a day, after which Discord resets the token. Asks Discord how many are left before each,
/// counts along, and stops well before the last.
/// </summary>
internal sealed class SessionStarts(NativeChatOptions options, Sender sender, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly Queue<DateTimeOffset> _started = new();
    private DateTimeOffset _last = DateTimeOffset.MinValue;
    private Uri? _address;

    /// <summary>Asks for the gateway's address and the allowance. Waits while the allowance is nearly used up.</summary>
    /// <exception cref="ChatStoppedException">It is, and no session was ever had: a bot that starts over and over.</exception>
    public async Task<Uri> PrepareAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var body = await sender.SendAsync(Call.Of(Routes.GatewayBot), cancellationToken);
            var answer = JsonSerializer.Deserialize(body, WireJson.Default.GatewayBot) ?? new GatewayBot();
            _address = new Uri(answer.Url);
            var limit = answer.SessionStartLimit ?? new SessionStartLimit { Total = 1000, Remaining = 1000 };
            var used = StartedToday();
            if (Math.Min(limit.Remaining, limit.Total - used) > Math.Min(options.SessionReserve, limit.Total / 2))
            {
                return _address;
            }

            if (_started.Count == 0)
            {
                throw new ChatStoppedException(ChatStop.SessionsUsedUp, 0);
            }

            var wait = TimeSpan.FromMilliseconds(Math.Clamp(limit.ResetAfter, 60_000, (long)Day.TotalMilliseconds));
            Log.SessionsUsedUp(logger, limit.Remaining, wait);
            await Task.Delay(wait, time, cancellationToken);
        }
    }

    /// <summary>The gateway's address as last told.</summary>
    public async Task<Uri> AddressAsync(CancellationToken cancellationToken) => _address ?? await PrepareAsync(cancellationToken);

    /// <summary>Waits for its turn; then a session counts as started.</summary>
    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (_last + options.IdentifyEvery - now is { Ticks: > 0 } wait)
        {
            await Task.Delay(wait, time, cancellationToken);
        }

        _last = time.GetUtcNow();
        _started.Enqueue(_last);
    }

    private int StartedToday()
    {
        var old = time.GetUtcNow() - Day;
        while (_started.TryPeek(out var first) && first < old)
        {
            _started.Dequeue();
        }

        return _started.Count;
    }
}
