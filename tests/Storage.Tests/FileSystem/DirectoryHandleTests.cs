using System.Text;
using Shouldly;
using SnapshotBot.Storage.FileSystem;
using Xunit;
using static SnapshotBot.Storage.Tests.FileSystem.ScratchFolder;

namespace SnapshotBot.Storage.Tests.FileSystem;

public sealed class DirectoryHandleTests : IDisposable
{
    private readonly ScratchFolder _folder = OnDisk();

    private DirectoryHandle Root => _folder.Root;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("/etc")]
    [InlineData("a/b")]
    [InlineData("../a")]
    [InlineData("a\0b")]
    public void EveryCall_NotOneName_RefusesBeforeTheKernelSeesIt(string name)
    {
        var bytes = Bytes(name);
        foreach (var call in CallsWithAName(bytes))
        {
            Should.Throw<FileSystemException>(call).Failure.ShouldBe(FileSystemFailure.BadName);
        }
    }

    [Fact]
    public void Names_LongestAndNotUtf8_AreTakenAndListedAsTheyAre()
    {
        byte[][] names = [Enumerable.Repeat((byte)'n', 255).ToArray(), [0xff, 0xfe, (byte)'x'], [0xc3, 0x28], [(byte)'\n', 1], Bytes("wörld 🌍")];
        foreach (var name in names)
        {
            Root.CreateFile(name, 0x180).Dispose();
        }

        var listed = List(Root);
        listed.Count.ShouldBe(names.Length);
        foreach (var name in names)
        {
            listed.ShouldContain(Convert.ToHexString(name));
            Root.TryStat(name, out var status).ShouldBeTrue();
            status.Type.ShouldBe(FileType.Regular);
        }

        Should.Throw<FileSystemException>(() => Root.CreateFile(new byte[256], 0x180)).Failure.ShouldBe(FileSystemFailure.BadName);
    }

    [Fact]
    public void OpenDirectory_SymlinkAtTheName_FailsAndFollowsNothing()
    {
        Root.CreateSymbolicLink(Bytes("link"), Bytes("/etc"));
        Should.Throw<FileSystemException>(() => Root.OpenDirectory(Bytes("link"))).IsChangedUnderneath.ShouldBeTrue();
        Should.Throw<FileSystemException>(() => Root.OpenFile(Bytes("link"), out _)).Failure.ShouldBe(FileSystemFailure.SymlinkOrEscaped);
        Root.TryStat(Bytes("link"), out var status).ShouldBeTrue();
        status.Type.ShouldBe(FileType.SymbolicLink);
        var target = new byte[4096];
        Encoding.UTF8.GetString(target, 0, Root.ReadLink(Bytes("link"), target)).ShouldBe("/etc");
    }

    [Theory]
    [InlineData("dir/link/passwd")]
    [InlineData("dir/../../x")]
    [InlineData("/etc")]
    public void OpenBeneath_LinkOrWayOutInThePath_Fails(string path)
    {
        Root.CreateDirectory(Bytes("dir"), 0x1c0);
        using (var directory = Root.OpenDirectory(Bytes("dir")))
        {
            directory.CreateSymbolicLink(Bytes("link"), Bytes("/etc"));
        }

        Should.Throw<FileSystemException>(() => Root.OpenBeneath(Bytes(path)));
    }

    [Fact]
    public void OpenRoot_PathWithSymlink_ResolvesItOnce()
    {
        Root.CreateDirectory(Bytes("real"), 0x1c0);
        Root.CreateSymbolicLink(Bytes("moved"), Bytes("real"));
        using var opened = DirectoryHandle.OpenRoot(_folder.At("moved"));
        Root.TryStat(Bytes("real"), out var status);
        opened.Status().Identity.ShouldBe(status.Identity);
    }

    [Fact]
    public void OpenRootWithin_AbsoluteLink_IsResolvedInsideThatRoot()
    {
        Root.CreateDirectory(Bytes("etc"), 0x1c0);
        Root.CreateSymbolicLink(Bytes("config"), Bytes("/etc"));
        using var opened = DirectoryHandle.OpenRootWithin(Root, Bytes("/config"));
        Root.TryStat(Bytes("etc"), out var status);
        opened.Status().Identity.ShouldBe(status.Identity);
    }

    [Fact]
    public void OpenFile_FifoSocketOrDevice_FailsWithoutWaiting()
    {
        Root.CreateNode(Bytes("fifo"), FileType.Fifo, 0x1b6, 0);
        Root.CreateNode(Bytes("socket"), FileType.Socket, 0x1b6, 0);
        List<string> names = ["fifo", "socket"];
        if (IsRoot)
        {
            Root.CreateNode(Bytes("device"), FileType.CharacterDevice, 0x1b6, FileStatus.MakeDevice(1, 3));
            Root.TryStat(Bytes("device"), out var status);
            status.NodeDevice.ShouldBe(0x103UL);
            names.Add("device");
        }

        foreach (var name in names)
        {
            Should.Throw<FileSystemException>(() => Root.OpenFile(Bytes(name), out _)).Failure.ShouldBe(FileSystemFailure.WrongType);
            Should.Throw<FileSystemException>(() => Root.OpenFileForWriting(Bytes(name), out _)).Failure.ShouldBe(FileSystemFailure.WrongType);
        }
    }

    [Fact]
    public void OpenDirectory_AnotherMount_IsNotCrossed()
    {
        using var slash = DirectoryHandle.OpenRoot("/");
        Should.Throw<FileSystemException>(() => slash.OpenDirectory(Bytes("proc"))).Failure.ShouldBe(FileSystemFailure.SymlinkOrEscaped);
        slash.TryStat(Bytes("proc"), out var status).ShouldBeTrue();
        status.IsMountRoot.ShouldBeTrue();
        status.MountId.ShouldNotBe(slash.Status().MountId);
    }

    [Fact]
    public void ReadSmallFile_WholePartOrEmpty_GivesWhatFits()
    {
        File.WriteAllBytes(_folder.At("five"), [1, 2, 3, 4, 5]);
        File.WriteAllBytes(_folder.At("none"), []);
        var buffer = new byte[8];
        Root.ReadSmallFile(Bytes("five"), buffer, out var status, out var attributes).ShouldBe(5);
        buffer[..5].ShouldBe([1, 2, 3, 4, 5]);
        status.Size.ShouldBe(5);
        attributes.ShouldBe(AttributePresence.None);
        Root.ReadSmallFile(Bytes("five"), buffer.AsSpan(0, 3), out _, out _).ShouldBe(3);
        Root.ReadSmallFile(Bytes("none"), buffer, out _, out _).ShouldBe(0);
    }

    [Fact]
    public void OpenFile_FileGrowsShrinksAndVanishes_ReadsWhatIsThere()
    {
        File.WriteAllBytes(_folder.At("f"), new byte[100]);
        using var file = Root.OpenFile(Bytes("f"), out var status);
        File.WriteAllBytes(_folder.At("f"), new byte[300]);
        var buffer = new byte[1000];
        file.ReadAt(0, buffer).ShouldBe(300);
        File.WriteAllBytes(_folder.At("f"), new byte[10]);
        file.ReadAt(0, buffer).ShouldBe(10);
        file.ReadAt(50, buffer).ShouldBe(0);
        Root.RemoveFile(Bytes("f"));
        file.ReadAt(0, buffer).ShouldBe(10);
        status.Size.ShouldBe(100);
        file.Status().Links.ShouldBe(0u);
        Root.TryStat(Bytes("f"), out _).ShouldBeFalse();
        Should.Throw<FileSystemException>(() => Root.OpenFile(Bytes("f"), out _)).IsNotFound.ShouldBeTrue();
    }

    [Fact]
    public void Exchange_FileAndDirectory_SwapsBoth()
    {
        Root.CreateDirectory(Bytes("a"), 0x1c0);
        Root.CreateFile(Bytes("b"), 0x180).Dispose();
        Root.Exchange(Bytes("a"), Root, Bytes("b"));
        Root.TryStat(Bytes("a"), out var a);
        Root.TryStat(Bytes("b"), out var b);
        (a.Type, b.Type).ShouldBe((FileType.Regular, FileType.Directory));
    }

    [Fact]
    public void RenameNoReplace_NameInUse_FailsAndLeavesBoth()
    {
        File.WriteAllBytes(_folder.At("a"), [1]);
        File.WriteAllBytes(_folder.At("b"), [2, 2]);
        Should.Throw<FileSystemException>(() => Root.RenameNoReplace(Bytes("a"), Root, Bytes("b"))).Failure.ShouldBe(FileSystemFailure.AlreadyExists);
        Root.TryStat(Bytes("b"), out var status);
        status.Size.ShouldBe(2);
        Root.RenameNoReplace(Bytes("a"), Root, Bytes("c"));
        Root.TryStat(Bytes("c"), out _).ShouldBeTrue();
    }

    [Fact]
    public void CreateHardLink_ToASymlink_LinksTheLinkItself()
    {
        Root.CreateSymbolicLink(Bytes("link"), Bytes("nowhere"));
        Root.CreateHardLink(Bytes("twin"), Root, Bytes("link"));
        Root.TryStat(Bytes("twin"), out var status);
        status.Type.ShouldBe(FileType.SymbolicLink);
        status.Links.ShouldBe(2u);
    }

    [Fact]
    public void Metadata_OfFilesLinksAndNodes_IsSetToTheNanosecond()
    {
        Assert.SkipUnless(IsRoot, "Changing owners takes root.");
        var (accessed, modified) = (new UnixTime(1_600_000_000, 123_456_789), new UnixTime(-5, 999_999_999));
        Root.CreateSymbolicLink(Bytes("link"), Bytes("/etc/passwd"));
        Root.CreateNode(Bytes("fifo"), FileType.Fifo, 0x180, 0);
        Root.SetOwner(Bytes("link"), 1234, 5678);
        Root.SetTimes(Bytes("link"), accessed, modified);
        Root.SetOwner(Bytes("fifo"), 1234, 5678);
        Root.SetMode(Bytes("fifo"), 0x1b4);
        using var file = Root.CreateFile(Bytes("file"), 0x1ff);
        file.SetOwner(1234, 5678);
        file.SetMode(0xfed);
        file.SetTimes(accessed, modified);

        foreach (var (name, mode) in new[] { ("link", 0x1ffu), ("fifo", 0x1b4u), ("file", 0xfedu) })
        {
            Root.TryStat(Bytes(name), out var status).ShouldBeTrue();
            (status.UserId, status.GroupId, status.Mode).ShouldBe((1234u, 5678u, mode));
            if (name != "fifo")
            {
                (status.Accessed, status.Modified).ShouldBe((accessed, modified));
            }
        }

        using var etc = DirectoryHandle.OpenRoot("/etc");
        etc.TryStat(Bytes("passwd"), out var untouched);
        untouched.UserId.ShouldBe(0u);
    }

    [Fact]
    public void CreateNamelessFile_CarriesAnAttribute_HasNoNameEvenWhileItIsOpen()
    {
        using var file = Root.CreateNamelessFile(Bytes("probe"), 0x180);

        file.SetAttribute(Bytes("user.probe"), Bytes("y"));

        file.ReadAttributes().Select(one => Encoding.ASCII.GetString(one.Name)).ShouldContain("user.probe");
        Directory.EnumerateFileSystemEntries(_folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public void SetMode_SymlinkAtTheName_LeavesItsTarget()
    {
        File.WriteAllBytes(_folder.At("target"), []);
        var before = File.GetUnixFileMode(_folder.At("target"));
        Root.CreateSymbolicLink(Bytes("link"), Bytes("target"));
        Should.Throw<FileSystemException>(() => Root.SetMode(Bytes("link"), 0x1ff)).Failure.ShouldBe(FileSystemFailure.NotSupported);
        File.GetUnixFileMode(_folder.At("target")).ShouldBe(before);
    }

    [Fact]
    public void Message_NameWithControlCharacters_IsHarmlessAndNamesTheFile()
    {
        var e = Should.Throw<FileSystemException>(() => Root.OpenFile("a\u001b[31m\xff"u8, out _));
        e.Message.ShouldContain("it is not there");
        e.Message.ShouldContain("\\x1b[31m");
        e.Message.ShouldNotContain("\u001b");
        e.Within("mounts/00-world"u8).Message.ShouldContain("mounts/00-world/");
    }

    private IEnumerable<Action> CallsWithAName(byte[] name)
    {
        var good = Bytes("good");
        yield return () => Root.OpenFile(name, out _);
        yield return () => Root.OpenFileForWriting(name, out _);
        yield return () => Root.OpenDirectory(name);
        yield return () => Root.ReadSmallFile(name, new byte[1], out _, out _);
        yield return () => Root.TryStat(name, out _);
        yield return () => Root.ReadLink(name, new byte[1]);
        yield return () => Root.ReadAttributes(name);
        yield return () => Root.SetAttribute(name, Bytes("user.x"), []);
        yield return () => Root.RemoveAttribute(name, Bytes("user.x"));
        yield return () => Root.CreateFile(name, 0x180);
        yield return () => Root.CreateDirectory(name, 0x1c0);
        yield return () => Root.CreateSymbolicLink(name, good);
        yield return () => Root.CreateNode(name, FileType.Fifo, 0x180, 0);
        yield return () => Root.CreateHardLink(name, Root, good);
        yield return () => Root.CreateHardLink(good, Root, name);
        yield return () => Root.RemoveFile(name);
        yield return () => Root.RemoveFileIfThere(name);
        yield return () => Root.RemoveDirectory(name);
        yield return () => Root.TryRemoveEmptyDirectory(name);
        yield return () => Root.Rename(name, Root, good);
        yield return () => Root.Rename(good, Root, name);
        yield return () => Root.RenameNoReplace(good, Root, name);
        yield return () => Root.Exchange(good, Root, name);
        yield return () => Root.SetOwner(name, 0, 0);
        yield return () => Root.SetMode(name, 0);
        yield return () => Root.SetTimes(name, default, default);
        yield return () => DirectFileWriter.Create(Root, name, 0x180, 0);
        yield return () => TreeRemover.Remove(Root, name, CancellationToken.None);
    }

    private static List<string> List(DirectoryHandle directory)
    {
        var names = new List<string>();
        var buffer = new byte[1024];
        while (directory.ReadEntries(buffer) is > 0 and var filled)
        {
            foreach (var entry in new DirectoryEntries(buffer.AsSpan(0, filled)))
            {
                names.Add(Convert.ToHexString(entry.Name));
            }
        }

        return names;
    }
}
