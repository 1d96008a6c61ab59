using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace SnapshotBot.Service.Catalog.Migrations
{
    /// <inheritdoc />
    public partial class SnapshotPlayers : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "Players",
                table: "snapshots",
                type: "INTEGER",
                nullable: true);

            // A view of the repository: what is not there is read from it again, with its players.
            migrationBuilder.Sql("DELETE FROM \"snapshots\"");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "Players",
                table: "snapshots");
        }
    }
}
