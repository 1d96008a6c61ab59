using System.Security.Cryptography;
using SnapshotBot.Service.Catalog;

namespace SnapshotBot.Service.Guilds;

/// <summary>Questions that wait for one person's yes. A row each, so that a button still means the same after a restart, and means it once.</summary>
public sealed class Confirms
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private const string Letters = "abcdefghijkmnpqrstuvwxyz23456789";

    private readonly CatalogStore _catalog;
    private readonly TimeProvider _time;

    internal Confirms(CatalogStore catalog, TimeProvider time)
    {
        _catalog = catalog;
        _time = time;
    }

    /// <summary>Keeps a question; what comes back names it.</summary>
    public async Task<PendingConfirm> AskAsync(ulong guild, ulong person, string request, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var row = new ConfirmRow
        {
            Handle = RandomNumberGenerator.GetString(Letters, 16),
            Guild = Row.Number(guild),
            Person = Row.Number(person),
            Request = request,
            ExpiresAt = (now + Lifetime).UtcTicks,
        };
        await _catalog.WriteAsync(
            context =>
            {
                // Those that ran out a day ago are only in the way; the young ones still tell "too old" from "never was".
                var old = (now - TimeSpan.FromDays(1)).UtcTicks;
                context.Confirms.RemoveRange(context.Confirms.Where(each => each.ExpiresAt < old));
                context.Confirms.Add(row);
            },
            cancellationToken);
        return new PendingConfirm(row.Handle, new DateTimeOffset(row.ExpiresAt, TimeSpan.Zero));
    }

    /// <summary>Answers a question with yes: gives its request once, to the person who was asked, in that guild, in time.</summary>
    public async Task<ConfirmAnswer> TakeAsync(string handle, ulong guild, ulong person, CancellationToken cancellationToken)
    {
        if (_catalog.Read(GuildRows.Confirms, "WHERE \"Handle\" = @0", handle) is not [var row] || Row.Id(row.Guild) != guild)
            return new ConfirmAnswer.Gone();
        if (Row.Id(row.Person) != person)
            return new ConfirmAnswer.Anothers(Row.Id(row.Person));
        if (row.ExpiresAt < _time.GetUtcNow().UtcTicks)
            return new ConfirmAnswer.Expired(row.Request);
        return await DropAsync(handle, cancellationToken) ? new ConfirmAnswer.Yes(row.Request) : new ConfirmAnswer.Gone();
    }

    /// <summary>What was asked, for the person who was asked, in that guild, in time; the question stays open. Null for everything else.</summary>
    public string? Look(string handle, ulong guild, ulong person) =>
        _catalog.Read(GuildRows.Confirms, "WHERE \"Handle\" = @0", handle) is [var row] && Row.Id(row.Guild) == guild && Row.Id(row.Person) == person
            && row.ExpiresAt >= _time.GetUtcNow().UtcTicks
            ? row.Request
            : null;

    /// <summary>Takes a question back.</summary>
    public Task<bool> DropAsync(string handle, CancellationToken cancellationToken) => _catalog.WriteAsync(
        context =>
        {
            if (context.Confirms.FirstOrDefault(row => row.Handle == handle) is not { } row)
                return false;
            context.Confirms.Remove(row);
            return true;
        },
        cancellationToken);
}

/// <summary>A question that was kept.</summary>
public sealed record PendingConfirm(string Handle, DateTimeOffset Until);

/// <summary>What a yes led to: a closed family.</summary>
public abstract record ConfirmAnswer
{
    private ConfirmAnswer()
    {
    }

    public sealed record Yes(string Request) : ConfirmAnswer;

    /// <summary>Too late; nothing was changed. The request may be shown again.</summary>
    public sealed record Expired(string Request) : ConfirmAnswer;

    /// <summary>Somebody else was asked.</summary>
    public sealed record Anothers(ulong Person) : ConfirmAnswer;

    /// <summary>Answered already, or never asked here.</summary>
    public sealed record Gone : ConfirmAnswer;
}
