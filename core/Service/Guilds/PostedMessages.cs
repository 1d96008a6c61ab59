using SnapshotBot.Service.Catalog;

namespace SnapshotBot.Service.Guilds;

/// <summary>Where something was said, so that it can be edited later, by whichever process is there then. Ids are plain numbers.</summary>
/// <param name="Subject">What it is about, unique: <c>operation:6924f2a0...</c>.</param>
/// <param name="Message">Null until it is out.</param>
/// <param name="State">What the writer wants to remember, or null.</param>
public sealed record PostedMessage(string Subject, ulong Guild, ulong Channel, ulong? Message, DateTimeOffset At, string? State);

/// <summary>The memory of what was said where.</summary>
public sealed class PostedMessages
{
    private readonly CatalogStore _catalog;
    private readonly TimeProvider _time;

    internal PostedMessages(CatalogStore catalog, TimeProvider time)
    {
        _catalog = catalog;
        _time = time;
    }

    public PostedMessage? Find(string subject) => _catalog.Read(GuildRows.Posted, "WHERE \"Subject\" = @0", subject) is [var row] ? Of(row) : null;

    /// <summary>Those whose subject begins so, oldest first.</summary>
    public IReadOnlyList<PostedMessage> Beginning(string subject) =>
        [.. _catalog.Read(GuildRows.Posted, "WHERE substr(\"Subject\", 1, length(@0)) = @0 ORDER BY \"At\"", subject).Select(Of)];

    /// <summary>The one that is this message, or null.</summary>
    public PostedMessage? OfMessage(ulong message) =>
        _catalog.Read(GuildRows.Posted, "WHERE \"Message\" = @0 LIMIT 1", Row.Number(message)) is [var row] ? Of(row) : null;

    /// <summary>Writes it down, in place of what was known of the subject.</summary>
    public Task PutAsync(string subject, ulong guild, ulong channel, ulong? message, string? state, CancellationToken cancellationToken) =>
        _catalog.WriteAsync(
            context =>
            {
                var row = context.Posted.FirstOrDefault(row => row.Subject == subject);
                if (row is null)
                    context.Posted.Add(row = new PostedRow { Subject = subject });
                row.Guild = Row.Number(guild);
                row.Channel = Row.Number(channel);
                row.Message = message is { } id ? Row.Number(id) : null;
                row.At = _time.GetUtcNow().UtcTicks;
                row.State = state;
            },
            cancellationToken);

    /// <summary>Takes the subject's turn unless it was taken less than <paramref name="pause"/> ago.</summary>
    /// <returns>Whether it is this caller's turn.</returns>
    public Task<bool> TryTakeTurnAsync(string subject, ulong guild, ulong channel, TimeSpan pause, CancellationToken cancellationToken) =>
        _catalog.WriteAsync(
            context =>
            {
                var now = _time.GetUtcNow();
                var row = context.Posted.FirstOrDefault(row => row.Subject == subject);
                if (row is not null && row.At > (now - pause).UtcTicks)
                    return false;
                if (row is null)
                    context.Posted.Add(row = new PostedRow { Subject = subject });
                row.Guild = Row.Number(guild);
                row.Channel = Row.Number(channel);
                row.Message = null;
                row.At = now.UtcTicks;
                return true;
            },
            cancellationToken);

    public Task RemoveAsync(string subject, CancellationToken cancellationToken) => _catalog.WriteAsync(
        context => context.Posted.RemoveRange(context.Posted.Where(row => row.Subject == subject)), cancellationToken);

    private static PostedMessage Of(PostedRow row) => new(
        row.Subject, Row.Id(row.Guild), Row.Id(row.Channel), row.Message is { } id ? Row.Id(id) : null, new DateTimeOffset(row.At, TimeSpan.Zero), row.State);
}
