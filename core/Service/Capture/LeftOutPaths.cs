using System.Text;
using SnapshotBot.Service.Games;

namespace SnapshotBot.Service.Capture;

/// <summary>Paths that the game's profile leaves out, told by where they are in a snapshot.</summary>
internal sealed class LeftOutPaths
{
    private readonly Func<string, bool> _isLeftOut;
    private readonly List<(byte[] Folder, string Target)> _places;

    private LeftOutPaths(Func<string, bool> isLeftOut, List<(byte[] Folder, string Target)> places)
    {
        _isLeftOut = isLeftOut;
        _places = places;
    }

    /// <summary>Null when the game leaves nothing out, which is asked of every entry.</summary>
    public static LeftOutPaths? Of(Game game, IReadOnlyList<DocumentMount> mounts)
    {
        if (game.Profile.LeaveOut.Count == 0 || game.Container is not { } container)
            return null;
        var places = from mount in mounts
                     where mount.Folder is not null && mount.File is null
                     from use in mount.Uses
                     where use.Container == container.Name
                     select (Encoding.UTF8.GetBytes(mount.Folder!), use.Target.TrimEnd('/'));
        return new(game.IsLeftOut, [.. places, (Encoding.UTF8.GetBytes(SnapshotLayout.LayerFolder(container.Name)), "")]);
    }

    /// <summary>Whether the entry at this path of the snapshot is left out.</summary>
    public bool Contains(ReadOnlySpan<byte> path)
    {
        foreach (var (folder, target) in _places)
        {
            if (path.StartsWith(folder) && path.Length > folder.Length && path[folder.Length] == (byte)'/' && _isLeftOut(target + Encoding.UTF8.GetString(path[folder.Length..])))
                return true;
        }

        return false;
    }
}
