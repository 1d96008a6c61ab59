using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Commands.Repository;

namespace SnapshotBot.Bot.Terminal.RepositoryCommands;

internal static class InitCommand
{
    public static CommandSpec Spec { get; } = new CommandSpec<RepositoryChoice>
    {
        Name = "repository init",
        Summary = "Make a new repository in restic's format",
        Role = Role.Terminal,
        Inputs = RepositoryInputs.With(),
        Result = "{repository:{id,location,version}}",
        Examples = ["snapshotbot repository init --repository /srv/backup --password-file ~/backup-password"],
        Read = RepositoryInputs.Read,
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(RepositoryChoice request, CommandContext context, CancellationToken cancellationToken)
    {
        await using var repository = await RepositoryAccess.CreateAsync(request, context, cancellationToken);
        return new Answer(new RepositoryCreated(repository.Config.Id, repository.Backend.Location, repository.Config.Version));
    }
}
