using System.Net.Sockets;
using System.Text;
using Shouldly;
using SnapshotBot.Service.Games;
using SnapshotBot.Service.Games.Clients;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests.Games;

/// <summary>Against hand-written servers that speak as 7 Days to Die does, and some that do not.</summary>
public sealed class TelnetClientTests
{
    private const string Password = "geheim";
    private const string Welcome = "*** Connected with 7DTD server.\r\n\r\nPress 'help' to get a list of all commands. Press 'exit' to end session.\r\n\r\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData(Password)]
    public async Task Run_AnswerAmongLogLines_EndsWithWhatIsExpected(string? password)
    {
        await using var game = Serve(password, (command, say) => command == "saveworld"
            ? say("2026-11-24T04:00:00 1.2 INF Executing command 'saveworld' by Telnet from 127.0.0.1:1\r\n2026-11-24T04:00:01 2.2 INF Chat (from 'x'): 'Anna': World saved\r\nWorld ", "saved\r\n")
            : say("*** ERROR: unknown command\r\n"));
        using var client = await TelnetClient.LogInAsync(game.Address, Password, Cancel);

        var heard = await client.RunAsync("saveworld", ProfileExpression.Of("(?i)^world saved"), Cancel);

        heard.ShouldEndWith("World saved\r\n");
        (await client.RunAsync("nothing", null, Cancel)).ShouldContain("unknown command");
    }

    [Theory]
    [InlineData("falsch", 1)]
    [InlineData(null, 0)]
    public async Task LogIn_WrongPasswordOrNone_IsRefusedAndNeverGuessedAgain(string? password, int tries)
    {
        var heard = new List<string>();
        await using var game = new TcpGame(async (stream, end) =>
        {
            await stream.WriteAsync("Please enter password:\r\n"u8.ToArray(), end);
            using var lines = new StreamReader(stream);
            while (await lines.ReadLineAsync(end) is { } line)
            {
                heard.Add(line);
                await stream.WriteAsync("Password incorrect, please enter password:\r\n"u8.ToArray(), end);
            }
        });

        (await Should.ThrowAsync<PasswordRefusedException>(() => TelnetClient.LogInAsync(game.Address, password, Cancel))).Message.ShouldContain("telnet");

        heard.Count.ShouldBe(tries);
    }

    [Fact]
    public async Task LogIn_NobodySpeaksOrEnds_IsGivenUp()
    {
        await using var silent = new TcpGame((_, end) => Task.Delay(Timeout.Infinite, end));
        await using var gone = new TcpGame((_, _) => Task.CompletedTask);
        using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        await Should.ThrowAsync<OperationCanceledException>(() => TelnetClient.LogInAsync(silent.Address, null, deadline.Token));
        var error = await Should.ThrowAsync<Exception>(() => TelnetClient.LogInAsync(gone.Address, null, Cancel));
        (error is GameProtocolException or SocketException).ShouldBeTrue(error.ToString());
    }

    [Fact]
    public async Task Run_AnswerWithoutEnd_IsGivenUp()
    {
        await using var game = Serve(null, async (_, say) =>
        {
            for (var i = 0; i < 16; i++)
                await say(new string('x', 64 * 1024));
        });
        using var client = await TelnetClient.LogInAsync(game.Address, null, Cancel);

        await Should.ThrowAsync<GameProtocolException>(() => client.RunAsync("saveworld", ProfileExpression.Of("never"), Cancel));
    }

    [Fact]
    public async Task Step_OfAProfile_IsAskedByTelnet()
    {
        var heard = new List<string>();
        await using var game = Serve(Password, (command, say) =>
        {
            heard.Add(command);
            return say("INF Executing command\r\n");
        });
        using var engine = new LoopbackEngine();
        var container = EngineBench.Describe(EngineBench.Sleeper with { Network = "host", Environment = [$"PORT={game.Address.EndPoint.Port}", $"PASSWORD={Password}"] });
        var profile = new GameProfile
        {
            Schema = 1,
            Name = "mine",
            Title = "My game",
            Telnet = new ProfileTelnet { Port = [new() { Env = "PORT" }], Password = [new() { Env = "PASSWORD" }] },
        };

        var answer = await new GameSteps(engine, container, profile, TimeProvider.System).RunAsync(new ProfileStep { Telnet = "say \"{text}\"" }, "hello", Cancel);

        answer.ShouldBeOfType<StepAnswer.Answered>().Text.ShouldContain("Executing");
        heard.ShouldBe(["say \"hello\""]);
    }

    private delegate Task Say(params string[] pieces);

    private static TcpGame Serve(string? password, Func<string, Say, Task> run) => new(async (stream, end) =>
    {
        async Task SayAsync(params string[] pieces)
        {
            foreach (var piece in pieces)
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes(piece), end);
                await stream.FlushAsync(end);
            }
        }

        using var lines = new StreamReader(stream);
        if (password is not null)
        {
            await SayAsync("Please enter password:\r\n");
            (await lines.ReadLineAsync(end)).ShouldBe(password);
            await SayAsync("Logon successful.\r\n\r\n\r\n");
        }

        await SayAsync(Welcome);
        while (await lines.ReadLineAsync(end) is { } line)
            await run(line, SayAsync);
    });
}
