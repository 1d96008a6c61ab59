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

    // How long an end that Discord does not take is worth telling.
    private static readonly TimeSpan Patience = TimeSpan.FromDays(1);

    private readonly Dictionary<OperationId, LiveMessage> _live = [];
    // Where it may not write, or its message is not wanted, it does not try again with every step: refused requests add up to a ban.
    private readonly HashSet<OperationId> _refused = [];
    private readonly Lock _lock = new();
    private volatile bool _isEnding;

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
    public async Task<Announcement> AnnounceAsync(OperationId id, ulong guild, ulong channel, CancellationToken cancellationToken)
    {
        if (Take(id, guild, channel) is not { } message)
        {
            return new Announcement.Refused();
        }

        if (message is { Message: null, RetryAt: null })
        {
            await DrawAsync(message, cancellationToken);
        }

        return message.Message is { } sent ? new Announcement.Sent(sent) : message.IsOver ? new Announcement.Refused() : new Announcement.Later();
    }

    /// <summary>From now on its message is drawn, by and by; nothing is waited for. Null when it can't be, or is not there any more.</summary>
    public LiveMessage? Take(OperationId id, ulong guild, ulong channel)
    {
        lock (_lock)
        {
            if (_live.TryGetValue(id, out var there))
            {
                return there;
            }

            // Read in here: an end that comes after this is told to a message that is there.
            var details = parts.Operations.Details(id);
            return details is null || _refused.Contains(id)
                ? null
                : _live[id] = new LiveMessage(details.Info, guild, channel, parts.Time.GetTimestamp(), parts.Time.GetUtcNow()) { IsDirty = true };
        }
    }

    /// <summary>Draws all that is to be drawn once more, for a process that ends.</summary>
    public Task FlushAsync(CancellationToken cancellationToken)
    {
        _isEnding = true;
        return Task.WhenAll(Messages().GroupBy(message => message.Channel).Select(async channel =>
        {
            foreach (var message in channel)
            {
                await DrawAsync(message, cancellationToken);
            }
        }));
    }

    /// <summary>What an earlier process left half told, and one of this process that broke off.</summary>
    private async Task ResumeAsync(CancellationToken cancellationToken)
    {
        await parts.Daily.ResumeAsync(cancellationToken);
        var now = parts.Time.GetUtcNow();
        foreach (var posted in parts.Posted.Beginning(Prefix).Where(each => each.State != Over))
        {
            var id = new OperationId(posted.Subject[Prefix.Length..]);
            if (now - posted.At > Patience || parts.Operations.Details(id) is not { } details)
            {
                await parts.Posted.RemoveAsync(posted.Subject, cancellationToken);
                continue;
            }

            lock (_lock)
            {
                // Without a message it was cut off between writing down and sending, or between sending and writing down which.
                _ = _live.TryAdd(id, new LiveMessage(details.Info, posted.Guild, posted.Channel, parts.Time.GetTimestamp(), posted.At)
                {
                    Message = posted.Message,
                    IsUnsure = posted.Message is null,
                    RestartedAt = details.Info.State <= OperationState.Running && posted.Message is not null ? now : null,
                    IsDirty = true,
                });
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
                isKnown = _live.TryGetValue(info.Id, out var message) || _refused.Contains(info.Id);
                message?.Take(info, parts.Time.GetTimestamp());
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
        await using var lanes = new Lanes();
        using var timer = new PeriodicTimer(Round, parts.Time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            var live = Messages().ToLookup(message => message.Channel);
            foreach (var channel in live.Select(each => each.Key).Union(parts.Daily.Due).Where(lanes.IsFree))
            {
                _ = lanes.Begin(channel, () => DrawAsync(channel, [.. live[channel]], cancellationToken));
            }
        }
    }

    private async Task DrawAsync(ulong channel, List<LiveMessage> messages, CancellationToken cancellationToken)
    {
        var running = messages.Where(message => message.Info.State <= OperationState.Running).OrderBy(message => message.Info.QueuedAt).ToList();
        var pace = TimeSpan.FromSeconds(Math.Max(2, running.Count));
        foreach (var message in messages.Where(message => IsDue(message, running, pace)))
        {
            await DrawAsync(message, cancellationToken);
        }

        await parts.Daily.DrawAsync(channel, cancellationToken);
    }

    private bool IsDue(LiveMessage message, List<LiveMessage> running, TimeSpan pace)
    {
        if (message.Turn.CurrentCount == 0)
        {
            // It is being sent or edited just now, and is looked at again when it is.
            return false;
        }

        var since = parts.Time.GetElapsedTime(message.DrawnAt);
        if (message.RetryAt is { } retry)
        {
            return parts.Time.GetUtcNow() >= retry;
        }

        if (message.Info.State > OperationState.Running || message.Message is null)
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
        await message.Turn.WaitAsync(cancellationToken);
        try
        {
            if (!message.IsOver)
            {
                await TryDrawAsync(message, cancellationToken);
            }
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            // A catalog that is busy or has no room, an engine in trouble: no reason to stop telling of everything else.
            message.RetryAt = parts.Time.GetUtcNow() + RetryPause;
            log.DrawnLater(message.Info.Id, error);
        }
        finally
        {
            message.Turn.Release();
        }
    }

    private async Task TryDrawAsync(LiveMessage message, CancellationToken cancellationToken)
    {
        var info = message.Info;
        message.IsDirty = false;
        message.DrawnAt = parts.Time.GetTimestamp();
        try
        {
            if (parts.Operations.Details(info.Id) is not { } details)
            {
                await EndAsync(message, cancellationToken);
                return;
            }

            var isOver = details.Info.State > OperationState.Running;
            var view = await ViewAsync(message, details, cancellationToken);
            if (message.Message is { } id)
            {
                await EditAsync(message, id, view, cancellationToken);
            }
            else
            {
                await parts.Posted.PutAsync(SubjectOf(info.Id), message.Guild, message.Channel, null, null, cancellationToken);
                await SendAsync(message, view, OnceOf(info.Id), cancellationToken);
                message.IsDirty = message.IsUnsure;
                isOver &= !message.IsUnsure;
                message.IsUnsure = false;
            }

            message.RetryAt = null;
            if (isOver)
            {
                await EndAsync(message, cancellationToken);
            }
        }
        catch (ChatRequestException lost) when (lost.Error is ChatError.ChannelGone or ChatError.GuildGone or ChatError.Forbidden or ChatError.Invalid or ChatError.TooLarge)
        {
            log.CantPost(message.Channel, lost);
            await MoveOrEndAsync(message, lost, cancellationToken);
        }
        catch (ChatRequestException late)
        {
            message.RetryAt = parts.Time.GetUtcNow() + RetryPause;
            message.IsUnsure |= message.Message is null;
            log.DrawnLater(info.Id, late);
            if (parts.Time.GetUtcNow() - message.PostedAt > Patience && info.State > OperationState.Running)
            {
                await EndAsync(message, cancellationToken);
            }
        }
    }

    /// <summary>It can't be told there: elsewhere then, where the channel is gone and there is another, or not at all.</summary>
    private async Task MoveOrEndAsync(LiveMessage message, ChatRequestException lost, CancellationToken cancellationToken)
    {
        if (lost.Error == ChatError.ChannelGone && await parts.Addresses.InsteadOfAsync(message.Channel, message.Guild, cancellationToken) is { } other)
        {
            (message.Channel, message.Message, message.IsDirty) = (other, null, true);
            return;
        }

        await RefuseAsync(message, cancellationToken);
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
            await SendAsync(message, view, null, cancellationToken);
            message.WasSentAgain = true;
        }
        catch (ChatRequestException gone) when (gone.Error == ChatError.MessageGone)
        {
            await RefuseAsync(message, cancellationToken);
        }
    }

    /// <summary>The old message has no edits left: one new message goes on, and both say so.</summary>
    private async Task SucceedAsync(LiveMessage message, ulong old, OperationView view, CancellationToken cancellationToken)
    {
        message.LinkBefore = ChatText.Link(message.Guild, message.Channel, old);
        await SendAsync(message, view with { LinkBefore = message.LinkBefore }, null, cancellationToken);
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

    private async Task SendAsync(LiveMessage message, OperationView view, string? onceAs, CancellationToken cancellationToken)
    {
        var sent = await parts.Chat.SendAsync(new ChannelId(message.Channel), OperationCard.Of(view) with { OnceAs = onceAs }, cancellationToken);
        message.Message = sent.Value;
        message.PostedAt = parts.Time.GetUtcNow();
        await parts.Posted.PutAsync(SubjectOf(message.Info.Id), message.Guild, message.Channel, sent.Value, null, cancellationToken);
    }

    private async Task RefuseAsync(LiveMessage message, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_refused.Count > MostRefused)
            {
                _refused.Clear();
            }

            _ = _refused.Add(message.Info.Id);
        }

        await EndAsync(message, cancellationToken);
    }

    private async Task EndAsync(LiveMessage message, CancellationToken cancellationToken)
    {
        await parts.Posted.PutAsync(SubjectOf(message.Info.Id), message.Guild, message.Channel, message.Message, Over, cancellationToken);
        message.IsOver = true;
        lock (_lock)
        {
            _ = _live.Remove(message.Info.Id);
        }
    }

    private async Task<OperationView> ViewAsync(LiveMessage message, OperationDetails details, CancellationToken cancellationToken) =>
        (await parts.Views.OfAsync(details, message.Guild, cancellationToken)) with
        {
            StepTime = parts.Time.GetElapsedTime(message.StepSince),
            RestartedAt = message.RestartedAt,
            IsBotEnding = _isEnding,
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
