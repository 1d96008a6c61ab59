using SnapshotBot.Bot.Terminal.RepositoryCommands;

namespace SnapshotBot.Bot.Commands;

/// <summary>Every command there is, in the order help shows them. What is not built is not here.</summary>
internal static class CommandList
{
    public static IReadOnlyList<CommandSpec> All { get; } =
    [
        InitCommand.Spec,
        ArchiveCommand.Spec,
        SnapshotsCommand.Spec,
        LsCommand.Spec,
        RestoreCommand.Spec,
        DiffCommand.Spec,
        UnlockCommand.Spec,
    ];
}
