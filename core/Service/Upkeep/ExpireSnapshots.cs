using System.Text.Json.Serialization;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Service.Upkeep;

/// <summary>Forget the snapshots of a server that no policy keeps. The newest is read back first; nothing goes before that is good.</summary>
public sealed record ExpireSnapshots(ServerId Server) : OperationRequest<ExpireSnapshotsOutcome>
{
    public const string KindText = "snapshot expire";

    [JsonIgnore]
    public override string Kind => KindText;

    [JsonIgnore]
    public override OperationScope Scope => OperationScope.OfServer(Server.Value);
}

/// <summary>How an expiry ended: a closed family.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Expired), "expired")]
[JsonDerivedType(typeof(Held), "held")]
[JsonDerivedType(typeof(NotVerified), "not-verified")]
public abstract record ExpireSnapshotsOutcome
{
    private ExpireSnapshotsOutcome()
    {
    }

    /// <summary>Those are gone; maybe none.</summary>
    public sealed record Expired(IReadOnlyList<SnapshotInfo> Snapshots, int Kept) : ExpireSnapshotsOutcome;

    /// <summary>Something looks broken: nothing expires until an admin says it is fine.</summary>
    public sealed record Held(IncidentCause Cause) : ExpireSnapshotsOutcome;

    /// <summary>The newest snapshot is damaged, so the older ones stay.</summary>
    public sealed record NotVerified(SnapshotInfo Newest) : ExpireSnapshotsOutcome;
}

/// <summary>What a retention policy comes to for one server.</summary>
/// <param name="Kept">What stays and why, newest first.</param>
/// <param name="Forgotten">What goes at the next expiry, newest first.</param>
/// <param name="KeptBytes">About what the kept ones hold.</param>
/// <param name="Held">What keeps everything from expiring now, or null.</param>
public sealed record RetentionForecast(
    IReadOnlyList<KeptInfo> Kept, IReadOnlyList<ForgottenInfo> Forgotten, long KeptBytes, IncidentCause? Held);

/// <summary>A snapshot that stays, and every reason.</summary>
public sealed record KeptInfo(SnapshotInfo Snapshot, IReadOnlyList<KeepWhy> Reasons);

/// <summary>A snapshot that goes, and why.</summary>
public sealed record ForgottenInfo(SnapshotInfo Snapshot, ForgetWhy Reason);

/// <summary>Why a snapshot stays.</summary>
/// <param name="Rule">A stable word: <c>last</c>, <c>hourly</c>, <c>daily</c>, <c>weekly</c>, <c>monthly</c>, <c>yearly</c>, <c>within</c>,
/// <c>all</c>, <c>locked</c>, <c>undo</c>, <c>in-use</c>, <c>newest</c>, <c>no-policy</c>.</param>
/// <param name="Number">Which one of the rule's this is, from 1; 0 where nothing is counted.</param>
/// <param name="Of">How many the rule keeps; 0 where nothing is counted.</param>
/// <param name="Detail">The rule's duration, or null.</param>
public sealed record KeepWhy(string Rule, int Number, int Of, string? Detail);

/// <summary>Why a snapshot goes.</summary>
public enum ForgetWhy
{
    /// <summary>No rule of its policy keeps it.</summary>
    Policy,

    /// <summary>The way back of a restore, and its time is over.</summary>
    UndoOver,

    /// <summary>The rules keep more than the quota allows; the oldest go.</summary>
    Quota,
}
