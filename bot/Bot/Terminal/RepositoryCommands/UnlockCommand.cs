using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Commands.Repository;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Locking;

namespace SnapshotBot.Bot.Terminal.RepositoryCommands;

internal static class UnlockCommand
{
    private static readonly Input<bool> All = Input.Flag("--all", "also locks of programs that may still work; only when surely none does");

    public static CommandSpec Spec { get; } = new CommandSpec<Request>
    {
        Name = "repository unlock",
        Summary = "Remove locks that dead programs left",
        Role = Role.Terminal,
        Inputs = RepositoryInputs.With(All),
        Result = "{removed,left}",
        Examples = ["snapshotbot repository unlock --repository /srv/backup"],
        Read = values => new Request(values.Get(All) ? UnlockScope.All : UnlockScope.Abandoned, RepositoryInputs.Read(values)),
        Handle = RunAsync,
    };

    private static async Task<Reply> RunAsync(Request request, CommandContext context, CancellationToken cancellationToken)
    {
        await using var repository = await RepositoryAccess.OpenAsync(request.Repository, context, cancellationToken);
        var removed = await RepositoryLocking.UnlockAsync(repository, request.Scope, context.Time, cancellationToken);
        var left = 0;
        await foreach (var _ in repository.Backend.ListAsync(FileKind.Lock, cancellationToken))
        {
            left++;
        }

        return new Answer(new RepositoryUnlocked(removed, left));
    }

    private sealed record Request(UnlockScope Scope, RepositoryChoice Repository);
}
