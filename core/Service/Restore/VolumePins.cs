using System.Formats.Tar;
using SnapshotBot.Engine;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Restore;

/// <summary>
/// A volume with driver options or of another driver is mounted only while a container uses it: after the stop its folder would be empty, and
/// what is written there hidden at the next start. So a helper that does nothing holds such volumes mounted from before the stop to the end.
/// </summary>
internal sealed class VolumePins(EngineConnection connection, RunState runState)
{
    /// <summary>The helper's image is one file, made here: nothing is pulled, and the game's own image may hold no program that waits.</summary>
    private static readonly ImageTag Image = ImageTag.Parse("snapshotbot-pin:1");

    /// <summary>Holds what would be unmounted by the stop. It is let go with the operation, however that ends.</summary>
    /// <exception cref="RefusedException">A volume can't be held.</exception>
    public async Task HoldAsync(RestorePlan plan, OperationContext context, CancellationToken cancellationToken)
    {
        var volumes = plan.Live.Volumes.Where(MountInspector.IsMountedOnlyInUse).Select(volume => volume.Name).ToList();
        var mounts = plan.Live.Mounts.Where(mount => mount.LeftOut is null && volumes.Exists(name => name.Value == mount.Volume)).ToList();
        if (mounts.Count == 0 || !plan.Stops)
            return;
        var engine = await connection.GetAsync(cancellationToken);
        var name = EngineName.Parse($"snapshotbot-pin-{context.Id.Value}");
        await context.Journal.WriteAsync(new VolumesPinned(name.Value, Image.ToString()), cancellationToken);
        try
        {
            if (await engine.Images.FindAsync(Image.ToString(), cancellationToken) is null)
            {
                using var root = await RootAsync((await engine.ReadInfoAsync(cancellationToken)).Architecture, mounts[0], cancellationToken);
                await engine.Images.ImportAsync(root, Image, ["ENTRYPOINT [\"/pin\"]"], cancellationToken);
            }

            var blueprint = new ContainerBlueprint
            {
                Image = Image.ToString(),
                Network = "none",
                // Read-only, so that it is no writer of the data.
                Mounts = [.. mounts.Select((mount, number) =>
                    new BlueprintMount(MountKind.Volume, mount.Volume!, $"/held/{number}", MountAccess.ReadOnly))],
            };

            // Not the caller's token: a making given up could still happen after it was taken back.
            var id = await engine.Containers.CreateAsync(blueprint.ToDefinition(), name, CancellationToken.None);
            await runState.EnsureRunningAsync(id, paused: false, CancellationToken.None);
        }
        catch (EngineException)
        {
            throw Unreachable(mounts[0]);
        }
    }

    private static async Task<MemoryStream> RootAsync(string architecture, InspectedMount mount, CancellationToken cancellationToken)
    {
        var program = PauseProgram.For(architecture) ?? throw Unreachable(mount);
        var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
        {
            await writer.WriteEntryAsync(
                new PaxTarEntry(TarEntryType.RegularFile, "pin") { Mode = (UnixFileMode)0b111_101_101, DataStream = new MemoryStream(program) }, cancellationToken);
        }

        tar.Position = 0;
        return tar;
    }

    private static RefusedException Unreachable(InspectedMount mount) =>
        new(new Refusal.MountUnreachable(mount.Uses[0].Container, mount.Uses[0].Target, mount.Volume!));
}
