namespace SnapshotBot.Bot.Presentation;

/// <summary>What may go wrong with a repository, in words.</summary>
internal static class RepositoryFailures
{
    public static Failure BadLocation(string problem) => new(
        ExitCode.BadInput, "bad-repository", problem, "Name it with --repository or SNAPSHOTBOT_REPOSITORY.");

    public static Failure NoPassword() => new(
        ExitCode.BadInput, "no-password", "No password for the repository was given. Nothing was read or changed.",
        "Give --password-file FILE, or set SNAPSHOTBOT_REPOSITORY_PASSWORD or SNAPSHOTBOT_REPOSITORY_PASSWORD_FILE.");

    public static Failure UnreadablePasswordFile(string file, string why) => new(
        ExitCode.BadInput, "no-password", $"The password file {Words.Safe(file)} can't be read: {Words.Safe(why)} Nothing was changed.",
        "Check the path and who may read it.");

    public static Failure NoPasswordInFile(string file) => new(
        ExitCode.BadInput, "no-password", $"The password file {Words.Safe(file)} holds no password. Nothing was changed.",
        "Put the password into it, on one line.");

    public static Failure WrongPassword(string message) => new(
        ExitCode.BadInput, "wrong-password", message,
        "Check --password-file or SNAPSHOTBOT_REPOSITORY_PASSWORD; restic's password for this repository is the same one.");

    public static Failure UnknownVersion(int version) => new(
        ExitCode.BadInput, "repository-version",
        $"The repository has format version {version}; this program knows 1 and 2. Nothing was changed.",
        "Use a newer snapshotbot, or the restic that made it.");

    public static Failure NoRepository(string message) => new(
        ExitCode.NotFound, "no-repository", message, "Make one with 'repository init', or name another with --repository.");

    public static Failure AlreadyThere(string message) => new(
        ExitCode.Refused, "already-exists", message, "Use it as it is, or name another place with --repository.");

    public static Failure Damaged(string message) => new(
        ExitCode.Failed, "repository-damaged", $"The repository is damaged: {Words.Safe(message)} Nothing was changed.",
        "'repository check --read-data' names everything that is affected; what it does not name still restores.");

    public static Failure NoSpace(string message) => new(
        ExitCode.Refused, "no-space", $"{Words.Safe(message)} Snapshots kept before are whole; the unfinished one does not count.",
        "Free some space, then run the same command again. 'repository prune' removes what a failed run left.");

    public static Failure ReadOnly(string message) => new(
        ExitCode.Refused, "repository-read-only", $"{Words.Safe(message)} What is kept there is whole.",
        "Make the place writable for this user, or choose another.");

    public static Failure ReadOnlyFiles(string message) => new(
        ExitCode.Refused, "read-only", $"{Words.Safe(message)} What is kept in the repository is whole.",
        "Make the place writable for this user, or choose another.");

    public static Failure Unreachable(string message) => new(
        ExitCode.Failed, "repository-unreachable", $"{Words.Safe(message)} What was kept there before is whole.",
        "Check that the server runs and that the address is right, then try again.");

    public static Failure Broken(string message) => new(
        ExitCode.Failed, "repository-broken", $"{Words.Safe(message)} What was kept before is not changed.",
        "Check the disk, then run 'repository check'.");

    public static Failure BrokenFiles(string message) => new(
        ExitCode.Failed, "file-error", $"{Words.Safe(message)} What is kept in the repository is whole.", "Check the disk, then run the same command again.");

    public static Failure Locked(string message) => new(ExitCode.Refused, "repository-locked", Words.Safe(message), null);

    public static Failure LockLost(string message) => new(ExitCode.Failed, "repository-lock-lost", Words.Safe(message), null);

    public static Failure NoSuchFile(string message) => new(
        ExitCode.NotFound, "not-found", $"{Words.Safe(message)} Nothing was changed.", "Check the path.");

    public static Failure NoSuchSnapshot(string name) => new(
        ExitCode.NotFound, "not-found", $"There is no snapshot '{Words.Safe(name)}' in the repository. Nothing was changed.",
        "'repository snapshots' lists all of them.");

    public static Failure AmbiguousSnapshot(string prefix, IReadOnlyList<string> candidates) => new(
        ExitCode.BadInput, "ambiguous",
        $"'{Words.Safe(prefix)}' could be any of {Words.Count(candidates.Count)} snapshots: {string.Join(", ", candidates.Take(8))}"
        + (candidates.Count > 8 ? ", ..." : "") + ". Nothing was changed.",
        "Give more digits.");

    public static Failure NoSuchPath(string snapshot, string path) => new(
        ExitCode.NotFound, "not-found", $"Snapshot {snapshot} holds no '{Words.Safe(path)}'. Nothing was changed.",
        "'repository ls' shows what it holds.");

    public static Failure NoFolder(string snapshot, string path) => new(
        ExitCode.BadInput, "not-a-folder", $"'{Words.Safe(path)}' of snapshot {snapshot} is no folder. Nothing was changed.",
        "Name a folder of the snapshot.");

    public static Failure NothingToArchive(string path, string why) => new(
        ExitCode.NotFound, "not-found", $"'{Words.Safe(path)}' can't be archived: {Words.Safe(why)} No snapshot was made.",
        "Check the path.");

    public static Failure SamePlace(string path, string place) => new(
        ExitCode.BadInput, "usage", $"'{Words.Safe(path)}' would lie at '{Words.Safe(place)}' in the snapshot, where another path lies. No snapshot was made.",
        "Give both as absolute paths.");

    public static Failure SnapshotLocked(string id) => new(
        ExitCode.Refused, "snapshot-locked", $"Snapshot {id} is locked, so it can't be forgotten. Nothing was changed.",
        "Unlock it first: snapshotbot snapshot unlock ID.");

    public static Failure NothingLeft(string host, IReadOnlyList<string> paths, int count) => new(
        ExitCode.Refused, "nothing-left",
        $"This policy would forget all {Words.Count(count)} snapshots of {Words.Safe(host)} {Words.Safe(string.Join(' ', paths))}. Nothing was changed.",
        "Keep at least one, as in --keep-last 1, or name the snapshots to forget by their ids.");

    public static Failure NotPruned(IReadOnlyList<string> reasons) => new(
        ExitCode.Failed, "repository-damaged",
        $"Not pruned, because something is damaged: {Words.Safe(string.Join(" ", reasons.Take(5)))}"
        + (reasons.Count > 5 ? $" And {Words.Count(reasons.Count - 5)} more." : "") + " Nothing was changed.",
        "Run 'repository check' to see all of it, and keep a copy of the repository before you repair anything.");

    public static Failure NothingToKeep() => new(
        ExitCode.Refused, "no-snapshots", "The repository shows no snapshot, so pruning would remove everything. Nothing was changed.",
        "If it should be empty, delete its folder by hand. If not, look why its snapshots can't be seen.");

    public static Failure NoPolicy() => new(
        ExitCode.BadInput, "usage", "Without a policy forget would keep nothing, so it does nothing.",
        "Say what to keep, as in --keep-last 7 --keep-daily 14, or name the snapshots to forget.");
}
