using System.Collections.Concurrent;
using Discord.WebSocket;
using SnapshotBot.Chat;
using SnapshotBot.Chat.Interactions;

namespace SnapshotBot.ChatDiscordNet;

/// <summary>Discord.Net answers by its own objects: they are kept as long as their tokens live.</summary>
internal sealed class OpenInteractions(TimeProvider time)
{
    /// <summary>How long an interaction can be answered.</summary>
    public static readonly TimeSpan TokenLife = TimeSpan.FromMinutes(15);

    private readonly ConcurrentDictionary<InteractionId, SocketInteraction> _open = new();
    private readonly ConcurrentQueue<(InteractionId Id, DateTimeOffset At)> _order = new();

    public void Add(Interaction interaction, SocketInteraction source)
    {
        _open[interaction.Id] = source;
        _order.Enqueue((interaction.Id, interaction.ReceivedAt));
        while (_order.TryPeek(out var first) && first.At + TokenLife < time.GetUtcNow() && _order.TryDequeue(out first))
        {
            _open.TryRemove(first.Id, out _);
        }
    }

    public SocketInteraction? Find(Interaction interaction) =>
        interaction.ReceivedAt + TokenLife > time.GetUtcNow() ? _open.GetValueOrDefault(interaction.Id) : null;
}
