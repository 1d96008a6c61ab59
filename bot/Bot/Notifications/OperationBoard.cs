using Microsoft.Extensions.Logging;
using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Chat;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Bot.Notifications;

/// <summary>
/// Draws operations: one message of the bot's own for each, edited at a steady pace until its end. Where each stands is written down before it
/// is sent, so the next process goes on with the same message.
/// </summary>
internal sealed class OperationBoard(BoardParts parts, ILogger log)
{
    private const string Prefix = "operation:";
    private const string Over = "over";

    // In one channel only so many messages move at once; the others wait for their end.
    private const int MostLive = 5;
    private const int MostRefused = 1000;

    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Slowest = TimeSpan.FromSeconds(4.5);
    private static readonly TimeSpan OldAge = TimeSpan.FromMinutes(55);
    private static readonly TimeSpan OldPace = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromHours(2);

    private readonly Dictionary<OperationId, LiveMessage> _live = [];
    private readonly HashSet<OperationId> _announcing = [];

    // Where it may not write it does not try again with every step: refused requests add up to a ban.
    private readonly HashSet<OperationId> _refused = [];
    private readonly Lock _lock = new();

    public static string SubjectOf(OperationId id) => Prefix + id.Value;

    private static string OnceOf(OperationId id) => "op-" + id.Value;

    /// <summary>Follows all operations until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await ResumeAsync(cancellationToken);
        using var siblings = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = WatchAsync(siblings.Token);
        var drawing = DrawAsync(siblings.Token);
        try
        {
            await await Task.WhenAny(watching, drawing);
        }
        finally
        {
            await siblings.CancelAsync();
            await Task.WhenAll(watching, drawing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Says in a channel that an operation was asked for.</summary>
    /// <returns>The message, or null when the bot may not write there; the operation goes on all the same.</returns>
    public async Task<ulong?> AnnounceAsync(OperationId id, ulong guild, ulong channel, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_live.TryGetValue(id, out var there))
            {
                return there.Message;
            }

            if (_refused.Contains(id))
            {
                return null;
            }

            _ = _announcing.Add(id);
        }

        try
        {
            if (parts.Operations.Details(id) is not { } details)
            {
                return null;
            }

            var message = new LiveMessage(details.Info, guild, channel, parts.Time.GetTimestamp(), parts.Time.GetUtcNow());
            await parts.Posted.PutAsync(SubjectOf(id), guild, channel, null, null, cancellationToken);
            var card = OperationCard.Of(await ViewAsync(message, details, cancellationToken)) with { OnceAs = OnceOf(id) };
            var sent = await parts.Chat.SendAsync(new ChannelId(channel), card, cancellationToken);
            message.Message = sent.Value;
            await parts.Posted.PutAsync(SubjectOf(id), guild, channel, sent.Value, null, cancellationToken);
            message.IsDirty = true;
            lock (_lock)
            {
                _live[id] = message;
            }

            return sent.Value;
        }
        catch (ChatRequestException refused)
        {
            log.CantPost(channel, refused);
            lock (_lock)
            {
                if (_refused.Count > MostRefused)
                {
                    _refused.Clear();
                }

                _ = _refused.Add(id);
            }

            return null;
        }
        finally
        {
            lock (_lock)
            {
                _ = _announcing.Remove(id);
            }
        }
    }

