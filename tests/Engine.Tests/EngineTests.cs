using Shouldly;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Engine.Tests;

public sealed class EngineTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task ReadInfo_RealEngine_SaysWhatItIs(string name)
    {
        using var engine = await TestEngine.Require(name).ConnectAsync(Token);

        await engine.PingAsync(Token);
        var info = await engine.ReadInfoAsync(Token);

        var old = name == TestEngine.Old;
        info.ServerVersion.ShouldStartWith(old ? "20.10." : "26.1.");
        info.ApiVersion.ShouldBe(old ? "1.41" : "1.45");
        engine.ApiVersion.ShouldBe(info.ApiVersion);
        info.HasContainerdImageStore.ShouldBe(!old);
        info.StorageDriver.ShouldBe(old ? "overlay2" : "overlayfs");
        info.DataRoot.ShouldStartWith("/");
        info.Id.ShouldNotBeEmpty();
        info.IsRootless.ShouldBeFalse();
        info.RemapsUsers.ShouldBeFalse();
        info.HasLiveRestore.ShouldBeFalse();
        info.IsSwarmActive.ShouldBeFalse();
        info.CgroupVersion.ShouldBeOneOf("1", "2");
    }
}
