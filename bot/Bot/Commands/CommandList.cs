using SnapshotBot.Bot.Demo;
using SnapshotBot.Bot.Terminal.RepositoryCommands;

namespace SnapshotBot.Bot.Commands;

/// <summary>Every command there is, in the order help shows them. What is not built is not here.</summary>
internal static class CommandList
{
    /// <summary>The whole program's.</summary>
    public static SpecSet Whole { get; } = new(
    [
        new("demo", () => DemoCommand.Spec),
        new("playground", () => PlaygroundCommand.Spec),
        new("serve", () => Serve.ServeCommand.Spec),
        new("health", () => Health.HealthCommand.Spec),
        new("server add", () => Server.Add.Spec),
        new("server list", () => Server.List.Spec),
        new("server info", () => Server.Info.Spec),
        new("server start", () => Server.Start.Spec),
        new("server stop", () => Server.Stop.Spec),
        new("server restart", () => Server.Restart.Spec),
        new("server resume", () => Server.Resume.Spec),
        new("server keep", () => Server.Keep.Spec),
        new("server retention", () => Server.Retention.Spec),
        new("server ignore", () => Server.Ignore.Spec),
        new("server include", () => Server.Include.Spec),
        new("server remove", () => Server.Remove.Spec),
        new("server share", () => Server.Share.Spec),
        new("snapshot create", () => Snapshot.Create.Spec),
        new("snapshot list", () => Snapshot.List.Spec),
        new("snapshot info", () => Snapshot.Info.Spec),
        new("snapshot lock", () => Snapshot.Lock.Spec),
        new("snapshot unlock", () => Snapshot.Unlock.Spec),
        new("snapshot rename", () => Snapshot.Rename.Spec),
        new("snapshot note", () => Snapshot.Note.Spec),
        new("snapshot delete", () => Snapshot.Delete.Spec),
        new("snapshot undelete", () => Snapshot.Undelete.Spec),
        new("snapshot expire", () => Snapshot.Expire.Spec),
        new("snapshot restore", () => Snapshot.Restore.Spec),
        new("snapshot undo", () => Snapshot.Undo.Spec),
        new("snapshot diff", () => Snapshot.Diff.Spec),
        new("snapshot ls", () => Snapshot.Ls.Spec),
        new("snapshot get", () => Snapshot.Get.Spec),
        new("snapshot verify", () => Snapshot.Verify.Spec),
        new("snapshot export", () => Snapshot.Export.Spec),
        new("snapshot duplicate", () => Snapshot.Duplicate.Spec),
        new("snapshot image", () => Snapshot.Image.Spec),
        new("settings show", () => Setting.Show.Spec),
        new("settings set", () => Setting.Set.Spec),
        new("storage", () => Storage.Show.Spec),
        new("storage prune", () => Storage.Prune.Spec),
        new("storage check", () => Storage.Check.Spec),
        new("storage copy", () => Storage.Copy.Spec),
        new("incident list", () => Incident.List.Spec),
        new("schedule set", () => Schedule.Set.Spec),
        new("schedule preview", () => Schedule.Preview.Spec),
        new("schedule list", () => Schedule.List.Spec),
        new("schedule pause", () => Schedule.Pause.Spec),
        new("schedule resume", () => Schedule.Resume.Spec),
        new("schedule remove", () => Schedule.Remove.Spec),
        new("schedule run", () => Schedule.Run.Spec),
        new("schedule history", () => Schedule.History.Spec),
        new("operation list", () => Operation.List.Spec),
        new("operation watch", () => Operation.Watch.Spec),
        new("operation cancel", () => Operation.Cancel.Spec),
        new("catalog rebuild", () => Catalog.Rebuild.Spec),
        .. RepositoryCommandList.Entries,
    ]);
}