    /// <summary>Draws all that is to be drawn once more, for a process that ends.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        foreach (var message in Messages())
        {
            await DrawAsync(message, cancellationToken);
        }
    }

    /// <summary>What an earlier process left half told.</summary>
    private async Task ResumeAsync(CancellationToken cancellationToken)
    {
        var now = parts.Time.GetUtcNow();
        foreach (var posted in parts.Posted.Beginning(Prefix).Where(each => each.State != Over))
        {
            var id = new OperationId(posted.Subject[Prefix.Length..]);
            if (now - posted.At > TimeSpan.FromDays(1) || parts.Operations.Details(id) is not { } details)
            {
                await parts.Posted.RemoveAsync(posted.Subject, cancellationToken);
                continue;
            }

            if (posted.Message is null)
            {
                // It was cut off between writing down and sending, or between sending and writing down which: what is there already comes back.
                _ = await AnnounceAsync(id, posted.Guild, posted.Channel, cancellationToken);
                continue;
            }

            lock (_lock)
            {
                _live[id] = new LiveMessage(details.Info, posted.Guild, posted.Channel, parts.Time.GetTimestamp(), posted.At)
                {
                    Message = posted.Message,
                    RestartedAt = details.Info.State <= OperationState.Running ? now : null,
                    IsDirty = true,
                };
            }
        }
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        await foreach (var info in parts.Feed.WatchAsync(cancellationToken))
        {
            bool isKnown;
            lock (_lock)
            {
                isKnown = _live.TryGetValue(info.Id, out var message);
                message?.Take(info, parts.Time.GetTimestamp());
                isKnown |= _announcing.Contains(info.Id);
            }

            if (!isKnown)
            {
                await TakeUnaskedAsync(info, cancellationToken);
            }

            if (info.State > OperationState.Running)
            {
                parts.Panels.Changed();
            }
        }
    }

    private async Task TakeUnaskedAsync(OperationInfo info, CancellationToken cancellationToken)
    {
        try
        {
            await parts.Unasked.TakeAsync(info, this, cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            log.DrawnLater(info.Id, error);
        }
    }

    private async Task DrawAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Round, parts.Time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            foreach (var channel in Messages().GroupBy(message => message.Channel))
            {
                var running = channel.Where(message => message.Info.State <= OperationState.Running).OrderBy(message => message.Info.QueuedAt).ToList();
                var pace = TimeSpan.FromSeconds(Math.Max(2, running.Count));
                foreach (var message in channel.Where(message => IsDue(message, running, pace)))
                {
                    await DrawAsync(message, cancellationToken);
                }
            }
        }
    }

    private bool IsDue(LiveMessage message, List<LiveMessage> running, TimeSpan pace)
    {
        var since = parts.Time.GetElapsedTime(message.DrawnAt);
        if (message.RetryAt is { } retry)
        {
            return parts.Time.GetUtcNow() >= retry;
        }

        if (message.Info.State > OperationState.Running)
        {
            return true;
        }

        if (running.IndexOf(message) >= MostLive)
        {
            return false;
        }

        var isOld = parts.Time.GetUtcNow() - message.PostedAt > OldAge;
        return isOld ? since >= OldPace : (message.IsDirty && since >= pace) || (message.Info.State == OperationState.Running && since >= Slowest);
    }

    private async Task DrawAsync(LiveMessage message, CancellationToken cancellationToken)
    {
        try
        {
            await TryDrawAsync(message, cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // A catalog that is busy or has no room, an engine in trouble: no reason to stop telling of everything else.
            message.RetryAt = parts.Time.GetUtcNow() + RetryPause;
            log.DrawnLater(message.Info.Id, error);
        }
    }

    private async Task TryDrawAsync(LiveMessage message, CancellationToken cancellationToken)
    {
        var info = message.Info;
        message.IsDirty = false;
        message.DrawnAt = parts.Time.GetTimestamp();
        try
        {
            var details = parts.Operations.Details(info.Id);
            var view = details is null ? null : await ViewAsync(message, details, cancellationToken);
            if (view is not null && message.Message is { } id)
            {
                await EditAsync(message, id, view, cancellationToken);
            }

            message.RetryAt = null;
            if (details is null || details.Info.State > OperationState.Running)
            {
                await EndAsync(message, cancellationToken);
            }
        }
        catch (ChatRequestException lost) when (lost.Error is ChatError.ChannelGone or ChatError.GuildGone or ChatError.Forbidden or ChatError.Invalid)
        {
            log.CantPost(message.Channel, lost);
            await EndAsync(message, cancellationToken);
        }
        catch (ChatRequestException late)
        {
            message.RetryAt = parts.Time.GetUtcNow() + RetryPause;
            log.DrawnLater(info.Id, late);
            if (parts.Time.GetUtcNow() - message.PostedAt > Patience && info.State > OperationState.Running)
            {
                await EndAsync(message, cancellationToken);
            }
        }
    }

    private async Task EditAsync(LiveMessage message, ulong id, OperationView view, CancellationToken cancellationToken)
    {
        try
        {
            await parts.Chat.EditAsync(new ChannelId(message.Channel), new MessageId(id), OperationCard.Of(view), cancellationToken);
        }
        catch (ChatRequestException old) when (old.Error == ChatError.EditedTooOften)
        {
            await SucceedAsync(message, id, view, cancellationToken);
        }
        catch (ChatRequestException gone) when (gone.Error == ChatError.MessageGone && !message.WasSentAgain)
        {
            // Somebody cleaned up. What runs is worth saying once more; deleted again, it is not wanted.
            message.WasSentAgain = true;
            await SendAsync(message, view, cancellationToken);
        }
        catch (ChatRequestException gone) when (gone.Error == ChatError.MessageGone)
        {
            message.Message = null;
        }
    }

    /// <summary>The old message has no edits left: one new message goes on, and both say so.</summary>
    private async Task SucceedAsync(LiveMessage message, ulong old, OperationView view, CancellationToken cancellationToken)
    {
        message.LinkBefore = ChatText.Link(message.Guild, message.Channel, old);
        await SendAsync(message, view with { LinkBefore = message.LinkBefore }, cancellationToken);
        try
        {
            var after = view with { LinkAfter = ChatText.Link(message.Guild, message.Channel, message.Message ?? 0) };
            await parts.Chat.EditAsync(new ChannelId(message.Channel), new MessageId(old), OperationCard.Of(after), cancellationToken);
        }
        catch (ChatRequestException)
        {
            // It could not be edited; that is why there is a new one, which names it.
        }
    }

    private async Task SendAsync(LiveMessage message, OperationView view, CancellationToken cancellationToken)
    {
        var sent = await parts.Chat.SendAsync(new ChannelId(message.Channel), OperationCard.Of(view), cancellationToken);
        message.Message = sent.Value;
        message.PostedAt = parts.Time.GetUtcNow();
        await parts.Posted.PutAsync(SubjectOf(message.Info.Id), message.Guild, message.Channel, sent.Value, null, cancellationToken);
    }

    private async Task EndAsync(LiveMessage message, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _ = _live.Remove(message.Info.Id);
        }

        await parts.Posted.PutAsync(SubjectOf(message.Info.Id), message.Guild, message.Channel, message.Message, Over, cancellationToken);
    }

    private async Task<OperationView> ViewAsync(LiveMessage message, OperationDetails details, CancellationToken cancellationToken) =>
        (await parts.Views.OfAsync(details, message.Guild, cancellationToken)) with
        {
            StepTime = parts.Time.GetElapsedTime(message.StepSince),
            RestartedAt = message.RestartedAt,
            LinkBefore = message.LinkBefore,
        };

    private List<LiveMessage> Messages()
    {
        lock (_lock)
        {
            return [.. _live.Values];
        }
    }
}
