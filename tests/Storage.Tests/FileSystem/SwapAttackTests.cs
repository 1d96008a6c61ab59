using Shouldly;
using SnapshotBot.Storage.FileSystem;
using Xunit;
using static SnapshotBot.Storage.Tests.FileSystem.ScratchFolder;

namespace SnapshotBot.Storage.Tests.FileSystem;

/// <summary>A game server's process swaps names while root reads: nothing from outside may be seen.</summary>
public sealed class SwapAttackTests
{
    private const int Tries = 100_000;

    [Fact]
    public void Read_DirectoryAndFileSwappedForLinks100000Times_SeesNoByteFromOutside()
    {
        using var folder = InMemory();
        using var outside = InMemory();
        File.WriteAllBytes(outside.At("level.dat"), [0xee]);
        File.WriteAllBytes(outside.At("secret"), [0xee]);
        var root = folder.Root;
        root.CreateDirectory(Bytes("world"), 0x1c0);
        root.CreateSymbolicLink(Bytes("other"), Bytes(outside.Path));
        using (var world = root.OpenDirectory(Bytes("world")))
        {
            world.CreateFile(Bytes("level.dat"), 0x180).WriteAt(0, [0x11]);
            world.CreateSymbolicLink(Bytes("fake"), Bytes(outside.At("secret")));
        }

        using var stop = new CancellationTokenSource();
        var attacker = new Thread(() => Attack(root, stop.Token)) { IsBackground = true };
        attacker.Start();
        var (read, refused) = (0, 0);
        var buffer = new byte[16];
        for (var i = 0; i < Tries; i++)
        {
            try
            {
                using var world = root.OpenDirectory(Bytes("world"));
                world.ReadSmallFile("level.dat"u8, buffer, out var status, out _).ShouldBe(1);
                buffer[0].ShouldBe((byte)0x11);
                status.Type.ShouldBe(FileType.Regular);
                read++;
            }
            catch (FileSystemException e) when (e.IsChangedUnderneath)
            {
                refused++;
            }
        }

        stop.Cancel();
        attacker.Join();
        // Both happened, or the attack was none.
        read.ShouldBeGreaterThan(Tries / 100);
        refused.ShouldBeGreaterThan(Tries / 100);
    }

    private static void Attack(DirectoryHandle root, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            root.Exchange("world"u8, root, "other"u8);
            root.Exchange("world"u8, root, "other"u8);
            using var world = root.OpenDirectory("world"u8);
            world.Exchange("level.dat"u8, world, "fake"u8);
            world.Exchange("level.dat"u8, world, "fake"u8);
        }
    }
}
