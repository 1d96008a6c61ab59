using System.Globalization;
using SnapshotBot.Service;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Bot.Presentation;

/// <summary>Why something is not done, in words: what, what was not harmed, what to do.</summary>
internal static class RefusalText
{
    private const int CandidatesShown = 8;

    public static Failure Of(Refusal refusal)
    {
        var (code, message, hint) = refusal switch
        {
            Refusal.ServerUnknown or Refusal.ServerAmbiguous or Refusal.ServerNameTaken or Refusal.NameRefused or Refusal.IgnoreRefused or Refusal.ContainerUnknown
                or Refusal.ContainerAmbiguous or Refusal.ContainerTaken or Refusal.NoContainers => OfServer(refusal),
            Refusal.SnapshotUnknown or Refusal.SnapshotAmbiguous or Refusal.SnapshotLocked or Refusal.SnapshotNeeded or Refusal.PathUnknown
                or Refusal.PathLeftOut or Refusal.PathNotAFile or Refusal.PathRefused or Refusal.MapRefused or Refusal.PartUnknown or Refusal.PartRefused => OfSnapshot(refusal),
            Refusal.SettingUnknown or Refusal.SettingRefused or Refusal.GuildNeeded or Refusal.GuildNotAllowed => SettingText.Of(refusal),
            Refusal.ScheduleUnknown or Refusal.ScheduleAmbiguous or Refusal.FrequencyRefused or Refusal.ZoneNeeded or Refusal.ZoneUnknown
                or Refusal.KeepRefused => ScheduleRefusals.Of(refusal),
            Refusal.OperationUnknown or Refusal.OperationAmbiguous or Refusal.AlreadyEnded => OfOperation(refusal),
            Refusal.PortTaken or Refusal.NoMemory or Refusal.NotMadeHere or Refusal.TagRefused or Refusal.ProfileUnknown => OfDuplicate(refusal),
            _ => OfMachine(refusal),
        };
        return new Failure((ExitCode)(int)refusal.Class, code, message, hint);
    }

    private static (string Code, string Message, string? Hint) OfServer(Refusal refusal) => refusal switch
    {
        Refusal.ServerUnknown it => (
            "server-unknown", $"There is no server '{Words.Safe(it.Text)}'. Nothing was changed.",
            "'server list' shows all; 'server add' adds one."),
        Refusal.ServerAmbiguous it => (
            "server-ambiguous", $"'{Words.Safe(it.Text)}' could be any of: {List(it.Candidates)}. Nothing was changed.",
            "Give the whole name or more of the id."),
        Refusal.ServerNameTaken it => (
            "server-name-taken", $"Another server is called '{Words.Safe(it.Name)}' already. Nothing was changed.", "Choose another name."),
        Refusal.NameRefused it => (
            "name-refused", $"'{Words.Safe(Short(it.Name))}' can't be used: {FaultOf(it.Fault)}. Nothing was changed.", "Choose another."),
        Refusal.IgnoreRefused it => (
            "ignore-refused", $"'{Words.Safe(Short(it.Path))}' can't be used: {FaultOf(it.Fault)}. Nothing was changed.",
            "Give paths as the game sees them, with commas between: /data/logs,/data/backups"),
        Refusal.ContainerUnknown it => (
            "container-unknown", $"The engine has no container '{Words.Safe(it.Text)}'. Nothing was changed.",
            "'docker ps -a' lists the containers; a game server is added once its container exists."),
        Refusal.ContainerAmbiguous it => (
            "container-ambiguous", $"'{Words.Safe(it.Text)}' could be any of: {List(it.Candidates)}. Nothing was changed.",
            "Give the container's name or more of its id."),
        Refusal.ContainerTaken it => (
            "container-taken",
            $"Container '{Words.Safe(it.Container)}' belongs to the server '{Words.Safe(it.Server)}' already. Nothing was changed.",
            $"Use that server, or remove it first: snapshotbot server remove '{Words.Safe(it.Server)}' --yes (its snapshots stay)."),
        _ => ("no-containers", "A server needs at least one container. Nothing was changed.", "Name one with --container NAME."),
    };

