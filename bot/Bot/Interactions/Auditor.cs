using System.Collections.Concurrent;
using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Chat;
using SnapshotBot.Service.Guilds;

namespace SnapshotBot.Bot.Interactions;

/// <summary>Writes down who did what and who was kept from what, and tells it where the guild wants it told.</summary>
internal sealed class Auditor(IChat chat, AuditLog log, TimeProvider time)
{
    /// <summary>Lines that wait for one channel, which takes about one a second. More than these are only in the log: who presses without end must
    /// not keep the bot from answering others.</summary>
    private const int MostWaiting = 20;

    private readonly ConcurrentDictionary<ulong, int> _waiting = new();
    private readonly Seldom<(ulong Guild, ulong Person, string Act)> _told = new(TimeSpan.FromMinutes(1), time);

    public Task AcceptedAsync(Turn turn, string act, string? subject, CancellationToken cancellationToken) =>
        WriteAsync(turn, new AuditEntry(turn.Guild, turn.Person, act, subject, AuditVerdict.Accepted, null), cancellationToken);

    public Task RefusedAsync(Turn turn, string act, string? subject, string reason, CancellationToken cancellationToken) =>
        WriteAsync(turn, new AuditEntry(turn.Guild, turn.Person, act, subject, AuditVerdict.Refused, reason), cancellationToken);

    /// <summary>What became of it, whichever way it went.</summary>
    public Task EndedAsync(Turn turn, string act, string? subject, Ending ending, CancellationToken cancellationToken) =>
        WriteAsync(turn, new AuditEntry(turn.Guild, turn.Person, act, subject, ending.Verdict, ending.Reason), cancellationToken);

    /// <summary>Refuses, in words that give nothing away, what this program can't have made or no longer knows.</summary>
    /// <param name="act">What it came by: <c>button</c>, <c>form</c>.</param>
    public async Task RefuseUnknownAsync(Turn turn, string act, CancellationToken cancellationToken)
    {
        await turn.ShowBesideAsync(turn.Settings.IsAllowed ? Notes.UnknownButton() : Notes.NotSetUp(), cancellationToken);
        await RefusedAsync(turn, act, null, "unknown-" + act, cancellationToken);
    }

    /// <summary>Refuses what is over, or was never theirs: the two read the same.</summary>
    public async Task RefuseGoneAsync(Turn turn, string act, string? subject, CancellationToken cancellationToken)
    {
        await turn.ShowBesideAsync(Notes.Expired(null), cancellationToken);
        await RefusedAsync(turn, act, subject, "gone", cancellationToken);
    }

    /// <summary>The same for what a client does by itself at every key: once a minute for a person and an act, so that nobody who types fills
    /// the log or the channel.</summary>
    public Task RefusedSeldomAsync(Turn turn, string act, string reason, CancellationToken cancellationToken) =>
        _told.IsDue((turn.Guild, turn.Person, act)) ? RefusedAsync(turn, act, null, reason, cancellationToken) : Task.CompletedTask;

    private async Task WriteAsync(Turn turn, AuditEntry entry, CancellationToken cancellationToken)
    {
        await log.AddAsync(entry, cancellationToken);
        if (turn.Settings is not { IsAllowed: true, Audit: { } channel })
        {
            return;
        }

        // Nobody waits for it: the line is in the log.
        if (_waiting.AddOrUpdate(channel, 1, (_, waiting) => Math.Min(waiting + 1, MostWaiting + 1)) <= MostWaiting)
        {
            _ = TellAsync(channel, entry);
        }
    }

    private async Task TellAsync(ulong channel, AuditEntry entry)
    {
        try
        {
            _ = await chat.SendAsync(new ChannelId(channel), AuditLineCard.Of(entry), CancellationToken.None);
        }
        catch (Exception error) when (error is ChatRequestException or OperationCanceledException or ObjectDisposedException)
        {
            // That it can't be told there too, or not any more, must not keep anybody from anything.
        }
        finally
        {
            _waiting.AddOrUpdate(channel, 0, (_, waiting) => Math.Max(0, Math.Min(waiting, MostWaiting) - 1));
        }
    }
}
