using Microsoft.Extensions.DependencyInjection;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Games;

/// <summary>A game may hold its writes; whoever finds this lets it write again.</summary>
internal sealed record GameHeld(string Server) : Fact
{
    public override async Task UndoAsync(FactContext context, CancellationToken cancellationToken)
    {
        if (context.Services.GetRequiredService<ServerStore>().Find(new ServerId(Server)) is not { } server)
            return;
        var game = await context.Services.GetRequiredService<GameFinder>().ForAsync(server, cancellationToken);
        await game.ReleaseAsync();
    }

    public override Task FinishAsync(FactContext context, CancellationToken cancellationToken) => UndoAsync(context, cancellationToken);
}
