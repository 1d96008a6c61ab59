using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Service.Upkeep;

/// <summary>Writes down how large the repository is and how full its disk, and tells before it is too late.</summary>
internal sealed class DiskRounds(
    RepositoryAccess access, CatalogStore catalog, DiskReads disk, DiskProbe probe, Incidents incidents, TimeProvider time) : IPeriodicWork
{
    private static readonly TimeSpan SampleEvery = TimeSpan.FromMinutes(55);
    private static readonly TimeSpan Fine = TimeSpan.FromDays(14);
    private static readonly TimeSpan KeepFor = TimeSpan.FromDays(800);

    public string Name => "disk";

    public TimeSpan Every => TimeSpan.FromMinutes(5);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await SampleAsync(cancellationToken);
        var known = incidents.List(IncidentFilter.Open, 1000).Select(one => one.Cause).OfType<IncidentCause.DiskFilling>().FirstOrDefault();
        if (disk.Read() is not { } now || now.Level == DiskLevel.Fine)
        {
            if (known is not null)
                await incidents.ResolveAsync(null, IncidentCause.DiskFilling.Text, null, cancellationToken);
        }
        else if (known is null || known.Disk.Level != now.Level)
        {
            // Told when it begins and when it gets better or worse, not every five minutes.
            await incidents.OpenAsync(null, new IncidentCause.DiskFilling(now), cancellationToken);
        }
    }

    private async Task SampleAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (catalog.Read(UpkeepRows.Samples, "ORDER BY \"At\" DESC LIMIT 1") is [var last] && now.UtcTicks - last.At < SampleEvery.Ticks)
            return;
        var (bytes, snapshots) = await access.MeasureAsync(cancellationToken);
        if (bytes == 0)
            return;
        var space = access.LocalPath is { } path ? probe.Look(path) : null;
        await catalog.WriteAsync(
            context =>
            {
                context.Samples.Add(new SampleRow { At = now.UtcTicks, Bytes = bytes, Snapshots = snapshots, Free = space?.Free, Total = space?.Total });
                Thin(context, now);
            },
            cancellationToken);
    }

    /// <summary>Each hour for two weeks, then one a day.</summary>
    private static void Thin(CatalogContext context, DateTimeOffset now)
    {
        var (forget, thin) = ((now - KeepFor).UtcTicks, (now - Fine).UtcTicks);
        context.Samples.RemoveRange(context.Samples.Where(row => row.At < forget));
        var old = context.Samples.Where(row => row.At >= forget && row.At < thin).OrderBy(row => row.At).ToList();
        context.Samples.RemoveRange(old.GroupBy(row => row.At / TimeSpan.TicksPerDay).SelectMany(day => day.SkipLast(1)));
    }
}