    private static (string Code, string Message, string? Hint) OfSnapshot(Refusal refusal) => refusal switch
    {
        Refusal.SnapshotUnknown it => (
            "snapshot-unknown", $"There is no snapshot '{Words.Safe(it.Text)}'. Nothing was changed.",
            "'snapshot list' shows all. Name one by its id, the id's beginning, or server/name."),
        Refusal.SnapshotAmbiguous it => (
            "snapshot-ambiguous",
            $"'{Words.Safe(it.Text)}' could be any of: "
            + List([.. it.Candidates.Select(each => $"{each.Id} ({each.Server}/{each.Name}, {Iso(each.CreatedAt)})")]) + ". Nothing was changed.",
            "Use the id."),
        Refusal.SnapshotLocked it => (
            "snapshot-locked",
            $"'{Words.Safe(it.Name)}' is locked, so it can't be deleted. Nothing was changed.",
            $"If it may go: snapshotbot snapshot unlock {it.Id}, then delete it."),
        Refusal.SnapshotNeeded it => (
            "snapshot-needed",
            $"Snapshot {it.Id} is the way back of a restore until {Iso(it.Until)}, so it can't be deleted yet. Nothing was changed.",
            "Wait until then."),
        Refusal.PathUnknown it => (
            "path-unknown", $"The snapshot holds nothing at '{Words.Safe(it.Path)}'. Nothing was changed.",
            "'snapshot ls SNAPSHOT' shows what it holds; paths are as the game sees them."),
        Refusal.PathLeftOut it => (
            "path-left-out",
            $"'{Words.Safe(it.Path)}' is left out of this server's snapshots. What is there now could not be kept first, so a restore leaves it alone. "
            + "Nothing was changed.",
            "'server info' lists what is left out. If this snapshot holds it all the same, 'snapshot get' gives its files one by one."),
        Refusal.PathNotAFile it => (
            "path-not-a-file", $"'{Words.Safe(it.Path)}' is no file ({it.Type}), so it has no bytes to give. Nothing was changed.",
            "Name a file, or restore the folder with 'snapshot restore --path'."),
        Refusal.PathRefused it => (
            "path-refused", $"'{Words.Safe(it.Path)}' can't name anything inside this snapshot. Nothing was changed.",
            "Give an absolute path as the game sees it, such as /data/world; with several containers CONTAINER:/data/world."),
        Refusal.PartUnknown it => (
            "part-unknown",
            $"The snapshot has nothing of '{Words.Safe(Short(it.Wanted))}'. Nothing was touched.",
            it.Known.Count > 0 ? $"It has: {List(it.Known)}." : null),
        Refusal.PartRefused it => (
            "part-refused",
            $"'{Words.Safe(Short(it.Part))}' is no part that is known of {Words.Safe(it.Game)}. Nothing was touched.",
            it.Usages.Count > 0 ? $"Its parts: {List(it.Usages)}. Any file or folder goes with --path." : "Any file or folder goes with --path."),
        Refusal.MapRefused it => (
            "map-refused", $"'{Words.Safe(it.Map)}' is no good mapping. Nothing was changed.",
            "Give --map OLD=NEW with two absolute paths; 'snapshot info' shows the old ones."),
        _ => ("refused", "This is not possible. Nothing was changed.", null),
    };

    private static (string Code, string Message, string? Hint) OfOperation(Refusal refusal) => refusal switch
    {
        Refusal.OperationUnknown it => (
            "operation-unknown", $"There is no operation '{Words.Safe(it.Text)}'.", "'operation list --all' shows all."),
        Refusal.OperationAmbiguous it => (
            "operation-ambiguous", $"'{Words.Safe(it.Text)}' could be any of: {List(it.Candidates)}.", "Give more of the id."),
        Refusal.AlreadyEnded it => (
            "already-ended", $"Operation {it.Operation} had ended before it could be cancelled.",
            $"See how: snapshotbot operation watch {it.Operation}"),
        _ => ("refused", "This is not possible. Nothing was changed.", null),
    };

    private static (string Code, string Message, string? Hint) OfMachine(Refusal refusal) => refusal switch
    {
        Refusal.NoSpace it => (
            "no-space",
            $"Not enough room at {Words.Safe(it.Path)}: needs {Words.Size(it.Needed)}, {Words.Size(Math.Max(0, it.Free - it.Reserve))} usable "
            + $"({Words.Size(it.Reserve)} stay free for the game). Nothing was touched.",
            $"Free {Words.Size(Math.Max(0, it.Needed + it.Reserve - it.Free))} there, then try again."),
        Refusal.ManagedElsewhere it => (
            "managed-elsewhere",
            $"'{Words.Safe(it.Container)}' belongs to {Words.Safe(it.Manager)}, which would start it again halfway. Nothing was touched.",
            $"Stop it in {Words.Safe(it.Manager)}, then try again."),
        Refusal.MountUnreachable it => (
            "mount-unreachable",
            $"{Words.Safe(it.Source)}, which '{Words.Safe(it.Container)}' has at {Words.Safe(it.Target)}, isn't mounted or can't be reached from "
            + "here. Reading it now would look like an empty world, so nothing was read or touched.",
            "Mount it (or start the server), then try again."),
        Refusal.LayerUnreachable it => (
            "layer-unreachable",
            $"The writable layer of '{Words.Safe(it.Container)}' can't be read: {FaultOf(it.Fault)}. Nothing was touched.", HintOf(it.Fault)),
        Refusal.ForeignWriter it => (
            "foreign-writer",
            $"Container '{Words.Safe(it.Container)}' runs and writes to {Words.Safe(it.Source)} too; a restore would pull that from under it. "
            + "Nothing was touched.",
            $"Stop '{Words.Safe(it.Container)}', then try again."),
        Refusal.WriterStarted it => (
            "writer-started",
            $"Container '{Words.Safe(it.Container)}', which writes to {Words.Safe(it.Source)} too, was started while the server was being put back. "
            + "Everything was taken back: the server is as it was before and runs if it ran.",
            $"Stop '{Words.Safe(it.Container)}', or find out what starts it, then try again."),
        Refusal.NameInUse it => (
            "name-in-use",
            $"A container has to be made anew, but another one is called '{Words.Safe(it.Container)}' now. Nothing was touched.",
            $"Rename or remove that one, then try again."),
        Refusal.RunStateChanged it => (
            "run-state-changed",
            $"Something started, stopped or replaced '{Words.Safe(it.Container)}' meanwhile. Everything was taken back.",
            "Find out what runs it (a panel, compose, a restart policy), then try again."),
        Refusal.RemovesItself it => (
            "removes-itself",
            $"'{Words.Safe(it.Container)}' was started with --rm: stopping it would delete it, its own files and its unnamed volumes. It runs on; nothing was touched.",
            "Make the container without --rm, then it can be stopped; restoring a snapshot does that too. To end it for good, use docker stop."),
        _ => ("refused", "This is not possible now. Nothing was touched.", null),
    };

