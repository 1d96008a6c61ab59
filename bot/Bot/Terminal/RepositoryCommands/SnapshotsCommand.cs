using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Commands.Repository;
using SnapshotBot.Storage.Repositories;

namespace SnapshotBot.Bot.Terminal.RepositoryCommands;

internal static class SnapshotsCommand
{
    public static CommandSpec Spec { get; } = new CommandSpec<RepositoryChoice>
    {
        Name = "repository snapshots",
        Summary = "List the repository's snapshots, oldest first",
        Role = Role.Terminal,
        Inputs = RepositoryInputs.With(),
        Result = "{snapshots:[{id,time,host,user,paths,tags}]}",
        Examples = ["snapshotbot repository snapshots --repository /srv/backup --json"],
        Read = RepositoryInputs.Read,
        Handle = RunAsync,
    };

    private static Task<Reply> RunAsync(RepositoryChoice request, CommandContext context, CancellationToken cancellationToken) =>
        RepositoryAccess.ReadAsync(request, context, (repository, stop) => ListAsync(repository, stop), cancellationToken);

    private static async Task<Reply> ListAsync(OpenRepository repository, CancellationToken cancellationToken)
    {
        var all = await new SnapshotFiles(repository).LoadAllAsync(cancellationToken);
        return new Answer(new RepositorySnapshots([.. all.Select(SnapshotFinder.Describe)]));
    }
}
