using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace SnapshotBot.Service.Catalog;

internal sealed class ScheduleConfiguration : IEntityTypeConfiguration<ScheduleRow>
{
    public void Configure(EntityTypeBuilder<ScheduleRow> builder)
    {
        builder.ToTable("schedules");
        builder.HasKey(row => row.Id);
        builder.HasIndex(row => new { row.ServerId, row.Name }).IsUnique();
    }
}

internal sealed class PlayConfiguration : IEntityTypeConfiguration<PlayRow>
{
    public void Configure(EntityTypeBuilder<PlayRow> builder)
    {
        builder.ToTable("play");
        builder.HasKey(row => new { row.ServerId, row.From });
        builder.HasIndex(row => row.Until);
    }
}