    private static (string Code, string Message, string? Hint) OfDuplicate(Refusal refusal) => refusal switch
    {
        Refusal.PortTaken it => (
            "port-taken", $"Port {it.Port.ToString(CultureInfo.InvariantCulture)}/{Words.Safe(it.Protocol)} of this host is in use. Nothing was made.",
            it.Suggested > 0 ? $"{it.Suggested.ToString(CultureInfo.InvariantCulture)} is free." : "No port is free."),
        Refusal.NoMemory it => (
            "no-memory", $"Not enough memory to start it: it may take {Words.Size(it.Needed)}, the host has {Words.Size(it.Free)} left. Nothing was made or started.",
            "Stop another server, then try again. A copy can be made without starting it: leave --start away."),
        Refusal.NotMadeHere it => (
            "not-made-here", $"'{Words.Safe(it.Server)}' was not made here from a snapshot, so its containers and data are not removed. Nothing was changed.",
            "Without --with-data it is only forgotten; its containers run on."),
        Refusal.ProfileUnknown it => (
            "profile-unknown", $"There is no game profile '{Words.Safe(it.Name)}'. Nothing was changed.", $"There are: {string.Join(", ", it.Known.Select(Words.Safe))}."),
        Refusal.TagRefused it => (
            "tag-refused", $"'{Words.Safe(it.Tag)}' can't name an image. Nothing was made.",
            "Use lower-case letters, digits, '.', '_', '-' and '/', then ':' and a tag: games/modpack:before-update."),
        _ => throw new InvalidOperationException("A refusal nobody has words for."),
    };

    private static string FaultOf(IgnoreFault fault) => fault switch
    {
        IgnoreFault.Everything => "it means everything",
        IgnoreFault.TooMany => "those are more than fifty paths",
        _ => "it is no absolute path of a container",
    };

    private static string FaultOf(NameFault fault) => fault switch
    {
        NameFault.Empty => "it is empty",
        NameFault.TooLong => "it is too long (200 characters a name, 2,000 a note)",
        NameFault.Slash => "a server's name can't hold '/'",
        NameFault.ControlCharacters => "it holds control characters or line breaks",
        NameFault.PathStep => "it reads as a step in a path",
        NameFault.NotForContainers => "containers and volumes are named after it, so it has 2 to 63 letters, digits, '_', '.' or '-'",
        _ => "the word has a meaning of its own",
    };

    private static string FaultOf(LayerFault fault) => fault switch
    {
        LayerFault.NoUpperDirectory => "the engine keeps layers in a way that shows no upper directory",
        LayerFault.TrustedAttributesHidden => "without CAP_SYS_ADMIN deleted files would come back",
        LayerFault.NotTheDifference => "with metacopy or redirect_dir the upper directory is not the difference",
        LayerFault.NotOnThisHost => "the engine's file system is not mounted here",
        _ => "something still mounts it though the container is stopped",
    };

    private static string HintOf(LayerFault fault) => fault switch
    {
        LayerFault.TrustedAttributesHidden => "Run snapshotbot as root on the engine's host.",
        LayerFault.NotOnThisHost => "Run snapshotbot on the engine's host, or set SNAPSHOTBOT_HOST_ROOT.",
        LayerFault.StillMounted => "Wait a moment, then try again.",
        _ => "Use the overlay2 storage driver or the containerd image store without those options.",
    };

    private static string List(IReadOnlyList<string> candidates) =>
        string.Join(", ", candidates.Take(CandidatesShown).Select(Words.Safe))
        + (candidates.Count > CandidatesShown ? $" and {Words.Count(candidates.Count - CandidatesShown)} more" : "");

    private static string Short(string name) => name.Length > 60 ? name[..60] + "…" : name;

    private static string Iso(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
