using System.Text;
using SnapshotBot.Service.Games;

namespace SnapshotBot.Service.Capture;

/// <summary>Paths that the game's profile or people leave out of a server's snapshots, told by where they are in a snapshot.</summary>
internal sealed class LeftOutPaths
{
    private readonly List<Place> _places;

    private LeftOutPaths(List<Place> places) => _places = places;

    /// <summary>Null when nothing is left out, which is asked of every entry.</summary>
    /// <param name="game">The game: its profile's paths are those of the game's own container.</param>
    /// <param name="ignored">Patterns of people's own, of every container.</param>
    /// <param name="containers">The containers' names.</param>
    /// <param name="mounts">Where they see what.</param>
    public static LeftOutPaths? Of(Game game, IReadOnlyList<string> ignored, IEnumerable<string> containers, IReadOnlyList<DocumentMount> mounts)
    {
        var places = new List<Place>();
        if (game.Profile.LeaveOut.Count > 0 && game.Container is { } container)
            places.AddRange(PlacesOf(container.Name, mounts, game.IsLeftOut));
        if (ignored.Count > 0)
            places.AddRange(containers.SelectMany(name => PlacesOf(name, mounts, new PathPatterns(ignored).Fit)));
        return places.Count == 0 ? null : new(places);
    }

    /// <summary>Of a snapshot there is: what it left out, and what is left out by now.</summary>
    public static LeftOutPaths? Of(Game game, ServerDocument document, IReadOnlyList<string> ignoredNow) =>
        Of(game, [.. (document.Server.Ignored ?? []).Union(ignoredNow, StringComparer.Ordinal)], document.Containers.Select(one => one.Name), document.Mounts);

    /// <summary>Whether the entry at this path of the snapshot is left out.</summary>
    public bool Contains(ReadOnlySpan<byte> path)
    {
        foreach (var place in _places)
        {
            if (path.StartsWith(place.Folder) && path.Length > place.Folder.Length && path[place.Folder.Length] == (byte)'/'
                && place.IsLeftOut(place.Target + Encoding.UTF8.GetString(path[place.Folder.Length..])))
                return true;
        }

        return false;
    }

    private static IEnumerable<Place> PlacesOf(string container, IReadOnlyList<DocumentMount> mounts, Func<string, bool> isLeftOut)
    {
        var seen = from mount in mounts
                   where mount.Folder is not null && mount.File is null
                   from use in mount.Uses
                   where use.Container == container
                   select new Place(Encoding.UTF8.GetBytes(mount.Folder!), use.Target.TrimEnd('/'), isLeftOut);
        return seen.Append(new Place(Encoding.UTF8.GetBytes(SnapshotLayout.LayerFolder(container)), "", isLeftOut));
    }

    /// <summary>A folder of the snapshot, and where the container sees it.</summary>
    private sealed record Place(byte[] Folder, string Target, Func<string, bool> IsLeftOut);
}
