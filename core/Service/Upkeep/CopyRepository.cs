using System.Text.Json.Serialization;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Service.Upkeep;

/// <summary>Bring a second repository up to date: only what it lacks is copied; snapshots keep our id, lock and tags.</summary>
/// <param name="To">A folder or <c>rest:http://...</c>; null for the one that was set.</param>
/// <param name="PasswordFile">The file with its password; null for this repository's own.</param>
public sealed record CopyRepository(string? To, string? PasswordFile) : OperationRequest<CopyRepositoryOutcome>
{
    public const string KindText = "storage copy";

    [JsonIgnore]
    public override string Kind => KindText;

    [JsonIgnore]
    public override OperationScope Scope => OperationScope.Repository;
}

/// <summary>How a copy ended: a closed family.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Copied), "copied")]
[JsonDerivedType(typeof(NoTarget), "no-target")]
[JsonDerivedType(typeof(SamePlace), "same-place")]
[JsonDerivedType(typeof(Stopped), "stopped")]
public abstract record CopyRepositoryOutcome
{
    private CopyRepositoryOutcome()
    {
    }

    /// <summary>The copy holds every snapshot.</summary>
    public sealed record Copied(string To, int Snapshots, int Changed, int There, long Blobs, long Bytes, TimeSpan Took) : CopyRepositoryOutcome;

    /// <summary>Nobody said where to.</summary>
    public sealed record NoTarget : CopyRepositoryOutcome;

    /// <summary>The target is the repository itself.</summary>
    public sealed record SamePlace(string To) : CopyRepositoryOutcome;

    /// <summary>The target could not take it all: full, gone, or of another password; or snapshots were left out because they are damaged here.
    /// What it has is whole; the next run goes on from there.</summary>
    public sealed record Stopped(string To, int Snapshots, int Left, string Code, string Message, string? Hint) : CopyRepositoryOutcome;
}
