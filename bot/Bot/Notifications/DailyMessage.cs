using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Chat;
using SnapshotBot.Service.Guilds;

namespace SnapshotBot.Bot.Notifications;

/// <summary>
/// What went well by itself: one quiet message a day and channel, edited with each. A line is written down first, with a mark that it is to be drawn;
/// the mark goes when Discord has taken it, whichever process is there then.
/// </summary>
internal sealed class DailyMessage(IChat chat, PostedMessages posted, Addresses addresses, TimeProvider time, ILogger log)
{
    private const string Prefix = "daily:";
    private const string MarkPrefix = "undrawn-daily:";
    private const int MostLines = 40;

    // What nobody could be told for so long is no news any more.
    private static readonly TimeSpan Lasts = TimeSpan.FromDays(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, ulong> _undrawn = new(StringComparer.Ordinal);

    // It may be out already, with fewer lines: then sending once more gives that one back, and it is edited.
    private readonly HashSet<string> _unsure = new(StringComparer.Ordinal);
    private readonly Backoff<string> _failed = new(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(10), time);

    // Lines come in while a message is sent: what is kept of both is read and written in one piece.
    private readonly SemaphoreSlim _keeping = new(1);

    /// <summary>Channels with something to draw now.</summary>
    public IReadOnlyList<ulong> Due
    {
        get
        {
            lock (_lock)
            {
                return [.. _undrawn.Where(each => _failed.IsDue(each.Key)).Select(each => each.Value).Distinct()];
            }
        }
    }

    /// <summary>Takes up what an earlier process could not tell.</summary>
    public async Task ResumeAsync(CancellationToken cancellationToken)
    {
        foreach (var mark in posted.Beginning(MarkPrefix))
        {
            lock (_lock)
            {
                var subject = mark.Subject[MarkPrefix.Length..];
                _undrawn[subject] = mark.Channel;
                _ = _unsure.Add(subject);
            }
        }
    }

    public Task AddAsync(DailyLine line, ulong guild, ulong channel, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        var day = TimeZoneInfo.ConvertTime(time.GetUtcNow(), zone).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return AddAsync([line], guild, channel, day, cancellationToken);
    }

    /// <summary>Draws what is due in a channel.</summary>
    public async Task DrawAsync(ulong channel, CancellationToken cancellationToken)
    {
        List<string> due;
        lock (_lock)
        {
            due = [.. _undrawn.Where(each => each.Value == channel && _failed.IsDue(each.Key)).Select(each => each.Key)];
        }

        foreach (var subject in due)
        {
            try
            {
                await DrawAsync(subject, cancellationToken);
                _failed.Forget(subject);
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                _failed.Failed(subject);
                lock (_lock)
                {
                    _ = _unsure.Add(subject);
                }

                log.DailyDrawnLater(channel, error);
            }
        }
    }

    private async Task AddAsync(IReadOnlyList<DailyLine> lines, ulong guild, ulong channel, string day, CancellationToken cancellationToken)
    {
        var subject = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{channel}:{day}");
        await _keeping.WaitAsync(cancellationToken);
        try
        {
            var before = posted.Find(subject);
            var kept = LinesOf(before).Concat(lines).TakeLast(MostLines).ToList();
            await posted.PutAsync(MarkPrefix + subject, guild, channel, null, null, cancellationToken);
            await posted.PutAsync(subject, guild, channel, before?.Message, JsonSerializer.Serialize(kept, DailyJson.Default.ListDailyLine), cancellationToken);
        }
        finally
        {
            _keeping.Release();
        }

        lock (_lock)
        {
            _undrawn[subject] = channel;
        }
    }

    private async Task DrawAsync(string subject, CancellationToken cancellationToken)
    {
        // Each new line makes it young again; what nobody would take for so long is old news.
        if (posted.Find(subject) is not { } row || time.GetUtcNow() - row.At > Lasts)
        {
            await DrawnAsync(subject, cancellationToken);
            return;
        }

        var day = subject[(subject.LastIndexOf(':') + 1)..];
        var card = DailyCard.Of(LinesOf(row));
        ulong message;
        try
        {
            message = row.Message is { } id
                ? await EditAsync(row.Channel, id, card, cancellationToken)
                : (await chat.SendAsync(new ChannelId(row.Channel), card with { OnceAs = OnceOf(row.Channel, day) }, cancellationToken)).Value;
        }
        catch (ChatRequestException gone) when (gone.Error is ChatError.ChannelGone or ChatError.GuildGone)
        {
            log.CantPost(row.Channel, gone);
            if (await addresses.InsteadOfAsync(row.Channel, row.Guild, cancellationToken) is { } other)
            {
                await AddAsync(LinesOf(row), row.Guild, other, day, cancellationToken);
            }

            await posted.RemoveAsync(subject, cancellationToken);
            await DrawnAsync(subject, cancellationToken);
            return;
        }

        await _keeping.WaitAsync(cancellationToken);
        try
        {
            var now = posted.Find(subject);
            await posted.PutAsync(subject, row.Guild, row.Channel, message, now?.State, cancellationToken);
            if (now?.State == row.State && (row.Message is not null || !TakeUnsure(subject)))
            {
                await DrawnAsync(subject, cancellationToken);
            }
        }
        finally
        {
            _keeping.Release();
        }
    }

    /// <summary>Whether a message just sent may be an older one; asked once.</summary>
    private bool TakeUnsure(string subject)
    {
        lock (_lock)
        {
            return _unsure.Remove(subject);
        }
    }

    private async Task DrawnAsync(string subject, CancellationToken cancellationToken)
    {
        await posted.RemoveAsync(MarkPrefix + subject, cancellationToken);
        lock (_lock)
        {
            _ = _undrawn.Remove(subject);
            _ = _unsure.Remove(subject);
        }
    }

    private async Task<ulong> EditAsync(ulong channel, ulong message, Chat.Messages.Message card, CancellationToken cancellationToken)
    {
        try
        {
            await chat.EditAsync(new ChannelId(channel), new MessageId(message), card, cancellationToken);
            return message;
        }
        catch (ChatRequestException gone) when (gone.Error is ChatError.MessageGone or ChatError.EditedTooOften)
        {
            return (await chat.SendAsync(new ChannelId(channel), card, cancellationToken)).Value;
        }
    }

    private static List<DailyLine> LinesOf(PostedMessage? row) =>
        row?.State is { } state ? JsonSerializer.Deserialize(state, DailyJson.Default.ListDailyLine) ?? [] : [];

    private static string OnceOf(ulong channel, string day) =>
        string.Create(CultureInfo.InvariantCulture, $"d{day.Replace("-", "", StringComparison.Ordinal)}{channel:x16}");
}

[JsonSerializable(typeof(List<DailyLine>))]
internal sealed partial class DailyJson : JsonSerializerContext;
