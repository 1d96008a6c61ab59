using Microsoft.Extensions.DependencyInjection;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Games;

/// <summary>A game may hold its writes; whoever finds this lets it write again.</summary>
/// <param name="Server">Whose game.</param>
/// <param name="StartedAt">When the run began that was asked; one that was started since holds nothing.</param>
internal sealed record GameHeld(string Server, DateTimeOffset? StartedAt) : Fact
{
    public override async Task UndoAsync(FactContext context, CancellationToken cancellationToken)
    {
        if (context.Services.GetRequiredService<ServerStore>().Find(new ServerId(Server)) is not { } server)
            return;
        var game = await context.Services.GetRequiredService<GameFinder>().ForAsync(server, cancellationToken);
        if (game.Container is not { State.IsRunning: true } container || (StartedAt is not null && container.State.StartedAt != StartedAt))
            return;
        if (await game.ReleaseAsync() is ReleaseAnswer.Failed failed)
            throw new StillOpenException($"The game of {server.Name} may still hold its saving: {failed.Reason}");
    }

    public override Task FinishAsync(FactContext context, CancellationToken cancellationToken) => UndoAsync(context, cancellationToken);
}
