using System.Text;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Bot.Terminal.RepositoryCommands;

/// <summary>
/// The paths of <c>archive</c> as restic keeps them: an absolute path whole, a relative one as given, <c>.</c> and <c>..</c> as what is in
/// them. Owns the handles it opens; they stay open until the archive is done.
/// </summary>
internal sealed class ArchiveTargets : IDisposable
{
    private readonly List<DirectoryHandle> _handles = [];
    private readonly Dictionary<string, string> _sources = new(StringComparer.Ordinal);
    private readonly List<ArchiveItem> _items = [];

    public IReadOnlyList<ArchiveItem> Items => _items;

    /// <summary>The absolute paths, as the snapshot names them.</summary>
    public IReadOnlyList<string> Paths { get; private set; } = [];

    public static ArchiveTargets Open(IReadOnlyList<string> paths, string workingFolder)
    {
        var targets = new ArchiveTargets();
        try
        {
            targets.Paths = [.. paths.Select(path => Path.GetFullPath(path, workingFolder)).Select(TrimEnd).Distinct(StringComparer.Ordinal)];

            // Outermost first, in whatever order they were named: what lies in another is part of it.
            var places = paths.Select(path => (Place: PlaceOf(path), Source: TrimEnd(Path.GetFullPath(path, workingFolder)))).Distinct()
                .OrderBy(one => one.Place.Length == 0 ? 0 : 1 + one.Place.Count(letter => letter == '/')).ToList();
            foreach (var (place, source) in places)
            {
                var single = places.Count == 1;
                targets.Add(place, source, single);
            }

            return targets;
        }
        catch (FileSystemException failure)
        {
            targets.Dispose();
            throw new CommandFailedException(RepositoryFailures.NothingToArchive(PathText.Show(failure.Path.Span), failure.Message));
        }
        catch
        {
            targets.Dispose();
            throw;
        }
    }

    /// <summary>Where a path lies in the snapshot: its names, without the steps that only lead there.</summary>
    public static string PlaceOf(string path)
    {
        var names = new List<string>();
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (name == ".." && names.Count > 0)
            {
                names.RemoveAt(names.Count - 1);
            }
            else if (name is not ("." or ".."))
            {
                names.Add(name);
            }
        }

        return string.Join('/', names);
    }

    public void Dispose()
    {
        foreach (var handle in _handles)
        {
            handle.Dispose();
        }
    }

    private static string TrimEnd(string path) => path.Length > 1 ? path.TrimEnd('/') : path;

    private void Add(string place, string source, bool single)
    {
        if (place.Length == 0)
        {
            AddContents(source, single);
            return;
        }

        if (IsInsideAnother(place, source))
        {
            return;
        }

        AddWay(place, source);
        var parent = Keep(DirectoryHandle.OpenRoot(Path.GetDirectoryName(source) ?? "/"));
        var name = Encoding.UTF8.GetBytes(Path.GetFileName(source));
        if (!parent.TryStat(name, out var status))
        {
            throw new CommandFailedException(RepositoryFailures.NothingToArchive(source, "it does not exist."));
        }

        var target = Encoding.UTF8.GetBytes(place);
        _items.Add(status.Type == FileType.Directory
            ? new ArchiveItem.Folder(target, Keep(DirectoryHandle.OpenRoot(source)))
            : new ArchiveItem.Entry(target, parent, name));
    }

    private void AddContents(string source, bool single)
    {
        var folder = Keep(DirectoryHandle.OpenRoot(source));
        if (single)
        {
            _items.Add(new ArchiveItem.Folder([], folder));
            return;
        }

        // Beside other paths the root is nobody's: each entry becomes an item of its own.
        foreach (var name in NamesIn(folder))
        {
            var text = Encoding.UTF8.GetString(name);
            if (!IsInsideAnother(text, Path.Combine(source, text)) && folder.TryStat(name, out var status))
            {
                _items.Add(status.Type == FileType.Directory
                    ? new ArchiveItem.Folder(name, Keep(folder.OpenDirectory(name)))
                    : new ArchiveItem.Entry(name, folder, name));
            }
        }
    }

    private static List<byte[]> NamesIn(DirectoryHandle folder)
    {
        var names = new List<byte[]>();
        var buffer = new byte[64 * 1024];
        for (int used; (used = folder.ReadEntries(buffer)) > 0;)
        {
            foreach (var entry in new DirectoryEntries(buffer.AsSpan(0, used)))
            {
                names.Add(entry.Name.ToArray());
            }
        }

        names.Sort(static (a, b) => a.AsSpan().SequenceCompareTo(b));
        return names;
    }

    /// <summary>Owner, mode and times of the folders on the way to a path given whole.</summary>
    private void AddWay(string place, string source)
    {
        var (above, folder) = (place, source);
        while (above.LastIndexOf('/') is var slash and > 0)
        {
            above = above[..slash];
            folder = Path.GetDirectoryName(folder) ?? "/";
            if (!_sources.TryAdd(above, folder))
            {
                continue;
            }

            using var handle = DirectoryHandle.OpenRoot(folder);
            _items.Add(new ArchiveItem.Way(Encoding.UTF8.GetBytes(above), handle.Status()));
        }
    }

    /// <summary>Whether a path is part of one named before; two different places under one name can't both be kept.</summary>
    private bool IsInsideAnother(string place, string source)
    {
        foreach (var item in _items.Where(item => item is not ArchiveItem.Way))
        {
            var other = Encoding.UTF8.GetString(item.Target);
            if (place == other || place.StartsWith(other + "/", StringComparison.Ordinal))
            {
                return _sources.TryGetValue(other, out var known) && source == known + place[other.Length..]
                    ? true
                    : throw new CommandFailedException(RepositoryFailures.SamePlace(source, place));
            }
        }

        _sources[place] = source;
        return false;
    }

    private DirectoryHandle Keep(DirectoryHandle handle)
    {
        _handles.Add(handle);
        return handle;
    }
}
