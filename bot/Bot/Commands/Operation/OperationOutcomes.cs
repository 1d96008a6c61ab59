using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Bot.Commands.Operation;

internal sealed record OperationsListed(IReadOnlyList<OperationInfo> Operations);

internal sealed record AuditListed(IReadOnlyList<AuditLine> Lines);

internal sealed record CancelAsked(OperationId Operation);
