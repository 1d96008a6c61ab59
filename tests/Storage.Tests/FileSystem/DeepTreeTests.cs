using Shouldly;
using SnapshotBot.Storage.FileSystem;
using Xunit;
using static SnapshotBot.Storage.Tests.FileSystem.ScratchFolder;

namespace SnapshotBot.Storage.Tests.FileSystem;

public sealed class DeepTreeTests
{
    private const int Levels = 1_200;

    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    public void Stack_1200LevelsDownAndUp_HoldsFewHandlesAndSeesEachLevel(int nameLength)
    {
        using var folder = InMemory();
        var name = Enumerable.Repeat((byte)'d', nameLength).ToArray();
        using var stack = new DirectoryStack(folder.Root);
        var inodes = new List<ulong>();
        var handlesBefore = OpenHandles();
        for (var level = 0; level < Levels; level++)
        {
            stack.Current.CreateDirectory(name, 0x1c0);
            stack.Push(name);
            inodes.Add(stack.Current.Status().Inode);
        }

        // Other tests run beside this one; 1,200 would still show.
        (OpenHandles() - handlesBefore).ShouldBeLessThan(200);
        stack.Path.Length.ShouldBe(((nameLength + 1) * Levels) - 1);
        for (var level = Levels - 1; level >= 0; level--)
        {
            stack.Depth.ShouldBe(level + 1);
            stack.Current.Status().Inode.ShouldBe(inodes[level]);
            stack.Pop();
        }

        stack.Path.Length.ShouldBe(0);
        stack.Current.ShouldBeSameAs(folder.Root);
        TreeRemover.Remove(folder.Root, name, CancellationToken.None);
        folder.Root.TryStat(name, out _).ShouldBeFalse();
    }

    [Fact]
    public void Push_NothingThere_StaysWhereItIs()
    {
        using var folder = InMemory();
        folder.Root.CreateDirectory(Bytes("a"), 0x1c0);
        using var stack = new DirectoryStack(folder.Root);
        stack.Push("a"u8);
        Should.Throw<FileSystemException>(() => stack.Push("b"u8)).IsNotFound.ShouldBeTrue();
        stack.Path.SequenceEqual("a"u8).ShouldBeTrue();
        stack.Depth.ShouldBe(1);
    }

    [Fact]
    public void Remove_TreeWithLinkToOutside_LeavesOutsideAlone()
    {
        using var folder = OnDisk();
        using var outside = OnDisk();
        File.WriteAllBytes(outside.At("keep"), [1]);
        folder.Root.CreateDirectory(Bytes("tree"), 0x1c0);
        using (var tree = folder.Root.OpenDirectory(Bytes("tree")))
        {
            tree.CreateSymbolicLink(Bytes("link"), Bytes(outside.Path));
            tree.CreateNode(Bytes("fifo"), FileType.Fifo, 0x180, 0);
            for (var i = 0; i < 3_000; i++)
            {
                tree.CreateFile(Bytes($"file-with-a-rather-long-name-{i}"), 0x180).Dispose();
                if (i % 10 == 0)
                {
                    tree.CreateDirectory(Bytes($"dir{i}"), 0x1c0);
                }
            }
        }

        TreeRemover.Remove(folder.Root, Bytes("tree"), CancellationToken.None);
        folder.Root.TryStat(Bytes("tree"), out _).ShouldBeFalse();
        File.Exists(outside.At("keep")).ShouldBeTrue();
    }

    private static int OpenHandles() => Directory.GetFiles("/proc/self/fd").Length;
}
