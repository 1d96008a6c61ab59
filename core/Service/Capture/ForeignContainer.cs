using SnapshotBot.Engine;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Service.Capture;

/// <summary>A container outside the server and the mount it shares with it.</summary>
internal sealed record ForeignContainer(ContainerSummary Container, string Source)
{
    /// <summary>Which of the engine's containers are up outside the server and have one of its mounts to write to.</summary>
    public static IReadOnlyList<ForeignContainer> Of(IReadOnlyList<ContainerSummary> all, InspectedServer server)
    {
        var own = server.Containers.Select(one => one.Details.Id).ToHashSet();
        var captured = server.Mounts.Where(mount => mount.LeftOut is null).ToList();
        return [.. from other in all
                   where other.Status is ContainerStatus.Running or ContainerStatus.Paused or ContainerStatus.Restarting && !own.Contains(other.Id)
                   from mount in other.Mounts
                   where !mount.IsReadOnly && captured.Any(one => Shares(one, mount))
                   group mount by other into shared
                   select new ForeignContainer(shared.Key, shared.First().VolumeName ?? shared.First().Source)];
    }

    private static bool Shares(InspectedMount mine, ContainerMount theirs)
    {
        if (mine.Volume is not null && mine.Volume == theirs.VolumeName)
            return true;
        if (theirs.Kind != MountKind.Bind || theirs.Source.Length < 2)
            return false;
        return GamePath.IsAtOrBelow(mine.Source, theirs.Source.TrimEnd('/')) || GamePath.IsAtOrBelow(theirs.Source.TrimEnd('/'), mine.Source);
    }
}
