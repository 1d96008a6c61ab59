using System.Text.Json.Serialization;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Restore;

/// <summary>
/// Put a server back to just before its last restore. It is a restore whose target is that restore's safety snapshot, planned against the
/// world as it is by then and with a safety snapshot of its own: so an undo can be undone.
/// </summary>
public sealed record UndoRestore(ServerId Server) : OperationRequest<RestoreOutcome>
{
    public const string KindText = "snapshot undo";

    [JsonIgnore]
    public override string Kind => KindText;

    [JsonIgnore]
    public override OperationScope Scope => OperationScope.OfServer(Server.Value);
}
