using Microsoft.EntityFrameworkCore;

namespace SnapshotBot.Service.Catalog;

/// <summary>What may be lost and rebuilt, operations aside: servers, settings and the view of the snapshots.</summary>
internal sealed class CatalogContext(DbContextOptions<CatalogContext> options) : DbContext(options)
{
    public DbSet<ServerRow> Servers => Set<ServerRow>();

    public DbSet<OperationRow> Operations => Set<OperationRow>();

    public DbSet<SnapshotRow> Snapshots => Set<SnapshotRow>();

    public DbSet<DuplicateRow> Duplicates => Set<DuplicateRow>();

    public DbSet<SettingRow> Settings => Set<SettingRow>();

    public DbSet<ScheduleRow> Schedules => Set<ScheduleRow>();

    public DbSet<PlayRow> Play => Set<PlayRow>();

    public DbSet<IncidentRow> Incidents => Set<IncidentRow>();

    public DbSet<HoldRow> Holds => Set<HoldRow>();

    public DbSet<DeletedRow> Deleted => Set<DeletedRow>();

    public DbSet<SampleRow> Samples => Set<SampleRow>();

    public DbSet<MarkRow> Marks => Set<MarkRow>();

    public DbSet<AuditRow> Audit => Set<AuditRow>();

    public DbSet<ConfirmRow> Confirms => Set<ConfirmRow>();

    public DbSet<PostedRow> Posted => Set<PostedRow>();

    public DbSet<ShareRow> Shares => Set<ShareRow>();

    /// <summary>Writes what was changed so far, so that a later query of the same transaction sees it.</summary>
    public void Save() => SaveChanges();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfiguration(new ServerConfiguration());
        modelBuilder.ApplyConfiguration(new OperationConfiguration());
        modelBuilder.ApplyConfiguration(new SnapshotConfiguration());
        modelBuilder.ApplyConfiguration(new SettingConfiguration());
        modelBuilder.ApplyConfiguration(new ScheduleConfiguration());
        modelBuilder.ApplyConfiguration(new PlayConfiguration());
        modelBuilder.ApplyConfiguration(new IncidentConfiguration());
        modelBuilder.ApplyConfiguration(new HoldConfiguration());
        modelBuilder.ApplyConfiguration(new DeletedConfiguration());
        modelBuilder.ApplyConfiguration(new SampleConfiguration());
        modelBuilder.ApplyConfiguration(new MarkConfiguration());
        modelBuilder.ApplyConfiguration(new AuditConfiguration());
        modelBuilder.ApplyConfiguration(new ConfirmConfiguration());
        modelBuilder.ApplyConfiguration(new PostedConfiguration());
        modelBuilder.ApplyConfiguration(new ShareConfiguration());
        modelBuilder.ApplyConfiguration(new DuplicateConfiguration());
    }
}
