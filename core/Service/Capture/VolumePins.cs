using SnapshotBot.Engine;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Restore;

namespace SnapshotBot.Service.Capture;

/// <summary>
/// A volume with driver options or of another driver is mounted only while a container uses it: of a server that stands its folder would be empty,
/// and what is written there hidden at the next start. So a helper that does nothing holds such volumes mounted, to the end of the operation.
/// </summary>
internal sealed class VolumePins(Helpers helpers)
{
    /// <summary>Holds what a stop of the server would unmount.</summary>
    /// <exception cref="RefusedException">A volume can't be held.</exception>
    public Task HoldAsync(InspectedServer server, OperationContext context, CancellationToken cancellationToken)
    {
        var volumes = server.Volumes.Where(MountInspector.IsMountedOnlyInUse).Select(volume => volume.Name).ToList();
        return HoldAsync([.. server.Mounts.Where(mount => mount.LeftOut is null && volumes.Exists(name => name.Value == mount.Volume))], context, cancellationToken);
    }

    /// <summary>Mounts volumes, if they are not, and holds them.</summary>
    /// <exception cref="RefusedException">One can't be held.</exception>
    public async Task HoldAsync(IReadOnlyList<InspectedMount> mounts, OperationContext context, CancellationToken cancellationToken)
    {
        if (mounts.Count == 0)
            return;
        try
        {
            // Read-only, so that it is no writer of the data.
            await helpers.StartAsync(
                "pin",
                [.. mounts.Select((mount, number) => new BlueprintMount(MountKind.Volume, mount.Volume!, $"/held/{number}", MountAccess.ReadOnly))],
                context,
                cancellationToken);
        }
        catch (EngineException)
        {
            throw new RefusedException(new Refusal.MountUnreachable(mounts[0].Uses[0].Container, mounts[0].Uses[0].Target, mounts[0].Volume!));
        }
    }
}

/// <summary>Holds volumes that are not mounted now; who only looks has none, for it would change something.</summary>
internal delegate Task HoldVolumes(IReadOnlyList<InspectedMount> hidden, CancellationToken cancellationToken);
