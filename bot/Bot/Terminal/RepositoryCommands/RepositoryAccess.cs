using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Hosting;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Locking;
using SnapshotBot.Storage.Repositories;

namespace SnapshotBot.Bot.Terminal.RepositoryCommands;

/// <summary>Finds the repository and its password: the option first, then the environment, then the data folder.</summary>
internal static class RepositoryAccess
{
    /// <summary>Opens the repository, holds a lock while the work is done, and stops the work when the lock is lost.</summary>
    public static async Task<Reply> UseAsync(
        RepositoryChoice choice, LockMode mode, CommandContext context,
        Func<OpenRepository, RepositoryLock, CancellationToken, Task<Reply>> work, CancellationToken cancellationToken)
    {
        await using var repository = await OpenAsync(choice, context, cancellationToken);
        await using var held = await RepositoryLocking.AcquireAsync(repository, mode, OptionsOf(choice), context.Time, cancellationToken);
        return await WhileHeldAsync(held, stop => work(repository, held, stop), cancellationToken);
    }

    /// <summary>As <see cref="UseAsync"/>, for work that only reads: a place that is read-only or full is read without a lock.</summary>
    public static async Task<Reply> ReadAsync(
        RepositoryChoice choice, CommandContext context, Func<OpenRepository, CancellationToken, Task<Reply>> work,
        CancellationToken cancellationToken)
    {
        await using var repository = await OpenAsync(choice, context, cancellationToken);
        await using var held = await RepositoryLocking.AcquireToReadAsync(repository, OptionsOf(choice), context.Time, cancellationToken);
        return held is null
            ? await work(repository, cancellationToken)
            : await WhileHeldAsync(held, stop => work(repository, stop), cancellationToken);
    }

    public static async Task<OpenRepository> OpenAsync(RepositoryChoice choice, CommandContext context, CancellationToken cancellationToken)
    {
        var backend = Backend(choice, context);
        try
        {
            return await new RepositoryOpener(context.Time).OpenAsync(backend, Password(choice, context.Settings), cancellationToken);
        }
        catch
        {
            await backend.DisposeAsync();
            throw;
        }
    }

    public static async Task<OpenRepository> CreateAsync(RepositoryChoice choice, CommandContext context, CancellationToken cancellationToken)
    {
        var backend = Backend(choice, context);
        try
        {
            return await new RepositoryOpener(context.Time).CreateAsync(backend, Password(choice, context.Settings), cancellationToken);
        }
        catch
        {
            await backend.DisposeAsync();
            throw;
        }
    }

    private static LockOptions OptionsOf(RepositoryChoice choice) => new() { Retry = choice.Retry ?? TimeSpan.Zero };

    private static async Task<Reply> WhileHeldAsync(RepositoryLock held, Func<CancellationToken, Task<Reply>> work, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, held.Lost);
        try
        {
            return await work(stop.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            held.ThrowIfLost();
            throw;
        }
    }

    private static IBackend Backend(RepositoryChoice choice, CommandContext context)
    {
        var text = choice.Location ?? context.Settings.Repository ?? context.Settings.DefaultRepository;
        return RepositoryLocation.TryParse(text, Environment.CurrentDirectory, out var location, out var problem)
            ? BackendFactory.Open(location, context.Time)
            : throw new CommandFailedException(RepositoryFailures.BadLocation(problem));
    }

    private static string Password(RepositoryChoice choice, Settings settings)
    {
        // A file named on the command line is meant more than what the environment happens to hold.
        if (choice.PasswordFile is { } named)
        {
            return PasswordFile.Read(named);
        }

        if (settings.GivenPassword() is { } given)
        {
            return given.Value;
        }

        // The data folder's password belongs to the data folder's repository alone.
        return (choice.Location ?? settings.Repository) is null && Path.Exists(settings.DefaultPasswordFile)
            ? PasswordFile.Read(settings.DefaultPasswordFile)
            : throw new CommandFailedException(RepositoryFailures.NoPassword());
    }
}
