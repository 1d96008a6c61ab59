using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace SnapshotBot.Service.Catalog.Migrations
{
    /// <inheritdoc />
    public partial class ServerIncluded : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Included",
                table: "servers",
                type: "TEXT",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "Included",
                table: "servers");
        }
    }
}
