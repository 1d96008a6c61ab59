using SnapshotBot.Bot.Demo;
using SnapshotBot.Bot.Terminal.RepositoryCommands;

namespace SnapshotBot.Bot.Commands;

/// <summary>Every command there is, in the order help shows them. What is not built is not here.</summary>
internal static class CommandList
{
    public static IReadOnlyList<CommandSpec> All { get; } =
    [
        DemoCommand.Spec,
        PlaygroundCommand.Spec,
        Serve.ServeCommand.Spec,
        Health.HealthCommand.Spec,
        Server.Add.Spec,
        Server.List.Spec,
        Server.Info.Spec,
        Server.Start.Spec,
        Server.Stop.Spec,
        Server.Restart.Spec,
        Server.Resume.Spec,
        Server.Remove.Spec,
        Server.Share.Spec,
        Snapshot.Create.Spec,
        Snapshot.List.Spec,
        Snapshot.Info.Spec,
        Snapshot.Lock.Spec,
        Snapshot.Unlock.Spec,
        Snapshot.Rename.Spec,
        Snapshot.Note.Spec,
        Snapshot.Delete.Spec,
        Snapshot.Undelete.Spec,
        Snapshot.Expire.Spec,
        Snapshot.Restore.Spec,
        Snapshot.Undo.Spec,
        Snapshot.Diff.Spec,
        Snapshot.Ls.Spec,
        Snapshot.Get.Spec,
        Snapshot.Verify.Spec,
        Snapshot.Export.Spec,
        Setting.Show.Spec,
        Setting.Set.Spec,
        Storage.Show.Spec,
        Storage.Prune.Spec,
        Storage.Check.Spec,
        Storage.Copy.Spec,
        Incident.List.Spec,
        Operation.List.Spec,
        Operation.Watch.Spec,
        Operation.Cancel.Spec,
        Catalog.Rebuild.Spec,
        InitCommand.Spec,
        ArchiveCommand.Spec,
        SnapshotsCommand.Spec,
        LsCommand.Spec,
        RestoreCommand.Spec,
        DiffCommand.Spec,
        ForgetCommand.Spec,
        PruneCommand.Spec,
        CheckCommand.Spec,
        UnlockCommand.Spec,
    ];
}
