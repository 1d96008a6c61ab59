using System.Text;
using Shouldly;
using SnapshotBot.Service.Duplicates;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests.Duplicates;

/// <summary>The parts of a duplicate that need no engine.</summary>
public sealed class DuplicatePartsTests
{
    [Theory]
    [InlineData("a=1\nrcon.password=geheim\nb=2\n", "a=1\nrcon.password=\nb=2\n")]
    [InlineData("rcon.password=\nmotd=hi\n", "rcon.password=\nmotd=hi\n")]
    [InlineData("  rcon_password = a(b, \"c\")\nx=1\n", "  rcon_password = \nx=1\n")]
    [InlineData("{ \"token\": \"a\\\"b\", \"c\": 1 }", "{ \"token\": \"\", \"c\": 1 }")]
    [InlineData("secret: 'x'\n", "secret: ''\n")]
    [InlineData("{ \"game_password\": \"x\", \"name\": \"y\" }", "{ \"game_password\": \"\", \"name\": \"y\" }")]
    [InlineData("<property name=\"TelnetPassword\" value=\"x\"/><property name=\"Port\" value=\"1\"/>", "<property name=\"TelnetPassword\" value=\"\"/><property name=\"Port\" value=\"1\"/>")]
    [InlineData("OptionSettings=(ServerName=\"a\",AdminPassword=\"b\",Rate=1.0)", "OptionSettings=(ServerName=\"a\",AdminPassword=\"\",Rate=1.0)")]
    [InlineData("token: abc\r\nname: x\r\n", "token: \r\nname: x\r\n")]
    [InlineData("just a password in a file of its own", "")]
    public void File_Settings_LoseTheirSecretsOnly(string text, string blanked) =>
        Encoding.UTF8.GetString(SecretText.File(Encoding.UTF8.GetBytes(text))).ShouldBe(blanked);

    [Fact]
    public void File_NoText_IsEmptied() => SecretText.File([0xFF, 0xFE, 0x00, 0x80]).ShouldBeEmpty();

    [Fact]
    public void Arguments_SecretOptions_LoseTheirValues()
    {
        var (arguments, blanked) = SecretText.Arguments(["-server", "+rcon.password", "x", "--admin-password=y", "--token", "--port", "1", "-key", "+map"]);

        arguments.ShouldBe(["-server", "+rcon.password", "", "--admin-password=", "--token", "--port", "1", "-key", "+map"]);
        blanked.ShouldBe(["rcon.password", "admin-password"]);
    }

    [Fact]
    public void Variables_SecretOnes_AreEmptied()
    {
        var (variables, blanked) = SecretText.Variables(["EULA=TRUE", "RCON_PASSWORD=x", "DB=postgres://me:pw@db/x", "API_TOKEN=", "PLAIN"]);

        variables.ShouldBe(["EULA=TRUE", "RCON_PASSWORD=", "DB=", "API_TOKEN=", "PLAIN"]);
        blanked.ShouldBe(["RCON_PASSWORD", "DB"]);
    }

    [Theory]
    [InlineData("com.docker.compose.project", true)]
    [InlineData("io.portainer.accesscontrol.teams", true)]
    [InlineData("com.centurylinklabs.watchtower.enable", true)]
    [InlineData("Service", true)]
    [InlineData("net.unraid.docker.managed", true)]
    [InlineData("traefik.http.routers.map.rule", true)]
    [InlineData("maintainer", false)]
    [InlineData("org.opencontainers.image.title", false)]
    public void Adopts_Label_IsAnotherManagers(string label, bool adopts) => ForeignLabels.Adopts(label).ShouldBe(adopts);

    [Theory]
    [InlineData(0, null, 0)]
    [InlineData(0, 2L << 30, 2L << 30)]
    [InlineData(4L << 30, 2L << 30, 4L << 30)]
    [InlineData(1L << 30, 2L << 30, 2L << 30)]
    public void NeededBy_LimitAndWhatTheOriginalUsed_IsTheLarger(long limit, long? used, long needed) =>
        HostMemory.NeededBy(EngineBench.Describe(EngineBench.Sleeper with { MemoryBytes = limit, Labels = ForeignLabels.Of(new Dictionary<string, string>(StringComparer.Ordinal), "sv1", used) }))
            .ShouldBe(needed);

    [Fact]
    public async Task Refuse_NoLimitButTheOriginalUsedMoreThanThereIs_IsRefused()
    {
        var huge = EngineBench.Describe(EngineBench.Sleeper with { Labels = ForeignLabels.Of(new Dictionary<string, string>(StringComparer.Ordinal), "sv1", 1L << 50) });

        (await HostMemory.RefuseAsync([huge], TestContext.Current.CancellationToken)).ShouldBeOfType<Refusal.NoMemory>().Needed.ShouldBe(1L << 50);
        (await HostMemory.RefuseAsync([], TestContext.Current.CancellationToken)).ShouldBeNull();
    }

    [Fact]
    public void Labels_OfOurs_AreBlankSoThatNoImageBringsThemBack()
    {
        var labels = ForeignLabels.Of(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["snapshotbot.server"] = "castle", ["snapshotbot.duplicate"] = "other", ["who"] = "me", ["Service"] = "Pterodactyl" },
            "sv1234");

        labels.ShouldBe(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["snapshotbot.server"] = "",
            ["snapshotbot.duplicate"] = "sv1234",
            ["who"] = "me",
            ["com.centurylinklabs.watchtower.enable"] = "false",
        }, ignoreOrder: true);
    }

    [Fact]
    public void Names_AreUniqueAndBeginWithTheServers()
    {
        var names = new DuplicateNames("test");

        names.Alone().Value.ShouldBe("test");
        names.Next("volume", "pack_world").Value.ShouldBe("test-pack_world");
        names.Next("volume", "/data/world dir").Value.ShouldBe("test-data-world-dir");
        names.Next("volume", "/data/world-dir").Value.ShouldBe("test-data-world-dir-2");
        names.Next("network", "/data/world-dir").Value.ShouldBe("test-data-world-dir");
        names.Next("volume", "///").Value.ShouldBe("test-part");
        names.Next("volume", new string('x', 500)).Value.Length.ShouldBeLessThan(100);
    }

    [Fact]
    public void Ports_TakenOnes_AreNotSuggested()
    {
        var chooser = new PortChooser([(3000, "tcp"), (3001, "udp")], (port, _) => port != 3002);

        chooser.Suggest(3000, "tcp").ShouldBe(3001);
        chooser.TryTake(3000, "tcp").ShouldBeFalse();
        chooser.TryTake(3000, "udp").ShouldBeTrue();
        chooser.TryTake(3001, "tcp").ShouldBeTrue();
        chooser.Suggest(3000, "tcp").ShouldBe(3003);
        chooser.Suggest(80, "tcp").ShouldBe(1024);
        new PortChooser([], (_, _) => false).Suggest(3000, "tcp").ShouldBe(0);
    }

    [Theory]
    [InlineData("MemTotal: 8 kB\nMemAvailable:    1024 kB\n", 1048576L)]
    [InlineData("MemTotal: 8 kB\n", null)]
    [InlineData("MemAvailable: lots\n", null)]
    public void Memory_OfTheKernelsText_IsBytes(string text, long? bytes) => HostMemory.Parse(text).ShouldBe(bytes);
}
