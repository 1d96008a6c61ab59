using System.Net.Sockets;
using System.Text;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Testing;

namespace SnapshotBot.Interop.Tests.Support;

/// <summary>Folders to be kept: one with an entry of every kind there is, and its changes over time.</summary>
public static class World
{
    private static readonly UnixTime Old = new(1_000_000_000, 123_456_789);

    /// <summary>An entry of every kind, with owners, modes, times and attributes of its own.</summary>
    public static void Create(string path, int seed)
    {
        Directory.CreateDirectory(path);
        var random = new Random(seed);
        using var root = DirectoryHandle.OpenRoot(path);
        root.CreateDirectory("data"u8, 0x1ED);
        using (var data = root.OpenDirectory("data"u8))
        {
            CreateFiles(data, random);
        }

        CreateNames(root, random);
        CreateNodes(root, path);
        CreateAttributes(root, random);
        root.CreateDirectory("empty"u8, 0x1C0);
        root.SetTimes("empty"u8, Old, Old);
        CreateDeep(root);
    }

    /// <summary>Adds, changes, renames and removes as an hour of play would.</summary>
    public static void Play(string path, int seed)
    {
        var random = new Random(seed);
        using var root = DirectoryHandle.OpenRoot(path);
        using var data = root.OpenDirectory("data"u8);
        Write(data, Encoding.UTF8.GetBytes($"new-{seed}"), Bytes(random, 70_000), 0x1A4);
        using (var large = data.OpenFileForWriting("large"u8, out var status))
        {
            for (var i = 0; i < 5; i++)
            {
                large.WriteAt(random.NextInt64(status.Size - 4096), Bytes(random, 4096));
            }
        }

        data.RemoveFileIfThere(Encoding.UTF8.GetBytes($"new-{seed - 3}"));
        data.SetMode("small"u8, seed % 2 == 0 ? 0x1A4u : 0x180u);
        data.RemoveFileIfThere("turning"u8);
        data.RemoveFileIfThere("link"u8);
        if (seed % 2 == 0)
        {
            data.CreateSymbolicLink("turning"u8, Encoding.UTF8.GetBytes($"target {seed}"));
        }
        else
        {
            Write(data, "turning"u8, Bytes(random, 100), 0x1A4);
        }
    }

    /// <summary>A plain folder with so many files of about so many bytes, for work that takes a while.</summary>
    public static void CreateMany(string path, int files, int bytes, int seed)
    {
        Directory.CreateDirectory(path);
        var random = new Random(seed);
        using var root = DirectoryHandle.OpenRoot(path);
        for (var i = 0; i < files; i++)
        {
            Write(root, Encoding.UTF8.GetBytes($"file-{i}"), Bytes(random, random.Next(bytes / 2, bytes * 3 / 2)), 0x1A4);
        }
    }

