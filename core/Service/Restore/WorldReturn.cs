using System.Text;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Games;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Staging;

namespace SnapshotBot.Service.Restore;

/// <summary>
/// Takes out of a world that was swapped back what the restored game wrote into it: files that are equal in both worlds were not swapped, and
/// names the game made new are in no manifest. A database's log left beside the database of before would be read into it. So the world is
/// compared with the safety snapshot and brought to exactly that. Needs no manifest: the goal does not move, so after a kill at any instant it
/// is done again from what is there.
/// </summary>
internal sealed class WorldReturn(RepositoryAccess access, HostFiles files, GameFinder games, DataFolder data)
{
    /// <summary>Where a world that is kept lies on the host: all that is staged beside or in when it is brought back.</summary>
    public static IEnumerable<string> Places(InspectedServer live) =>
    [
        .. live.Mounts.Where(mount => mount.LeftOut is null).Select(mount => mount.IsFile ? HostFiles.Parent(mount.Source) : mount.Source),
        .. live.Containers.Select(container => container.Layer.Upper).OfType<string>(),
    ];

    /// <summary>Brings the world to the safety snapshot. Nothing may run in it, and the staging folders' facts must be in the journal.</summary>
    /// <exception cref="WorldNotReturnedException">It could not be done now; what was done stays, and it may be done again.</exception>
    public async Task ReturnAsync(WorldBefore before, OperationId operation, CancellationToken cancellationToken)
    {
        try
        {
            // Only reading: a full disk has no room for a lock, and what a snapshot names nobody removes.
            await using var session = await access.ReadAsync(cancellationToken);
            var root = new TreeId(ObjectId.Parse(before.Tree));
            var document = await SnapshotDocuments.ReadAsync(session, root, cancellationToken);
            var leftOut = LeftOutPaths.Of(games.Of(document), document, []);
            using var staging = new TreeStaging(
                session, new StagingSource(root, document, OwnPlaces.Find(data, access), RoomTaken.All), files, operation, (_, _) => Task.CompletedTask, told: null);

            // One after the other: a bind mount may lie in another one, and what was put right there does not differ here any more.
            foreach (var tree in Trees(document, before))
                Swap(await staging.StageAsync([RestorePlanner.Spare(tree, document, leftOut)], cancellationToken));
        }
        catch (RefusedException refused) when (refused.Refusal is Refusal.NoSpace room)
        {
            throw new WorldNotReturnedException(before.Snapshot, $"{room.Path} needs {room.Needed} bytes and has {room.Free} free.", refused);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw new WorldNotReturnedException(before.Snapshot, error.Message, error);
        }
    }

    private static IEnumerable<PlannedTree> Trees(ServerDocument document, WorldBefore before)
    {
        foreach (var mount in document.Mounts.Where(mount => mount.Folder is not null))
        {
            yield return mount.File is { } file
                ? new PlannedTree(mount.Folder!, HostFiles.Parent(mount.Source), PathSelection.Of([Encoding.UTF8.GetBytes(file)]), mount, null)
                : new PlannedTree(mount.Folder!, mount.Source, PathSelection.All, mount, null);
        }

        foreach (var container in document.Containers.Where(one => one.Layer is not null))
        {
            if (before.Layers.FirstOrDefault(one => one.Container == container.Name) is { } layer)
                yield return new PlannedTree(container.Layer!, layer.Upper, PathSelection.All, null, container.Name);
        }
    }

    private void Swap(IReadOnlyList<StageOutcome.Staged> staged)
    {
        var manifest = new SwapManifest([.. staged.Select(one => one.Tree).Where(tree => tree.Entries.Count > 0)]);
        if (new Swapper(manifest, files.OpenFolder).Run(CancellationToken.None) is SwapOutcome.TakenBack { Reason: { } reason })
            throw reason;
    }
}

/// <summary>The files of before are back, and what the restored game wrote beside them is not out yet.</summary>
internal sealed class WorldNotReturnedException(string snapshot, string why, Exception reason) : Exception(
    "The files of before the restore are back in their places, but what the restored game wrote beside them could not be taken out yet: "
    + $"{why} The server stays stopped, for the game could mix both worlds; the world of before is whole in snapshot {snapshot}.", reason);
