using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace SnapshotBot.Service.Catalog;

internal sealed class ConfirmConfiguration : IEntityTypeConfiguration<ConfirmRow>
{
    public void Configure(EntityTypeBuilder<ConfirmRow> builder)
    {
        builder.ToTable("confirms");
        builder.HasKey(row => row.Handle);
    }
}