    private static void CreateFiles(DirectoryHandle data, Random random)
    {
        Write(data, "nothing"u8, [], 0x1A4);
        Write(data, "small"u8, "hello"u8.ToArray(), 0x180);
        Write(data, "large"u8, Bytes(random, 3_000_000), 0x1A4);
        Write(data, "text"u8, Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 60_000).Select(line => $"line {line} of the log"))), 0x1A4);
        Write(data, "zeros"u8, new byte[3_000_000], 0x1A4);
        Write(data, "setuid"u8, Bytes(random, 10), 0xDED); // 06755
        Write(data, "readonly"u8, Bytes(random, 10), 0x100);
        data.SetTimes("readonly"u8, Old, Old);
        Write(data, "owned"u8, Bytes(random, 10), 0x1A4);
        data.SetOwner("owned"u8, 12345, 54321);
        data.CreateHardLink("hard"u8, data, "small"u8);
        using var sparse = data.CreateFile("sparse"u8, 0x1A4);
        sparse.Truncate(12_000_000);
        sparse.WriteAt(9_000_000, Bytes(random, 5000));
    }

    private static void CreateNames(DirectoryHandle root, Random random)
    {
        root.CreateDirectory("names"u8, 0x3FF); // 01777
        using var names = root.OpenDirectory("names"u8);
        byte[][] odd =
        [
            [0xFF, 0xFE, (byte)'x'], "new\nline"u8.ToArray(), "tab\tquote\"back\\slash"u8.ToArray(), "ünïcödé 🎮"u8.ToArray(), " spaces "u8.ToArray(),
            "-rf"u8.ToArray(), [0x01, 0x7F, 0x80], "<&>\u2028"u8.ToArray(), Encoding.ASCII.GetBytes(new string('n', 255)),
            [.. Enumerable.Range(0, 127).SelectMany(_ => new byte[] { 0xC3, 0x28 })], "%s*?[a]"u8.ToArray(), "..."u8.ToArray(),
        ];
        foreach (var name in odd)
        {
            Write(names, name, Bytes(random, 100), 0x1A4);
        }

        names.CreateSymbolicLink([0xC3, (byte)'l'], [0xFF, (byte)'/', 0xFE]);
        names.CreateSymbolicLink("dangling"u8, "/does/not/exist"u8);
        names.CreateSymbolicLink("long"u8, Encoding.ASCII.GetBytes(new string('t', 4000)));
        names.SetOwner("long"u8, 7, 8);
        names.SetTimes("long"u8, Old, Old);
    }

    private static void CreateNodes(DirectoryHandle root, string path)
    {
        root.CreateDirectory("nodes"u8, 0x1ED);
        using var nodes = root.OpenDirectory("nodes"u8);
        nodes.CreateNode("fifo"u8, FileType.Fifo, 0x180, 0);
        nodes.CreateNode("null"u8, FileType.CharacterDevice, 0x1B6, FileStatus.MakeDevice(1, 3));
        nodes.CreateNode("loop"u8, FileType.BlockDevice, 0x1B0, FileStatus.MakeDevice(7, 300));
        nodes.SetOwner("loop"u8, 0, 6);
        nodes.SetTimes("fifo"u8, Old, Old);

        // A socket's address is short, so it is made with a short name where the tests' folder allows and moved.
        var address = Path.Combine(Path.GetTempPath(), $"s{Environment.ProcessId}-{Random.Shared.Next(1_000_000)}");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(address));
        File.Move(address, Path.Combine(path, "nodes", "socket"));
    }

    private static void CreateAttributes(DirectoryHandle root, Random random)
    {
        root.CreateDirectory("attributes"u8, 0x1ED);
        using var folder = root.OpenDirectory("attributes"u8);
        Write(folder, "file"u8, Bytes(random, 100), 0x1A4);
        folder.SetAttribute("file"u8, "user.note"u8, "a note"u8);
        folder.SetAttribute("file"u8, "user.binary"u8, [0, 1, 2, 255]);
        folder.SetAttribute("file"u8, "user.empty"u8, []);
        folder.SetAttribute("file"u8, "system.posix_acl_access"u8, PosixAttributes.AccessList(0x1A4, user: 1000));
        folder.CreateDirectory("inherits"u8, 0x1ED);
        folder.SetAttribute("inherits"u8, "system.posix_acl_default"u8, PosixAttributes.AccessList(0x1ED, user: 1000));
        folder.SetAttribute("inherits"u8, "user.note"u8, "of a folder"u8);
    }

    private static void CreateDeep(DirectoryHandle root)
    {
        root.CreateDirectory("deep"u8, 0x1ED);
        var at = root.OpenDirectory("deep"u8);
        for (var level = 0; level < 60; level++)
        {
            var name = Encoding.UTF8.GetBytes($"level {level}");
            at.CreateDirectory(name, 0x1ED);
            var next = at.OpenDirectory(name);
            at.Dispose();
            at = next;
        }

        Write(at, "bottom"u8, "down here"u8.ToArray(), 0x1A4);
        at.Dispose();
    }

    private static byte[] Bytes(Random random, int count)
    {
        var content = new byte[count];
        random.NextBytes(content);
        return content;
    }

    private static void Write(DirectoryHandle folder, ReadOnlySpan<byte> name, byte[] content, uint mode)
    {
        folder.RemoveFileIfThere(name);
        using var file = folder.CreateFile(name, 0x180);
        file.WriteAt(0, content);
        file.SetMode(mode);
    }
}
