using Shouldly;
using SnapshotBot.Service.Games.Clients;
using Xunit;

namespace SnapshotBot.Service.Tests.Games;

public sealed class RconClientTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_AnswerInOnePacket_ComesBack()
    {
        await using var game = RconGame.Serve((command, stream, id, end) => stream.WriteAsync(RconGame.Packet(id, 0, $"you said {command} ä"), end).AsTask());
        using var client = await RconClient.LogInAsync(game.Address, RconGame.Password, Cancel);

        (await client.RunAsync("list", Cancel)).ShouldBe("you said list ä");
        (await client.RunAsync("again", Cancel)).ShouldBe("you said again ä");
    }

    [Fact]
    public async Task Run_BytesComeOneByOne_ComesBack()
    {
        await using var game = RconGame.Serve(async (_, stream, id, end) =>
        {
            foreach (var one in RconGame.Packet(id, 0, "slowly"))
                await stream.WriteAsync(new[] { one }, end);
        });
        using var client = await RconClient.LogInAsync(game.Address, RconGame.Password, Cancel);

        (await client.RunAsync("list", Cancel)).ShouldBe("slowly");
    }

    [Fact]
    public async Task Run_AnswerSplitOverPackets_IsWhole()
    {
        var text = string.Concat(Enumerable.Range(0, 3000).Select(number => $"{number} "));
        await using var game = RconGame.Serve(async (_, stream, id, end) =>
        {
            foreach (var part in text.Chunk(4096))
                await stream.WriteAsync(RconGame.Packet(id, 0, new string(part)), end);
        });
        using var client = await RconClient.LogInAsync(game.Address, RconGame.Password, Cancel);

        (await client.RunAsync("list", Cancel)).ShouldBe(text);
        (await client.RunAsync("list", Cancel)).ShouldBe(text);
    }

    [Theory]
    [InlineData("two players")]
    [InlineData(null)]
    public async Task Run_GameThatNumbersNothing_ComesBack(string? answer)
    {
        answer ??= new string('x', 4096);
        var later = false;
        await using var game = new TcpGame(async (stream, end) =>
        {
            while (await RconGame.ReadAsync(stream, end) is var (_, type, body))
            {
                later |= type == 0;
                await stream.WriteAsync(RconGame.Packet(0, type == 3 ? 2 : 0, type == 3 ? "" : body == "ShowPlayers" ? answer : "Unknown command"), end);
            }
        });
        using var client = await RconClient.LogInAsync(game.Address, RconGame.Password, Cancel);

        (await client.RunAsync("ShowPlayers", Cancel)).ShouldBe(answer);
        (await client.RunAsync("Save", Cancel)).ShouldBe("Unknown command");
        later.ShouldBeFalse("its answer could not be told from the first one's end");
    }

    [Fact]
    public async Task LogIn_WrongPassword_IsRefused()
    {
        await using var game = RconGame.Serve((_, _, _, _) => Task.CompletedTask);

        await Should.ThrowAsync<PasswordRefusedException>(() => RconClient.LogInAsync(game.Address, "falsch", Cancel));
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(300 * 1024)]
    public async Task Run_LengthThatCannotBe_IsGivenUp(int length)
    {
        await using var game = RconGame.Serve((_, stream, _, end) => stream.WriteAsync(BitConverter.GetBytes(length), end).AsTask());
        using var client = await RconClient.LogInAsync(game.Address, RconGame.Password, Cancel);

        await Should.ThrowAsync<GameProtocolException>(() => client.RunAsync("list", Cancel));
    }

    [Fact]
    public async Task Run_OtherNumbersForEver_IsGivenUp()
    {
        await using var game = RconGame.Serve(async (_, stream, id, end) =>
        {
            while (!end.IsCancellationRequested)
                await stream.WriteAsync(RconGame.Packet(id + 7, 0, "not yours"), end);
        });
        using var client = await RconClient.LogInAsync(game.Address, RconGame.Password, Cancel);

        await Should.ThrowAsync<GameProtocolException>(() => client.RunAsync("list", Cancel));
    }

    [Fact]
    public async Task Run_AnswerWithoutEnd_IsGivenUpAtItsLimit()
    {
        await using var game = RconGame.Serve(async (_, stream, id, end) =>
        {
            while (!end.IsCancellationRequested)
                await stream.WriteAsync(RconGame.Packet(id, 0, new string('x', 4096)), end);
        });
        using var client = await RconClient.LogInAsync(game.Address, RconGame.Password, Cancel);

        await Should.ThrowAsync<GameProtocolException>(() => client.RunAsync("list", Cancel));
    }

    [Fact]
    public async Task Run_ConnectionClosedHalfWay_IsGivenUp()
    {
        await using var game = new TcpGame(async (stream, end) =>
        {
            var question = new byte[64];
            _ = await stream.ReadAsync(question, end);
            await stream.WriteAsync(new byte[] { 30, 0, 0, 0, 1 }, end);
        });

        await Should.ThrowAsync<GameProtocolException>(() => RconClient.LogInAsync(game.Address, RconGame.Password, Cancel));
    }

    [Fact]
    public async Task Run_NeverAnswers_EndsWithItsDeadline()
    {
        await using var game = RconGame.Serve((_, _, _, end) => Task.Delay(Timeout.Infinite, end));
        using var client = await RconClient.LogInAsync(game.Address, RconGame.Password, Cancel);
        using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        await Should.ThrowAsync<OperationCanceledException>(() => client.RunAsync("save-all", deadline.Token).WaitAsync(Bound, Cancel));
    }

    [Theory]
    [InlineData("a\0b")]
    [InlineData(null)]
    public async Task Run_CommandThatDoesNotFit_IsNotSent(string? command)
    {
        await using var game = RconGame.Serve((_, stream, id, end) => stream.WriteAsync(RconGame.Packet(id, 0, ""), end).AsTask());
        using var client = await RconClient.LogInAsync(game.Address, RconGame.Password, Cancel);

        await Should.ThrowAsync<GameProtocolException>(() => client.RunAsync(command ?? new string('x', 5000), Cancel));
    }
}
