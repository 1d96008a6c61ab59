using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Shouldly;
using SnapshotBot.Bot.Tests.Support;
using SnapshotBot.Playground;
using SnapshotBot.Playground.Gateway;
using SnapshotBot.Playground.State;
using Xunit;

// Cancel, which all of these pass on, is the test's own token.
#pragma warning disable xUnit1069

namespace SnapshotBot.Bot.Tests.Discord;

/// <summary>
/// The bot's token, the repository's password and the tokens of interactions, while things go wrong: in no line of the output or the log, no
/// message, no metric, no file the program leaves, not even when it is torn down in the middle.
/// </summary>
public sealed class SecretTests : IAsyncLifetime
{
    private const int Patience = 300_000;
    private const int Abort = 6;
    private const string Password = "correct-horse-battery-staple-93";
    private const string RestPassword = "hunter2-hunter2-hunter2";

    // Every interaction's token begins so at the stand-in.
    private const string InteractionToken = "aW50ZXJhY3Rpb24";

    private readonly string _folder = Directory.CreateTempSubdirectory("sb-secret-").FullName;
    private readonly Dictionary<string, string> _environment = [];
    private StandIn _discord = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _discord = await StandIn.StartWithGuildAsync(DiscordBench.UnderLoad with { RateLimits = RateLimits.Off }, Cancel);
        _environment["SNAPSHOTBOT_DATA"] = Path.Combine(_folder, "data");
        _environment["SNAPSHOTBOT_REPOSITORY_PASSWORD"] = Password;
        _environment["DOCKER_HOST"] = "unix:///nowhere/docker.sock";
        _environment["DISCORD_TOKEN"] = _discord.Token;
        _environment["DISCORD_API_URL"] = _discord.ApiUrl.AbsoluteUri;
        _environment["SNAPSHOTBOT_TRACE"] = "1";
    }

    public async ValueTask DisposeAsync()
    {
        await _discord.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        NoObjectionsAttribute.Look(Objections.Of(_discord));
    }

    [Theory(Timeout = Patience)]
    [InlineData(GatewayClose.AuthenticationFailed)]
    [InlineData(GatewayClose.DisallowedIntents)]
    public async Task Login_Refused_IsToldWithoutTheToken(GatewayClose code)
    {
        _discord.Faults.RefuseLogins(code);

        var run = await RealProgram.RunAsync(_environment, "serve");

        run.Exit.ShouldBe(1, run.Errors);
        (run.Output + run.Errors).ShouldContain("Discord does not");
        _discord.Logins.Identifies.ShouldBe(1);
        Search(run.Output, run.Errors);
    }

    [Fact(Timeout = Patience)]
    public async Task Token_WrongAtTheApi_IsToldWithoutTheToken()
    {
        var wrong = _discord.Token[..^4] + "XXXX";
        _environment["DISCORD_TOKEN"] = wrong;

        var run = await RealProgram.RunAsync(_environment, "serve");

        run.Exit.ShouldBe(1, run.Errors);
        (run.Output + run.Errors).ShouldNotContain(wrong);
        Search(run.Output, run.Errors);
    }

    [Fact(Timeout = Patience)]
    public async Task Serving_EngineDeadLinesCutAndTornDown_GivesNothingAway()
    {
        var port = Ports.Free();
        _environment["SNAPSHOTBOT_HEALTH"] = $"127.0.0.1:{port}";
        _environment["SNAPSHOTBOT_HEARTBEAT_URL"] = $"http://127.0.0.1:1/ping/{RestPassword}";
        await AllowAsync();
        var bot = await ServingBot.StartAsync(_environment, Cancel);
        await using var ends = bot;
        await _discord.WaitForClientAsync(Cancel);
        _ = await _discord.WaitAsync(() => _discord.As("owner").Palette.Count > 0 ? this : null, Cancel);

        // Everything that can be asked for, while the engine is dead and every kind of answer of Discord's fails now and then.
        await AskEverythingAsync();
        foreach (var fault in (RestFault.Kind[])[new RestFault.Kind.Cut(), new RestFault.Kind.Status(500), new RestFault.Kind.Status(404), new RestFault.Kind.DoneButLost()])
        {
            _discord.Faults.OnRest("*", "/webhooks", fault, 3);
            _discord.Faults.OnRest("*", "/channels", fault, 1);
            await PressAsync(_discord.As("owner").Command("snapshot list"));
            _discord.Faults.ClearRest();
        }

        _discord.Faults.ExpireTokens();
        using var http = new HttpClient();
        var metrics = await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics"), Cancel);
        metrics.ShouldContain("snapshotbot_interactions_total");
        using var ready = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/health/ready"), Cancel);
        ready.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        var health = await ready.Content.ReadAsStringAsync(Cancel);
        health.ShouldContain("\"engine\":false");

        // Torn down while somebody waits.
        _ = _discord.As("owner").Command("snapshot list");
        await bot.KillAsync();
        Search(bot.Output, bot.Errors, metrics, health);
        bot.Errors.ShouldNotContain(RestPassword);
    }

    [Fact(Timeout = Patience)]
    public async Task Crash_ExceptionNobodyCatches_IsWrittenWithoutAnySecret()
    {
        var file = Path.Combine(_folder, "now");
        _environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;
        _environment[StartupHook.Variable] = file;
        var bot = await ServingBot.StartAsync(_environment, Cancel);
        await using var ends = bot;

        await File.WriteAllTextAsync(file, "", Cancel);
        (await bot.EndAsync()).ShouldBe(128 + Abort, bot.Errors);

        bot.Errors.ShouldContain("Nobody catches this: [secret] [secret]");
        bot.Errors.ShouldContain("within: [secret] [secret]");
        Search(bot.Output, bot.Errors);
    }

    [Fact(Timeout = Patience)]
    public async Task Repository_WrongPassword_IsToldInTheChannelWithoutAnyPassword()
    {
        var made = await RealProgram.RunAsync(_environment, "repository", "init", "--json");
        made.Exit.ShouldBe(0, made.Errors);
        const string Wrong = "another-password-altogether";
        _environment["SNAPSHOTBOT_REPOSITORY_PASSWORD"] = Wrong;
        await AllowAsync();
        await using var bot = await ServingBot.StartAsync(_environment, Cancel);
        await _discord.WaitForClientAsync(Cancel);
        _ = await _discord.WaitAsync(() => _discord.As("owner").Palette.Count > 0 ? this : null, Cancel);

        await AskEverythingAsync();
        var owner = _discord.As("owner");
        _ = await owner.ReadAsync(owner.Command("storage check"), Cancel);
        var told = await owner.SeesAsync(post => post.OnlyFor is null && post.Text.Contains("password", StringComparison.Ordinal), Cancel);

        told.Text.ShouldContain("password does not open");
        (await bot.StopAsync()).ShouldBe(0, bot.Errors);
        Search(bot.Output, bot.Errors);
        (Said() + bot.Output + bot.Errors).ShouldNotContain(Wrong);
    }

    [Theory(Timeout = Patience)]
    [InlineData("repository", "check")]
    [InlineData("snapshot", "list")]
    [InlineData("storage")]
    public async Task Terminal_AddressWithAPassword_IsNeverShown(params string[] command)
    {
        _environment["SNAPSHOTBOT_REPOSITORY"] = $"rest:http://anna:{RestPassword}@127.0.0.1:1/";

        var run = await RealProgram.RunAsync(_environment, [.. command, "--progress", "none"]);

        run.Exit.ShouldNotBe(0);
        (run.Output + run.Errors).ShouldNotContain(RestPassword);
        Search(run.Output, run.Errors);
    }

    private async Task AllowAsync()
    {
        var run = await RealProgram.RunAsync(_environment, "settings", "set", "guilds", $"{_discord.World.Guilds[0].Id}");
        run.Exit.ShouldBe(0, run.Errors);
    }

    /// <summary>Every command of the palette that needs nothing said, and some that do.</summary>
    private async Task AskEverythingAsync()
    {
        var owner = _discord.As("owner");
        foreach (var path in owner.Palette.SelectMany(command => Paths(command, command["name"]!.GetValue<string>())))
        {
            await PressAsync(owner.Command(path));
        }

        await PressAsync(owner.Command("server add", ("name", "castle"), ("container", "mc")));
        await PressAsync(owner.Command("snapshot info", ("snapshot", "0123456789abcdef")));
        await PressAsync(owner.Command("settings claim", ("code", "wrong")));
        await PressAsync(owner.Type("server add", "container", ""));
    }

    private async Task PressAsync(Exchange exchange)
    {
        await _discord.As("owner").AnswerAsync(exchange, Cancel);
        exchange.State.ShouldNotBe(ExchangeState.NotAnswered);
    }

    private static IEnumerable<string> Paths(JsonObject at, string path)
    {
        var options = (at["options"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        var inner = options.FindAll(option => option["type"]!.GetValue<int>() <= 2);
        return inner.Count > 0 ? inner.SelectMany(option => Paths(option, $"{path} {option["name"]!.GetValue<string>()}"))
            : options.Exists(option => option["required"]?.GetValue<bool>() == true) ? []
            : [path];
    }

    private string Said() => string.Join('\n', _discord.World.Guilds.SelectMany(guild => guild.Channels).SelectMany(channel => channel.Posts)
        .SelectMany(post => post.Versions).Select(version => version.ToJsonString()));

    private void Search(params string[] written)
    {
        var files = Directory.EnumerateFiles(_folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
            .Select(file => (Name: file, Text: Encoding.Latin1.GetString(File.ReadAllBytes(file)))).ToList();
        foreach (var secret in (string[])[_discord.Token, Password, InteractionToken])
        {
            Said().ShouldNotContain(secret);
            foreach (var text in written)
            {
                text.ShouldNotContain(secret);
            }

            files.ShouldAllBe(file => !file.Text.Contains(secret, StringComparison.Ordinal), "in a file");
        }
    }
}
