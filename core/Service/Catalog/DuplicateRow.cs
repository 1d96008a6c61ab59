using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace SnapshotBot.Service.Catalog;

/// <summary>A server that was made from a snapshot, and until when.</summary>
internal sealed class DuplicateRow
{
    public required string ServerId { get; init; }

    public required string SnapshotId { get; init; }

    public long MadeAt { get; init; }

    public long? EndsAt { get; set; }

    public long? StoppedAt { get; set; }
}

internal sealed class DuplicateConfiguration : IEntityTypeConfiguration<DuplicateRow>
{
    public void Configure(EntityTypeBuilder<DuplicateRow> builder)
    {
        builder.ToTable("duplicates");
        builder.HasKey(row => row.ServerId);
    }
}
