using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Tests.FileSystem;
using SnapshotBot.Testing;
using static SnapshotBot.Storage.Tests.FileSystem.ScratchFolder;

namespace SnapshotBot.Storage.Tests.Staging;

/// <summary>A world as a snapshot keeps it, and the same world played on until every kind of difference is there.</summary>
internal static class SwapWorlds
{
    public static void MakeSnapshot(ScratchFolder folder)
    {
        var root = folder.Root;
        File.WriteAllBytes(folder.At("changed"), RandomBytes(200_000));
        File.WriteAllBytes(folder.At("unchanged"), [1, 2, 3, 4]);
        File.WriteAllText(folder.At("mode"), "same content");
        root.SetMode("mode"u8, 0x1a0);
        root.CreateDirectory("dir"u8, 0x1ed);
        File.WriteAllText(folder.At("dir/inner"), "inner of the snapshot");
        Directory.CreateDirectory(folder.At("added-dir/deep"));
        File.WriteAllText(folder.At("added-dir/deep/file"), "deep");
        File.WriteAllText(folder.At("first-name"), "linked");
        root.CreateHardLink("second-name"u8, root, "first-name"u8);
        using (var deep = root.OpenBeneath("added-dir/deep"u8))
        {
            deep.CreateHardLink("third-name"u8, root, "first-name"u8);
            deep.CreateNode("fifo"u8, FileType.Fifo, 0x180, 0);
            deep.SetTimes(new(5, 5), new(6, 6));
        }

        root.CreateSymbolicLink("link"u8, "target of the snapshot"u8);
        File.WriteAllText(folder.At("was-dir"), "a file");
        root.CreateDirectory("was-file"u8, 0x1c0);
        File.WriteAllText(folder.At("was-file/x"), "x");
        using var dir = root.OpenDirectory("dir"u8);
        dir.SetTimes(new(1000, 1), new(2000, 2));
        MakeAttributes(root, folder.At("attributes"), of: 1);
    }

    public static void MakeLive(string path, DirectoryHandle root)
    {
        File.WriteAllText(Path.Combine(path, "changed"), "other");
        File.WriteAllBytes(Path.Combine(path, "unchanged"), [1, 2, 3, 4]);
        File.WriteAllText(Path.Combine(path, "mode"), "same content");
        root.CreateDirectory("dir"u8, 0x1c0);
        File.WriteAllText(Path.Combine(path, "dir/inner"), "played on");
        File.WriteAllText(Path.Combine(path, "dir/since"), "made since");
        File.WriteAllText(Path.Combine(path, "removed"), "made since");
        Directory.CreateDirectory(Path.Combine(path, "removed-dir/deep"));
        File.WriteAllText(Path.Combine(path, "removed-dir/deep/file"), "made since");
        File.WriteAllText(Path.Combine(path, "first-name"), "linked");
        File.WriteAllText(Path.Combine(path, "second-name"), "no longer linked");
        root.CreateSymbolicLink("link"u8, "/etc"u8);
        root.CreateDirectory("was-dir"u8, 0x1ed);
        File.WriteAllText(Path.Combine(path, "was-dir/inside"), "inside");
        File.WriteAllText(Path.Combine(path, "was-file"), "a file now");
        MakeAttributes(root, Path.Combine(path, "attributes"), of: 2);
    }

    public static byte[] RandomBytes(int length)
    {
        var bytes = new byte[length];
        Random.Shared.NextBytes(bytes);
        return bytes;
    }

    /// <summary>What a file carries beside its content; the second time the same entries with other ones, and nothing else about them.</summary>
    private static void MakeAttributes(DirectoryHandle root, string path, byte of)
    {
        root.CreateDirectory("attributes"u8, 0x1ed);
        using var folder = root.OpenDirectory("attributes"u8);
        foreach (var name in (string[])["note", "list", "gains", "loses", "nanosecond", "capable", "owned"])
            File.WriteAllText(Path.Combine(path, name), name);
        folder.CreateDirectory("inherits"u8, 0x1ed);
        File.WriteAllText(Path.Combine(path, "inherits", "replaced"), of == 1 ? "by the snapshot's" : "played on");
        folder.SetAttribute("note"u8, "user.note"u8, [of]);
        folder.SetAttribute("list"u8, "system.posix_acl_access"u8, PosixAttributes.AccessList(0x1a4, user: 1000u + of));
        folder.SetAttribute("inherits"u8, "system.posix_acl_default"u8, PosixAttributes.AccessList(0x1ed, user: 1000u + of));
        folder.SetAttribute("inherits"u8, "user.empty"u8, []);
        folder.SetAttribute(of == 1 ? "gains"u8 : "loses"u8, "user.note"u8, "there"u8);
        foreach (var name in (string[])["note", "list", "gains", "loses", "capable", "owned"])
            folder.SetTimes(Bytes(name), new(3, 3), new(4, 123_456_789));
        folder.SetTimes("nanosecond"u8, new(3, 3), new(4, 123_456_788 + of));
        if (IsRoot)
        {
            // Setting an owner takes away both of these: the order counts.
            folder.SetOwner("owned"u8, 1000u + of, 7);
            folder.SetMode("owned"u8, 0x9ed);
            folder.SetOwner("capable"u8, 1000u + of, 7);
            folder.SetAttribute("capable"u8, "security.capability"u8, PosixAttributes.BindsLowPorts);
        }

        folder.SetTimes(new(5, 5), new(6, of));
    }
}
