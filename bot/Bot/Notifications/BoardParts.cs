using SnapshotBot.Chat;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Bot.Notifications;

/// <summary>What the board draws with.</summary>
internal sealed record BoardParts
{
    public required IChat Chat { get; init; }

    public required OperationFeed Feed { get; init; }

    public required OperationReads Operations { get; init; }

    public required PostedMessages Posted { get; init; }

    public required OperationViews Views { get; init; }

    public required UnaskedOperations Unasked { get; init; }

    public required DailyMessage Daily { get; init; }

    public required Addresses Addresses { get; init; }

    public required PanelKeeper Panels { get; init; }

    public required TimeProvider Time { get; init; }
}
