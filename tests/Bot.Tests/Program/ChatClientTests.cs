using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using SnapshotBot.Bot.Hosting;
using SnapshotBot.Bot.Hosting.Discord;
using SnapshotBot.Bot.Tests.Support;
using SnapshotBot.Playground;
using Xunit;

namespace SnapshotBot.Bot.Tests.Program;

/// <summary>The client that the build names is the one that is used. tools/test-discord-net.sh runs these over a build with Discord.Net too.</summary>
public sealed class ChatClientTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("sb-client-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Create_Client_IsTheOneTheBuildNames()
    {
        var environment = new Dictionary<string, string> { ["DISCORD_TOKEN"] = "token", ["SNAPSHOTBOT_DATA"] = _data };

        await using var chat = ChatClient.Create(new Settings(null, environment.GetValueOrDefault), NullLoggerFactory.Instance, TimeProvider.System);

        chat.Client.ShouldBe(ChatClient.Name);
        chat.GetType().Name.ShouldBe(ChatClient.Name.StartsWith("Discord.Net", StringComparison.Ordinal) ? "DiscordNetChat" : "NativeChat");
    }

    [Fact]
    public async Task Serve_OverTheStandIn_LogsInAndAnswers()
    {
        await using var discord = await StandIn.StartWithGuildAsync(Discord.DiscordBench.UnderLoad, Cancel);
        var environment = new Dictionary<string, string>
        {
            ["SNAPSHOTBOT_DATA"] = _data,
            ["DOCKER_HOST"] = $"unix://{_data}/none.sock",
            ["DISCORD_TOKEN"] = discord.Token,
            ["DISCORD_API_URL"] = discord.ApiUrl.AbsoluteUri,
        };
        using var serve = RealProgram.StartLasting(environment, "serve", "--progress", "none");
        var errors = serve.StandardError.ReadToEndAsync(Cancel);
        _ = serve.StandardOutput.ReadToEndAsync(Cancel);
        var owner = discord.As("owner");
        _ = await discord.WaitAsync(() => owner.Palette.Count > 0 || serve.HasExited ? owner : null, Cancel);
        serve.HasExited.ShouldBeFalse();

        (await owner.ReadAsync(owner.Command("snapshot list"), Cancel)).Text.ShouldContain("/settings claim");

        (await RealProgram.EndAsync(serve, Cancel)).ShouldBe(0, await errors);
        Discord.Objections.Of(discord).ShouldBeEmpty();
    }
}
