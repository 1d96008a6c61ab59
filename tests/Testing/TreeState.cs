using System.Security.Cryptography;
using System.Text;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Testing;

/// <summary>All that can be told about a folder's files, as text by path: two folders are equal when their texts are.</summary>
public static class TreeState
{
    public static SortedDictionary<string, string> Read(string folder)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        using var root = DirectoryHandle.OpenRoot(folder);
        ReadFolder(root, [], found, []);
        return found;
    }

    /// <summary>With the folder itself, under the empty path.</summary>
    public static SortedDictionary<string, string> ReadWithTop(string folder)
    {
        var found = Read(folder);
        using var root = DirectoryHandle.OpenRoot(folder);
        found[""] = Describe(root.Status(), root.ReadAttributes()).ToString();
        return found;
    }

    /// <summary>Without sockets, which no restic restores.</summary>
    public static SortedDictionary<string, string> ReadWithoutSockets(string folder)
    {
        var found = Read(folder);
        foreach (var socket in found.Where(entry => entry.Value.StartsWith("Socket", StringComparison.Ordinal)).Select(entry => entry.Key).ToList())
        {
            found.Remove(socket);
        }

        return found;
    }

    /// <summary>Says in which entries two folders differ, and only that.</summary>
    /// <exception cref="InvalidOperationException">They differ.</exception>
    public static void ShouldBe(SortedDictionary<string, string> found, SortedDictionary<string, string> expected, string what = "")
    {
        var wrong = expected.Keys.Union(found.Keys)
            .Where(path => expected.GetValueOrDefault(path) != found.GetValueOrDefault(path))
            .Select(path => $"{path}\n  expected {expected.GetValueOrDefault(path) ?? "nothing"}\n  found    {found.GetValueOrDefault(path) ?? "nothing"}")
            .ToList();
        if (wrong.Count > 0)
        {
            throw new InvalidOperationException($"{wrong.Count} entries differ. {what}\n{string.Join('\n', wrong.Take(10))}");
        }
    }

    private static void ReadFolder(
        DirectoryHandle folder, byte[] path, SortedDictionary<string, string> found, Dictionary<FileIdentity, string> links)
    {
        var names = new List<byte[]>();
        var buffer = new byte[64 << 10];
        for (int filled; (filled = folder.ReadEntries(buffer)) > 0;)
        {
            foreach (var entry in new DirectoryEntries(buffer.AsSpan(0, filled)))
            {
                names.Add(entry.Name.ToArray());
            }
        }

        names.Sort((a, b) => a.AsSpan().SequenceCompareTo(b));
        foreach (var name in names)
        {
            byte[] below = [.. path, (byte)'/', .. name];
            folder.TryStat(name, out var status);
            var text = PathText.Show(below);
            found[text] = Describe(folder, name, status, text, links);
            // What is mounted in a folder is no part of it.
            if (status.Type == FileType.Directory && !status.IsMountRoot)
            {
                using var inner = folder.OpenDirectory(name);
                ReadFolder(inner, below, found, links);
            }
        }
    }

    private static string Describe(DirectoryHandle folder, byte[] name, FileStatus status, string path, Dictionary<FileIdentity, string> links)
    {
        if (status.IsMountRoot)
        {
            return "mounted";
        }

        var text = Describe(status, folder.ReadAttributes(name));
        if (status.Type is FileType.CharacterDevice or FileType.BlockDevice)
        {
            text.Append(" device ").Append(status.NodeDevice);
        }

        if (status.Type == FileType.SymbolicLink)
        {
            var target = new byte[4096];
            text.Append(" -> ").Append(PathText.Show(target.AsSpan(0, folder.ReadLink(name, target))));
        }

        if (status.Type == FileType.Regular)
        {
            text.Append(' ').Append(status.Size).Append(' ').Append(Hash(folder, name));
        }

        if (status.Type != FileType.Directory && status.Links > 1)
        {
            // The first name says nothing: others may lie outside, as those of an overlay's deleted files do.
            if (!links.TryAdd(status.Identity, path))
            {
                text.Append(" same as ").Append(links[status.Identity]);
            }
        }

        return text.ToString();
    }

    private static StringBuilder Describe(FileStatus status, IEnumerable<ExtendedAttribute> attributes)
    {
        var text = new StringBuilder();
        text.Append(status.Type).Append(' ').Append(Convert.ToString(status.Mode, 8)).Append(' ').Append(status.UserId).Append(':').Append(status.GroupId)
            .Append(' ').Append(status.Modified.Seconds).Append('.').Append(status.Modified.Nanoseconds.ToString("D9"));
        foreach (var attribute in attributes.OrderBy(each => Encoding.Latin1.GetString(each.Name), StringComparer.Ordinal))
        {
            text.Append(" [").Append(Encoding.Latin1.GetString(attribute.Name)).Append('=').Append(Convert.ToHexString(attribute.Value)).Append(']');
        }

        return text;
    }

    private static string Hash(DirectoryHandle folder, byte[] name)
    {
        using var file = folder.OpenFile(name, out _);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        var at = 0L;
        for (int count; (count = file.ReadAt(at, buffer)) > 0; at += count)
        {
            hash.AppendData(buffer, 0, count);
        }

        return Convert.ToHexString(hash.GetHashAndReset())[..16];
    }
}
