using System.Net.Sockets;
using System.Text;
using Shouldly;
using SnapshotBot.Service.Games;
using SnapshotBot.Service.Games.Clients;
using Xunit;

namespace SnapshotBot.Service.Tests.Games;

public sealed class QueryClientTests
{
    private const string Status =
        """{"version":{"name":"1.21.4","protocol":769},"players":{"max":20,"online":2,"sample":[{"name":"Anna","id":"x"},{"name":"Ben","id":"y"}]},"description":"hi"}""";

    private static readonly byte[] Magic = [0x00, 0xFF, 0xFF, 0x00, 0xFE, 0xFE, 0xFE, 0xFE, 0xFD, 0xFD, 0xFD, 0xFD, 0x12, 0x34, 0x56, 0x78];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task MinecraftPing_AnswerInPieces_TellsPlayersAndVersion(int piece)
    {
        await using var game = Minecraft(async (stream, end) =>
        {
            foreach (var part in Answer(Status).Chunk(piece))
                await stream.WriteAsync(part, end);
        });

        var said = (await MinecraftPing.AskAsync(game.Address, Cancel)).ShouldBeOfType<GameReply.Said>();

        said.Online.ShouldBe(2);
        said.Names.ShouldBe(["Anna", "Ben"]);
        said.Version.ShouldBe("1.21.4");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"players":{"online":"many"}}""")]
    [InlineData("""{"players":{"online":99999999999999}}""")]
    [InlineData("""{"players":""")]
    [InlineData("""{"players":{"online":1,"sample":[{"name":"\ud800"}]}}""")]
    [InlineData("""{"players":{"online":1},"version":{"name":"\ud800"}}""")]
    [InlineData("""{"\ud800":1}""")]
    public async Task MinecraftPing_JsonThatIsNone_IsGivenUp(string json)
    {
        await using var game = Minecraft((stream, end) => stream.WriteAsync(Answer(json), end).AsTask());

        await Should.ThrowAsync<GameProtocolException>(() => MinecraftPing.AskAsync(game.Address, Cancel));
    }

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0x07 })]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01 })]
    [InlineData(new byte[] { 0x05, 0x00, 0xFF, 0xFF, 0x7F, 0x41 })]
    [InlineData(new byte[] { 0x05, 0x09, 0x01, 0x41, 0x41, 0x41 })]
    [InlineData(new byte[] { 0x50, 0x00 })]
    public async Task MinecraftPing_LengthsThatLie_IsGivenUp(byte[] answer)
    {
        await using var game = Minecraft((stream, end) => stream.WriteAsync(answer, end).AsTask());

        await Should.ThrowAsync<GameProtocolException>(() => MinecraftPing.AskAsync(game.Address, Cancel));
    }

    [Fact]
    public async Task MinecraftPing_TextThatIsNone_IsGivenUp()
    {
        byte[] json = [.. "{\"players\":{\"online\":1,\"sample\":[{\"name\":\""u8, 0xFF, .. "\"}]}}"u8];
        await using var game = Minecraft((stream, end) => stream.WriteAsync(Answer(json), end).AsTask());

        await Should.ThrowAsync<GameProtocolException>(() => MinecraftPing.AskAsync(game.Address, Cancel));
    }

    [Fact]
    public async Task MinecraftPing_NeverAnswers_EndsWithItsDeadline()
    {
        await using var game = new TcpGame((_, end) => Task.Delay(Timeout.Infinite, end));
        using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        await Should.ThrowAsync<OperationCanceledException>(() => MinecraftPing.AskAsync(game.Address, deadline.Token));
    }

    [Fact]
    public async Task MinecraftPing_NobodyListens_IsASocketError()
    {
        GameAddress address;
        await using (var game = new TcpGame((_, _) => Task.CompletedTask))
            address = game.Address;

        await Should.ThrowAsync<SocketException>(() => MinecraftPing.AskAsync(address, Cancel));
    }

    [Fact]
    public async Task A2S_ChallengedAndSplit_TellsPlayersAndVersion()
    {
        await using var game = new UdpGame(question => question[4] switch
        {
            0x54 when question.Length == 25 => [[0xFF, 0xFF, 0xFF, 0xFF, 0x41, 1, 2, 3, 4]],
            0x54 => [Info(3)],
            0x55 when question[5] == 0xFF => [[0xFF, 0xFF, 0xFF, 0xFF, 0x41, 9, 8, 7, 6]],
            _ => Split(Players("Anna", "Ben", "Çelik")),
        });

        var said = (await A2SQuery.AskAsync(game.Address, Cancel)).ShouldBeOfType<GameReply.Said>();

        said.Online.ShouldBe(3);
        said.Names.ShouldBe(["Anna", "Ben", "Çelik"]);
        said.Version.ShouldBe("0.220.3");
    }

    [Theory]
    [InlineData(0xB1, "0.206.5")]
    [InlineData(0xF1, "0.206.5")]
    [InlineData(0x91, "")]
    [InlineData(0xFF, "")]
    public async Task A2S_ExtraData_GivesTheGamesOwnKeywords(byte flags, string keywords)
    {
        byte[] spectators = (flags & 0x40) != 0 ? [1, 0, .. "tv\0"u8] : [];
        byte[] words = (flags & 0x20) != 0 && flags != 0xFF ? [.. "0.206.5\0"u8] : [];
        await using var game = new UdpGame(_ => [[.. Info(0), flags, 0x99, 0x09, .. new byte[8], .. spectators, .. words, .. new byte[flags == 0xFF ? 0 : 8]]]);

        var said = (await A2SQuery.AskAsync(game.Address, Cancel)).ShouldBeOfType<GameReply.Said>();

        (said.Text, said.Version, said.Online).ShouldBe((keywords, "0.220.3", 0));
    }

    [Fact]
    public async Task A2S_StrangersBetween_ArePassedOver()
    {
        await using var game = new UdpGame(_ => [[1, 2, 3], [0xFF, 0xFF, 0xFF, 0xFF, 0x6D, 1, 1], Info(0)]);

        (await A2SQuery.AskAsync(game.Address, Cancel)).ShouldBeOfType<GameReply.Said>().Online.ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task A2S_AnswersThatLie_AreGivenUp(byte[][] answers)
    {
        await using var game = new UdpGame(_ => answers);

        await Should.ThrowAsync<GameProtocolException>(() => A2SQuery.AskAsync(game.Address, Cancel));
    }

    [Fact]
    public async Task A2S_ChallengesForEver_IsGivenUp()
    {
        await using var game = new UdpGame(_ => [[0xFF, 0xFF, 0xFF, 0xFF, 0x41, 1, 2, 3, 4]]);

        await Should.ThrowAsync<GameProtocolException>(() => A2SQuery.AskAsync(game.Address, Cancel));
    }

    [Fact]
    public async Task A2S_NamesAreNeverTold_TellsHowMany()
    {
        await using var game = new UdpGame(question => question[4] == 0x54 ? [Info(3)] : []);

        var said = (await A2SQuery.AskAsync(game.Address, Cancel)).ShouldBeOfType<GameReply.Said>();

        (said.Online, said.Names.Count, said.Version).ShouldBe((3, 0, "0.220.3"));
    }

    [Fact]
    public async Task A2S_FirstAnswerLost_IsAskedAgain()
    {
        var asked = 0;
        await using var game = new UdpGame(_ => asked++ == 0 ? [] : [Info(0)]);

        (await A2SQuery.AskAsync(game.Address, Cancel)).ShouldBeOfType<GameReply.Said>();
        asked.ShouldBe(2);
    }

    [Fact]
    public async Task BedrockPing_Answer_TellsPlayersAndVersion()
    {
        var text = "MCPE;My §aserver;827;1.21.95;4;10;123;Bedrock level;Survival;1;"u8;
        byte[] answer = [0x1C, .. new byte[16], .. Magic, 0, (byte)text.Length, .. text];
        await using var game = new UdpGame(_ => [answer]);

        var said = (await BedrockPing.AskAsync(game.Address, Cancel)).ShouldBeOfType<GameReply.Said>();

        said.Online.ShouldBe(4);
        said.Version.ShouldBe("1.21.95");
    }

    [Theory]
    [InlineData(0xFF, "MCPE;a;1;1;1;1;")]
    [InlineData(0, "")]
    [InlineData(0, "MCPE;a;1;1;lots;1;")]
    public async Task BedrockPing_AnswersThatLie_AreGivenUp(byte more, string text)
    {
        byte[] answer = [0x1C, .. new byte[16], .. Magic, more, (byte)text.Length, .. Encoding.UTF8.GetBytes(text)];
        await using var game = new UdpGame(_ => [answer]);

        await Should.ThrowAsync<GameProtocolException>(() => BedrockPing.AskAsync(game.Address, Cancel));
    }

    [Fact]
    public async Task LuantiPing_PeerIdGiven_SaysGoodbyeUnderIt()
    {
        var heard = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var game = new UdpGame(question =>
        {
            if (question[4] == 0x12)
                heard.TrySetResult(question);
            return question[4] == 0 ? [[0x4F, 0x45, 0x74, 0x03, 0x00, 0x01, 0x00, 0x03, 0xFF, 0xDC, 0x00, 0x01, 0x12, 0x34]] : [];
        });

        (await LuantiPing.AskAsync(game.Address, Cancel)).ShouldBeOfType<GameReply.Said>();

        (await heard.Task.WaitAsync(Cancel))[^2..].ShouldBe([0x00, 0x03]);
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(1, false)]
    public async Task SatisfactoryQuery_State_TellsWhetherAGameIsLoaded(byte state, bool playing)
    {
        await using var game = new UdpGame(question => [[0xD5, 0xF6, 0x01, 0x01, .. question[4..12], state, 0x10, 0x27, 0, 0, 0x01]]);

        (await SatisfactoryQuery.AskAsync(game.Address, Cancel) is GameReply.Said { Version: "10000" }).ShouldBe(playing);
    }

    public static TheoryData<byte[][]> Lies() =>
    [
        (byte[][])[[0xFF, 0xFF, 0xFF, 0xFF, 0x49, 17]],
        (byte[][])[[0xFF, 0xFF, 0xFF, 0xFF, 0x49, 17, .. "no end"u8]],
        (byte[][])[[0xFF, 0xFF, 0xFF, 0xFF, 0x41, 1]],
        (byte[][])[[0xFE, 0xFF, 0xFF, 0xFF, 1, 0, 0, 0x80, 2, 0, 0, 0, 1]],
        (byte[][])[[0xFE, 0xFF, 0xFF, 0xFF, 1, 0, 0, 0, 255, 0, 0, 0, 1]],
        (byte[][])[[0xFE, 0xFF, 0xFF, 0xFF, 1, 0, 0, 0, 2, 9, 0, 0, 1]],
        (byte[][])[[0xFE, 0xFF, 0xFF, 0xFF, 1, 0, 0, 0, 2, 0, 0, 0, 1], [0xFE, 0xFF, 0xFF, 0xFF, 1, 0, 0, 0, 3, 1, 0, 0, 1]],
        (byte[][])[[0xFE, 0xFF, 0xFF, 0xFF, 1, 0, 0, 0, 1, 0, 0, 0, 1, 2, 3]],
        (byte[][])[.. Enumerable.Repeat<byte[]>([9, 9, 9, 9, 9, 9], 100)],
    ];

    private static TcpGame Minecraft(Func<NetworkStream, CancellationToken, Task> answer) => new(async (stream, end) =>
    {
        var question = new byte[256];
        _ = await stream.ReadAtLeastAsync(question, 22, throwOnEndOfStream: false, end);
        await answer(stream, end);
    });

    private static byte[] Answer(string json) => Answer(Encoding.UTF8.GetBytes(json));

    private static byte[] Answer(byte[] text)
    {
        byte[] body = [0x00, .. VarInt(text.Length), .. text];
        return [.. VarInt(body.Length), .. body];
    }

    private static IEnumerable<byte> VarInt(int value)
    {
        for (; value > 0x7F; value >>= 7)
            yield return (byte)(value | 0x80);
        yield return (byte)value;
    }

    private static byte[] Info(byte players) =>
        [0xFF, 0xFF, 0xFF, 0xFF, 0x49, 17, .. "Name\0Map\0folder\0Valheim\0"u8, 0, 0, players, 64, 0, (byte)'d', (byte)'l', 0, 1, .. "0.220.3\0"u8];

    private static byte[] Players(params string[] names) =>
        [0xFF, 0xFF, 0xFF, 0xFF, 0x44, (byte)names.Length, .. names.SelectMany(name => (byte[])[0, .. Encoding.UTF8.GetBytes(name), 0, .. new byte[8]])];

    private static IEnumerable<byte[]> Split(byte[] answer)
    {
        var parts = answer.Chunk(11).ToList();

        // The last comes first: datagrams overtake each other.
        return parts.Select((part, number) => (byte[])[0xFE, 0xFF, 0xFF, 0xFF, 5, 0, 0, 0, (byte)parts.Count, (byte)number, 0xE0, 0x04, .. part]).Reverse();
    }
}
