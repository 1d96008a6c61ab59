using System.Text;
using SnapshotBot.Bot.Commands;

namespace SnapshotBot.Bot.Presentation;

/// <summary>The commands as a table for the documents.</summary>
internal static class CommandTable
{
    public static string Markdown(IReadOnlyList<CommandSpec> specs)
    {
        var text = new StringBuilder("| command | what it does | role | `--json` |\n|---|---|---|---|\n");
        foreach (var spec in specs)
        {
            _ = text.Append("| `").Append(Cell(HelpPages.Synopsis(spec))).Append("` | ").Append(Cell(spec.Summary)).Append(" | ")
                .Append(RoleOf(spec.Role)).Append(" | `").Append(Cell(spec.Result)).Append("` |\n");
        }

        return text.ToString();
    }

    private static string RoleOf(Role role) => role switch
    {
        Role.Viewer => "viewer",
        Role.Operator => "operator",
        Role.Admin => "admin",
        _ => "terminal only",
    };

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
