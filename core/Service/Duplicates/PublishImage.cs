using System.Text.Json.Serialization;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Service.Duplicates;

/// <summary>Publish what a container changed in its own file system as a Docker image: what <c>docker commit</c> would have given at the moment
/// of the snapshot. Volumes are not in it, as they never are.</summary>
public sealed record PublishImage : OperationRequest<PublishImageOutcome>
{
    public const string KindText = "snapshot image";

    public required SnapshotId Snapshot { get; init; }

    public required ServerId Server { get; init; }

    /// <summary>A name and tag such as <c>games/modpack:before-update</c>.</summary>
    public required string Tag { get; init; }

    /// <summary>Which container; null where the snapshot has one.</summary>
    public string? Container { get; init; }

    [JsonIgnore]
    public override string Kind => KindText;

    [JsonIgnore]
    public override OperationScope Scope => OperationScope.Repository;
}

/// <summary>How it ended: a closed family.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Published), "published")]
[JsonDerivedType(typeof(Refused), "refused")]
public abstract record PublishImageOutcome
{
    private PublishImageOutcome()
    {
    }

    /// <param name="Image">Its id, 64 digits.</param>
    /// <param name="Tag">Its name.</param>
    /// <param name="Container">The container it is of.</param>
    /// <param name="Size">Bytes, as the engine counts them.</param>
    /// <param name="Secrets">Variables in it that look like secrets: who gets the image gets them.</param>
    public sealed record Published(string Image, string Tag, string Container, long Size, IReadOnlyList<string> Secrets) : PublishImageOutcome;

    public sealed record Refused(Refusal Refusal) : PublishImageOutcome;
}
