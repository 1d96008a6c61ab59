using System.Net.Sockets;
using SnapshotBot.Engine;
using SnapshotBot.Service.Games.Clients;

namespace SnapshotBot.Service.Games;

/// <summary>Asks a game by its query protocol, at each address it could be reached at, within the question's deadline.</summary>
internal sealed class GameQueries(IDockerEngine engine, ContainerDetails container, TimeProvider time)
{
    public async Task<GameReply> AskAsync(ProfileQuestion question, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(question.DeadlineSeconds), time);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            if (await new ValueFinder(engine, container).FindPortAsync(question.Port, limited.Token) is not { } port)
                return new GameReply.Nothing("Its query port is not known.");
            var protocol = question.Protocol == ProfileProtocol.MinecraftPing ? "tcp" : "udp";
            var addresses = GameAddress.Of(engine, container, port, protocol);
            var share = TimeSpan.FromSeconds((double)question.DeadlineSeconds / Math.Max(1, addresses.Count));
            GameReply reply = new GameReply.Nothing("It has no address that can be reached.");
            foreach (var address in addresses)
            {
                reply = await AskAsync(question.Protocol!.Value, address, share, limited.Token);
                if (reply is GameReply.Said)
                    return reply;
            }

            return reply;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new GameReply.Nothing("It did not answer in time.");
        }
    }

    private async Task<GameReply> AskAsync(ProfileProtocol protocol, GameAddress address, TimeSpan share, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(share, time);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            return protocol switch
            {
                ProfileProtocol.MinecraftPing => await MinecraftPing.AskAsync(address, limited.Token),
                ProfileProtocol.BedrockPing => await BedrockPing.AskAsync(address, limited.Token),
                ProfileProtocol.A2S => await A2SQuery.AskAsync(address, limited.Token),
                ProfileProtocol.LuantiPing => await LuantiPing.AskAsync(address, limited.Token),
                ProfileProtocol.SatisfactoryQuery => await SatisfactoryQuery.AskAsync(address, limited.Token),
                _ => throw new InvalidOperationException("A protocol nobody speaks."),
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new GameReply.Nothing($"{address} did not answer in time.");
        }
        catch (Exception error) when (error is SocketException or IOException or GameProtocolException)
        {
            return new GameReply.Nothing($"{address}: {error.Message}");
        }
    }
}
