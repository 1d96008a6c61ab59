using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace SnapshotBot.Service.Catalog;

internal sealed class IncidentConfiguration : IEntityTypeConfiguration<IncidentRow>
{
    public void Configure(EntityTypeBuilder<IncidentRow> builder)
    {
        builder.ToTable("incidents");
        builder.HasKey(row => row.Id);
        builder.HasIndex(row => new { row.ServerId, row.Cause, row.Subject });
        builder.HasIndex(row => row.Revision);
    }
}

internal sealed class HoldConfiguration : IEntityTypeConfiguration<HoldRow>
{
    public void Configure(EntityTypeBuilder<HoldRow> builder)
    {
        builder.ToTable("holds");
        builder.HasKey(row => row.ServerId);
    }
}

internal sealed class DeletedConfiguration : IEntityTypeConfiguration<DeletedRow>
{
    public void Configure(EntityTypeBuilder<DeletedRow> builder)
    {
        builder.ToTable("deleted");
        builder.HasKey(row => row.Id);
    }
}

internal sealed class SampleConfiguration : IEntityTypeConfiguration<SampleRow>
{
    public void Configure(EntityTypeBuilder<SampleRow> builder)
    {
        builder.ToTable("samples");
        builder.HasKey(row => row.At);
        builder.Property(row => row.At).ValueGeneratedNever();
    }
}

internal sealed class MarkConfiguration : IEntityTypeConfiguration<MarkRow>
{
    public void Configure(EntityTypeBuilder<MarkRow> builder)
    {
        builder.ToTable("marks");
        builder.HasKey(row => row.Key);
    }
}
