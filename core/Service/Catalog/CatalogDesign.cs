using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace SnapshotBot.Service.Catalog;

/// <summary>How <c>dotnet ef</c> gets a context to write migrations and the compiled model from. Not used when running.</summary>
internal sealed class CatalogDesign : IDesignTimeDbContextFactory<CatalogContext>
{
    public CatalogContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<CatalogContext>().UseSqlite("Data Source=:memory:").Options);
}
