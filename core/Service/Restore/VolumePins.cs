using SnapshotBot.Engine;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Service.Restore;

/// <summary>
/// A volume with driver options or of another driver is mounted only while a container uses it: after the stop its folder would be empty, and
/// what is written there hidden at the next start. So a helper that does nothing holds such volumes mounted from before the stop to the end.
/// </summary>
internal sealed class VolumePins(Helpers helpers)
{
    /// <summary>Holds what would be unmounted by the stop.</summary>
    /// <exception cref="RefusedException">A volume can't be held.</exception>
    public async Task HoldAsync(RestorePlan plan, OperationContext context, CancellationToken cancellationToken)
    {
        var volumes = plan.Live.Volumes.Where(MountInspector.IsMountedOnlyInUse).Select(volume => volume.Name).ToList();
        var mounts = plan.Live.Mounts.Where(mount => mount.LeftOut is null && volumes.Exists(name => name.Value == mount.Volume)).ToList();
        if (mounts.Count == 0 || !plan.Stops)
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
