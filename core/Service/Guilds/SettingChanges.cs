using System.Globalization;
using SnapshotBot.Service.Catalog;

namespace SnapshotBot.Service.Guilds;

/// <summary>Changes settings: rows of the catalog, no operation, since neither a container nor the repository changes.</summary>
public sealed class SettingChanges
{
    private readonly CatalogStore _catalog;
    private readonly SettingReads _reads;

    internal SettingChanges(CatalogStore catalog, SettingReads reads)
    {
        _catalog = catalog;
        _reads = reads;
    }

    /// <summary>Sets one setting. Without a guild it holds for all; what belongs to one guild is the only allowed guild's then.</summary>
    public async Task<SettingOutcome> SetAsync(string key, string text, ulong? guild, CancellationToken cancellationToken)
    {
        var outcome = Plan(key, text, guild);
        if (outcome is SettingOutcome.Set set)
            await WriteAsync(set.Key, set.Guild, set.Value, cancellationToken);
        return outcome;
    }

    /// <summary>What setting it would come to; changes nothing.</summary>
    public SettingOutcome Plan(string key, string text, ulong? guild)
    {
        if (SettingKind.Find(key) is not { } kind)
            return new SettingOutcome.Refused(new Refusal.SettingUnknown(key, [.. SettingKind.All.Select(each => each.Key)]));
        var allowed = _reads.Allowed();
        if (kind.Reach == SettingReach.Program)
            guild = null;
        else if (kind.Reach == SettingReach.Guild && guild is null)
            guild = allowed is [var only] ? only : null;
        if (kind.Reach == SettingReach.Guild && guild is null)
            return new SettingOutcome.Refused(new Refusal.GuildNeeded(key, [.. allowed.Select(Text)]));
        if (guild is { } named && !allowed.Contains(named))
            return new SettingOutcome.Refused(new Refusal.GuildNotAllowed(Text(named)));
        if (!kind.TryNormalize(text, guild ?? 0, out var value))
            return new SettingOutcome.Refused(new Refusal.SettingRefused(key, text, kind.Shape)
            {
                Least = kind.Least,
                Most = kind.Most,
            });
        return new SettingOutcome.Set(key, guild, value);
    }

    /// <summary>Allows one more guild; the first one becomes the home of servers that name none.</summary>
    internal Task AllowAsync(ulong guild, CancellationToken cancellationToken)
    {
        var allowed = _reads.Allowed();
        return allowed.Contains(guild)
            ? Task.CompletedTask
            : WriteAsync(SettingKind.Guilds, null, string.Join(',', allowed.Append(guild).Select(Text)), cancellationToken);
    }

    private Task WriteAsync(string key, ulong? guild, string? value, CancellationToken cancellationToken) => _catalog.WriteAsync(
        context =>
        {
            var number = Row.Number(guild ?? 0);
            var row = context.Settings.FirstOrDefault(row => row.Key == key && row.Guild == number);
            switch (row, value)
            {
                case (null, null):
                    break;
                case (null, _):
                    context.Settings.Add(new SettingRow { Key = key, Guild = number, Value = value });
                    break;
                case (_, null):
                    context.Settings.Remove(row);
                    break;
                default:
                    row.Value = value;
                    break;
            }
        },
        cancellationToken);

    private static string Text(ulong id) => id.ToString(CultureInfo.InvariantCulture);
}

/// <summary>How setting a setting ended: a closed family.</summary>
public abstract record SettingOutcome
{
    private SettingOutcome()
    {
    }

    /// <summary>It holds from now on; a null value means it was taken away.</summary>
    public sealed record Set(string Key, ulong? Guild, string? Value) : SettingOutcome;

    public sealed record Refused(Refusal Refusal) : SettingOutcome;
}
