using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Commands.Catalog;

internal static class Rebuild
{
    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "catalog rebuild",
        Summary = "Fill the catalog again from the repository alone",
        Role = Role.Terminal,
        Result = "{servers,snapshots,schedules,settings,keptAt}",
        Examples = ["snapshotbot catalog rebuild"],
        Read = _ => new Request(),
        Handle = RunAsync,
    };

    private static Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken) =>
        Task.FromResult<Reply>(new Change<RebuildCatalogOutcome>(new RebuildCatalog()));

    private sealed record Request;
}
