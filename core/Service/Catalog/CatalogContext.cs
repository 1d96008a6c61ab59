using Microsoft.EntityFrameworkCore;

namespace SnapshotBot.Service.Catalog;

/// <summary>What may be lost and rebuilt, operations aside: servers, settings and the view of the snapshots.</summary>
internal sealed class CatalogContext(DbContextOptions<CatalogContext> options) : DbContext(options)
{
    public DbSet<ServerRow> Servers => Set<ServerRow>();

    public DbSet<OperationRow> Operations => Set<OperationRow>();

    public DbSet<SnapshotRow> Snapshots => Set<SnapshotRow>();

    public DbSet<SettingRow> Settings => Set<SettingRow>();

    public DbSet<ScheduleRow> Schedules => Set<ScheduleRow>();

    public DbSet<PlayRow> Play => Set<PlayRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfiguration(new ServerConfiguration());
        modelBuilder.ApplyConfiguration(new OperationConfiguration());
        modelBuilder.ApplyConfiguration(new SnapshotConfiguration());
        modelBuilder.ApplyConfiguration(new SettingConfiguration());
        modelBuilder.ApplyConfiguration(new ScheduleConfiguration());
        modelBuilder.ApplyConfiguration(new PlayConfiguration());
    }
}
