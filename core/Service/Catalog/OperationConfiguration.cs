using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace SnapshotBot.Service.Catalog;

internal sealed class OperationConfiguration : IEntityTypeConfiguration<OperationRow>
{
    public void Configure(EntityTypeBuilder<OperationRow> builder)
    {
        builder.ToTable("operations");
        builder.HasKey(row => row.Id);
        builder.HasIndex(row => row.OccurrenceKey).IsUnique();
        builder.HasIndex(row => new { row.State, row.QueuedAt });
        builder.HasIndex(row => row.QueuedAt);
        builder.HasIndex(row => row.EndedAt);
        builder.HasIndex(row => new { row.Subject, row.QueuedAt });
    }
}
