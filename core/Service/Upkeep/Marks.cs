using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SnapshotBot.Service.Catalog;

namespace SnapshotBot.Service.Upkeep;

/// <summary>What upkeep remembers from round to round.</summary>
internal sealed class Marks(CatalogStore catalog, TimeProvider time)
{
    public T? Read<T>(string key, JsonTypeInfo<T> type)
        where T : class =>
        catalog.Read(UpkeepRows.Marks, "WHERE \"Key\" = @0", key) is [var row] ? JsonSerializer.Deserialize(row.Value, type) : null;

    /// <summary>When it was last written, or null.</summary>
    public DateTimeOffset? WrittenAt(string key) =>
        catalog.Read(UpkeepRows.Marks, "WHERE \"Key\" = @0", key) is [var row] ? new DateTimeOffset(row.At, TimeSpan.Zero) : null;

    public Task WriteAsync<T>(string key, T value, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        var text = JsonSerializer.Serialize(value, type);
        return catalog.WriteAsync(
            context =>
            {
                var now = time.GetUtcNow().UtcTicks;
                if (context.Marks.FirstOrDefault(row => row.Key == key) is { } row)
                    (row.Value, row.At) = (text, now);
                else
                    context.Marks.Add(new MarkRow { Key = key, Value = text, At = now });
            },
            cancellationToken);
    }

    /// <summary>Removes all whose keys begin so.</summary>
    public Task RemoveAllAsync(string beginning, CancellationToken cancellationToken) =>
        catalog.WriteAsync(context => context.Marks.RemoveRange(context.Marks.Where(row => row.Key.StartsWith(beginning))), cancellationToken);

    public Task RemoveAsync(string key, CancellationToken cancellationToken) =>
        catalog.WriteAsync(context => context.Marks.RemoveRange(context.Marks.Where(row => row.Key == key)), cancellationToken);
}
