using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Chat;
using SnapshotBot.Service.Guilds;

namespace SnapshotBot.Bot.Notifications;

/// <summary>What went well by itself: one quiet message a day and channel, edited with each.</summary>
internal sealed class DailyMessage(IChat chat, PostedMessages posted, TimeProvider time, ILogger log)
{
    private const int MostLines = 40;

    public async Task AddAsync(DailyLine line, ulong guild, ulong channel, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        var day = TimeZoneInfo.ConvertTime(time.GetUtcNow(), zone).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var subject = string.Create(CultureInfo.InvariantCulture, $"daily:{channel}:{day}");
        var before = posted.Find(subject);
        var lines = before?.State is { } state ? JsonSerializer.Deserialize(state, DailyJson.Default.ListDailyLine) ?? [] : [];
        lines.Add(line);
        var kept = lines.TakeLast(MostLines).ToList();
        try
        {
            var message = before?.Message is { } id
                ? await EditAsync(channel, id, kept, cancellationToken)
                : (await chat.SendAsync(new ChannelId(channel), DailyCard.Of(kept) with { OnceAs = OnceOf(channel, day) }, cancellationToken)).Value;
            await posted.PutAsync(subject, guild, channel, message, JsonSerializer.Serialize(kept, DailyJson.Default.ListDailyLine), cancellationToken);
        }
        catch (ChatRequestException refused)
        {
            log.CantPost(channel, refused);
        }
    }

    private static string OnceOf(ulong channel, string day) =>
        string.Create(CultureInfo.InvariantCulture, $"d{day.Replace("-", "", StringComparison.Ordinal)}{channel:x16}");

    private async Task<ulong> EditAsync(ulong channel, ulong message, List<DailyLine> lines, CancellationToken cancellationToken)
    {
        try
        {
            await chat.EditAsync(new ChannelId(channel), new MessageId(message), DailyCard.Of(lines), cancellationToken);
            return message;
        }
        catch (ChatRequestException gone) when (gone.Error is ChatError.MessageGone or ChatError.EditedTooOften)
        {
            return (await chat.SendAsync(new ChannelId(channel), DailyCard.Of(lines), cancellationToken)).Value;
        }
    }
}

[JsonSerializable(typeof(List<DailyLine>))]
internal sealed partial class DailyJson : JsonSerializerContext;
