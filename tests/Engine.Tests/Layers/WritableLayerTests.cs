using Shouldly;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Engine.Tests.Layers;

public sealed class WritableLayerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Find_RunningContainer_UpperDirectoryHoldsWhatItWrote(string name)
    {
        await using var bench = await EngineBench.OpenAsync(name, Token);
        var id = await bench.StartAsync(EngineBench.Sleeper, "one", Token);
        await bench.ShellAsync(id, "echo changed > /game/server.properties; rm /game/mods/one.jar", Token);

        var found = await FindAsync(bench, id);

        var layer = found.ShouldBeOfType<WritableLayerLookup.Found>().Layer;
        layer.Source.ShouldBe(name == TestEngine.Old ? WritableLayerSource.Engine : WritableLayerSource.ProcessMounts);
        (await File.ReadAllTextAsync(layer.UpperDirectory + "/game/server.properties", Token)).ShouldBe("changed\n");
        File.Exists(layer.UpperDirectory + "/game/mods/two.jar").ShouldBeFalse();
        layer.LowerDirectories.ShouldNotBeEmpty();
        layer.WorkDirectory.ShouldStartWith("/");
        layer.IsWholeDifference.ShouldBeTrue();
        layer.UsesUserAttributes.ShouldBeFalse();
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Find_StoppedContainer_IsKnownOnlyWhereTheEngineSaysIt(string name)
    {
        await using var bench = await EngineBench.OpenAsync(name, Token);
        var id = await bench.StartAsync(EngineBench.Sleeper, "one", Token);
        var running = await FindAsync(bench, id);
        await bench.Engine.Containers.StopAsync(id, TimeSpan.Zero, Token);

        var stopped = await FindAsync(bench, id);

        if (name == TestEngine.Old)
        {
            stopped.ShouldBeOfType<WritableLayerLookup.Found>().Layer.UpperDirectory
                .ShouldBe(running.ShouldBeOfType<WritableLayerLookup.Found>().Layer.UpperDirectory);
        }
        else
        {
            stopped.ShouldBeOfType<WritableLayerLookup.HiddenWhileStopped>();
        }
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Find_StoppedAndStartedAgain_IsTheSamePlace(string name)
    {
        await using var bench = await EngineBench.OpenAsync(name, Token);
        var id = await bench.StartAsync(EngineBench.Sleeper, "one", Token);
        var first = await FindAsync(bench, id);
        await bench.Engine.Containers.StopAsync(id, TimeSpan.Zero, Token);
        await bench.Engine.Containers.StartAsync(id, Token);

        var second = await FindAsync(bench, id);

        second.ShouldBeOfType<WritableLayerLookup.Found>().Layer.UpperDirectory
            .ShouldBe(first.ShouldBeOfType<WritableLayerLookup.Found>().Layer.UpperDirectory);
    }

    [Fact]
    public void MountedRootFind_RootsOfManyKinds_ReadsTheLastOverlay()
    {
        const string mountInfo = """
            22 1 8:1 / / rw - ext4 /dev/vda rw
            900 800 0:50 / / rw,relatime master:1 - overlay overlay rw,lowerdir=/a\040b/l\134:1/fs:/c/fs,upperdir=/u\040p/ö/fs,workdir=/w/work,redirect_dir=on,metacopy=on
            901 900 0:51 / /proc rw - proc proc rw
            """;

        var root = MountedRoot.Find(Latin1(mountInfo)).ShouldNotBeNull();

        root.FileSystem.ShouldBe("overlay");
        root.Options.Upper.ShouldBe("/u p/ö/fs");
        root.Options.Work.ShouldBe("/w/work");
        root.Options.Lowers.ShouldBe(["/a b/l:1/fs", "/c/fs"]);
        root.Options.MetaCopy.ShouldBe(true);
        root.Options.Redirects.ShouldBe(true);
    }

    [Fact]
    public void OverlayOptionsParse_NewerKernelsForm_ReadsEachLayer()
    {
        var options = OverlayOptions.Parse("rw,lowerdir+=/one,lowerdir+=/two\\134,2,upperdir=/up,workdir=/work,userxattr,redirect_dir=off");

        options.Lowers.ShouldBe(["/one", "/two,2"]);
        options.Redirects.ShouldBe(false);
        options.MetaCopy.ShouldBeNull();
        options.UserAttributes.ShouldBeTrue();
    }

    [Fact]
    public void MountedRootFind_NothingMountedOnRoot_IsNull() => MountedRoot.Find("36 35 98:0 / /mnt rw - ext3 /dev/root rw\nbroken line\n").ShouldBeNull();

    private static string Latin1(string text) => System.Text.Encoding.Latin1.GetString(System.Text.Encoding.UTF8.GetBytes(text));

    private static async Task<WritableLayerLookup> FindAsync(EngineBench bench, ContainerId id) =>
        await bench.Engine.WritableLayers.FindAsync(await bench.Engine.Containers.InspectAsync(id, Token), Token);
}
