using System.Text;
using Shouldly;
using SnapshotBot.Storage.FileSystem;
using Xunit;
using static SnapshotBot.Storage.Tests.FileSystem.ScratchFolder;

namespace SnapshotBot.Storage.Tests.FileSystem;

public sealed class MountTableTests
{
    private const string Sample = """
        22 27 0:21 / /proc rw,relatime shared:5 - proc proc rw
        27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard
        90 27 254:0 /srv/my\040world /data/world ro,noatime master:1 shared:2 - ext4 /dev/vda rw,discard
        91 27 0:50 / /data rw - tmpfs tmpfs rw,size=4k
        92 27 0:51 / /var/lib/merged rw - overlay overlay rw,lowerdir=/l/A:/l/B,upperdir=/x/a\054b,workdir=/x/work
        not a line

        """;

    private static readonly MountTable Table = MountTable.Parse(Encoding.UTF8.GetBytes(Sample));

    [Fact]
    public void Parse_EscapesOptionalFieldsAndNonsense_ReadsEachMount()
    {
        Table.Mounts.Count.ShouldBe(5);
        var bind = Table.Find(90).ShouldNotBeNull();
        Encoding.UTF8.GetString(bind.Root.Span).ShouldBe("/srv/my world");
        bind.IsReadOnly.ShouldBeTrue();
        bind.Device.ShouldBe(FileStatus.MakeDevice(254, 0));
        bind.FileSystem.ShouldBe("ext4");
        Table.Find(27)!.IsReadOnly.ShouldBeFalse();
    }

    [Fact]
    public void SuperOption_OverlayWithCommaInItsPath_GivesThePath()
    {
        var overlay = Table.Find(92).ShouldNotBeNull();
        Encoding.UTF8.GetString(overlay.SuperOption("upperdir")!).ShouldBe("/x/a,b");
        Encoding.UTF8.GetString(overlay.SuperOption("workdir")!).ShouldBe("/x/work");
        overlay.SuperOption("metacopy").ShouldBeNull();
    }

    [Fact]
    public void Below_APath_NamesWhatIsMountedInIt() =>
        Table.Below(Bytes("/data")).ShouldHaveSingleItem().Id.ShouldBe(90UL);

    [Fact]
    public void Read_ThisMachine_AgreesWithStatx()
    {
        using var slash = DirectoryHandle.OpenRoot("/");
        var mount = MountTable.Read().Find(slash.Status().MountId).ShouldNotBeNull();
        mount.MountPoint.Span.SequenceEqual("/"u8).ShouldBeTrue();
        mount.Device.ShouldBe(slash.Status().Device);
        MountTable.TryReadOf(Environment.ProcessId).ShouldNotBeNull();
        MountTable.TryReadOf(int.MaxValue).ShouldBeNull();
    }

    [Fact]
    public void AccountNames_FilesWithNonsense_GivesFirstNameOfEachNumber()
    {
        using var folder = OnDisk();
        File.WriteAllText(folder.At("passwd"), "root:x:0:0::/:/bin/sh\n+::::\nadmin:x:0:0:::\nsteve:x:1000:1000:::\nbad:x:-1:::\n");
        var names = AccountNames.Read(folder.Path);
        names.User(0).ShouldBe("root");
        names.User(1000).ShouldBe("steve");
        names.User(7).ShouldBeNull();
        names.Group(0).ShouldBeNull();
        AccountNames.Read().User(0).ShouldBe("root");
    }
}
