using System.Text.Json.Serialization;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Service.Duplicates;

/// <summary>Make a second server from a snapshot, beside the one it is of.</summary>
public sealed record DuplicateSnapshot : OperationRequest<DuplicateOutcome>
{
    public const string KindText = "snapshot duplicate";

    public required SnapshotId Snapshot { get; init; }

    /// <summary>The new server's id: chosen by who asks, so that the operation is the new server's and keeps nobody away from the original.</summary>
    public required ServerId NewServer { get; init; }

    /// <summary>Its name; every container, volume and network made begins with it.</summary>
    public required string Name { get; init; }

    /// <summary>Ports of the host for ports of the game. Others that the original publishes get free ones.</summary>
    public IReadOnlyList<PortPublication> Ports { get; init; } = [];

    public SecretHandling Secrets { get; init; }

    /// <summary>After this it is stopped, and removed a day later; null: it stays.</summary>
    public TimeSpan? For { get; init; }

    public DuplicateStart Start { get; init; }

    [JsonIgnore]
    public override string Kind => KindText;

    [JsonIgnore]
    public override OperationScope Scope => OperationScope.OfServer(NewServer.Value);
}

/// <summary>A port of the host and the port of the container that it leads to.</summary>
/// <param name="HostPort">1 to 65535.</param>
/// <param name="ContainerPort">1 to 65535.</param>
/// <param name="Protocol"><c>tcp</c> or <c>udp</c>.</param>
public sealed record PortPublication(int HostPort, int ContainerPort, string Protocol);

/// <summary>What becomes of passwords and tokens.</summary>
public enum SecretHandling
{
    Blank,
    Keep,
}

/// <summary>Whether the new server is started.</summary>
public enum DuplicateStart
{
    LeaveStopped,
    StartNow,
}

/// <summary>How it ended: a closed family.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Made), "made")]
[JsonDerivedType(typeof(Refused), "refused")]
public abstract record DuplicateOutcome
{
    private DuplicateOutcome()
    {
    }

    public sealed record Made : DuplicateOutcome
    {
        public required ServerInfo Server { get; init; }

        public required IReadOnlyList<PortPublication> Ports { get; init; }

        /// <summary>Variables, arguments and files whose secrets were blanked.</summary>
        public required IReadOnlyList<string> Blanked { get; init; }

        /// <summary>Mounts of the original that the new one does not have: sockets, and what lies outside the snapshot.</summary>
        public required IReadOnlyList<string> LeftOut { get; init; }

        public DateTimeOffset? EndsAt { get; init; }

        /// <summary>Why it does not run though it was started; null when it does, or was not.</summary>
        public string? NotUp { get; init; }
    }

    public sealed record Refused(Refusal Refusal) : DuplicateOutcome;
}
