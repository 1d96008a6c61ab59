using System.Text;
using Shouldly;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Engine.Tests.Volumes;

public sealed class VolumeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Create_WithDriverOptions_IsMadeAgainFromItsDefinition(string name)
    {
        await using var bench = await EngineBench.OpenAsync(name, Token);
        var volumes = bench.Engine.Volumes;
        var wanted = VolumeDefinition.Parse(Encoding.UTF8.GetBytes(
            $$$"""{"Name":"{{{bench.Name("fast")}}}","Driver":"local","Labels":{"game":"säule 🎮"},"Options":{"type":"tmpfs","device":"tmpfs","o":"size=1m"}}"""));

        var made = await volumes.CreateAsync(wanted, Token);
        await volumes.RemoveAsync(made.Name, Token);
        var again = await volumes.CreateAsync(VolumeDefinition.Parse(made.Definition.Json.ToArray()), Token);
        var read = await volumes.InspectAsync(again.Name, Token);

        read.Options.ShouldBe(wanted.Options, ignoreOrder: true);
        read.Labels["game"].ShouldBe("säule 🎮");
        read.Driver.ShouldBe("local");
        read.MountPoint.ShouldStartWith("/");
        (await volumes.ListAsync(Token)).ShouldContain(volume => volume.Name == read.Name);
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Create_NameTakenWithOtherOptions_IsAConflict(string name)
    {
        await using var bench = await EngineBench.OpenAsync(name, Token);
        var plain = VolumeDefinition.Create(bench.Name("one"), new Dictionary<string, string>(StringComparer.Ordinal));
        await bench.Engine.Volumes.CreateAsync(plain, Token);
        var other = VolumeDefinition.Parse(Encoding.UTF8.GetBytes(
            $$$"""{"Name":"{{{plain.Name}}}","Driver":"local","Options":{"type":"tmpfs","device":"tmpfs"}}"""));

        (await bench.Engine.Volumes.CreateAsync(plain, Token)).Options.ShouldBeEmpty();
        var error = await Should.ThrowAsync<EngineConflictException>(() => bench.Engine.Volumes.CreateAsync(other, Token));

        error.Message.ShouldContain(plain.Name);
        (await bench.Engine.Volumes.InspectAsync(bench.Name("one"), Token)).Options.ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task RemoveAndInspect_UsedOrMissing_AreToldApart(string name)
    {
        await using var bench = await EngineBench.OpenAsync(name, Token);
        await bench.StartAsync(EngineBench.Sleeper with { Mounts = [BlueprintMount.Volume(bench.Name("used"), "/data")] }, "one", Token);

        await Should.ThrowAsync<EngineConflictException>(() => bench.Engine.Volumes.RemoveAsync(bench.Name("used"), Token));
        var error = await Should.ThrowAsync<EngineNotFoundException>(() => bench.Engine.Volumes.InspectAsync(bench.Name("missing"), Token));

        error.Noun.ShouldBe(EngineNoun.Volume);
    }
}
