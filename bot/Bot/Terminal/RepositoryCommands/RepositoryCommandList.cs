using SnapshotBot.Bot.Commands;

namespace SnapshotBot.Bot.Terminal.RepositoryCommands;

/// <summary>What needs nothing but a repository.</summary>
internal static class RepositoryCommandList
{
    public static IReadOnlyList<SpecSet.Entry> Entries { get; } =
    [
        new("repository init", () => InitCommand.Spec),
        new("repository archive", () => ArchiveCommand.Spec),
        new("repository snapshots", () => SnapshotsCommand.Spec),
        new("repository ls", () => LsCommand.Spec),
        new("repository restore", () => RestoreCommand.Spec),
        new("repository diff", () => DiffCommand.Spec),
        new("repository forget", () => ForgetCommand.Spec),
        new("repository prune", () => PruneCommand.Spec),
        new("repository check", () => CheckCommand.Spec),
        new("repository unlock", () => UnlockCommand.Spec),
    ];
}
