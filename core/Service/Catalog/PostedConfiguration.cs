using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace SnapshotBot.Service.Catalog;

internal sealed class PostedConfiguration : IEntityTypeConfiguration<PostedRow>
{
    public void Configure(EntityTypeBuilder<PostedRow> builder)
    {
        builder.ToTable("posted");
        builder.HasKey(row => row.Subject);
    }
}
