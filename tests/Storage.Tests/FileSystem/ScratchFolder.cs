using System.Text;
using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Storage.Tests.FileSystem;

/// <summary>An empty folder of its own for one test, removed afterwards with whatever the test made of it.</summary>
internal sealed class ScratchFolder : IDisposable
{
    private readonly DirectoryHandle _parent;
    private readonly byte[] _name;

    private ScratchFolder(string parent)
    {
        _name = Encoding.ASCII.GetBytes($"sb-{Guid.NewGuid():n}");
        _parent = DirectoryHandle.OpenRoot(parent);
        _parent.CreateDirectory(_name, 0x1c0);
        Path = System.IO.Path.Combine(parent, Encoding.ASCII.GetString(_name));
        Root = DirectoryHandle.OpenRoot(Path);
    }

    public string Path { get; }

    public DirectoryHandle Root { get; }

    public static bool IsRoot => Environment.UserName == "root";

    public static ScratchFolder OnDisk() => new(System.IO.Path.GetTempPath());

    public static ScratchFolder In(string folder) => new(folder);

    public static ScratchFolder InMemory() => new("/dev/shm");

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>A path in the folder, for System.IO.</summary>
    public string At(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        Root.Dispose();
        TreeRemover.Remove(_parent, _name, CancellationToken.None);
        _parent.Dispose();
    }
}
