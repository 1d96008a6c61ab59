using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace SnapshotBot.Service.Catalog;

internal sealed class SnapshotConfiguration : IEntityTypeConfiguration<SnapshotRow>
{
    public void Configure(EntityTypeBuilder<SnapshotRow> builder)
    {
        builder.ToTable("snapshots");
        builder.HasKey(row => row.ResticId);
        builder.HasIndex(row => row.Id);
        builder.HasIndex(row => row.Tree);
        builder.HasIndex(row => new { row.ServerId, row.CreatedAt });
    }
}
