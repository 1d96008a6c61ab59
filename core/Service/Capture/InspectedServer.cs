using SnapshotBot.Engine;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Capture;

/// <summary>A server as the engine and the host describe it at one moment.</summary>
internal sealed record InspectedServer
{
    public required GameServer Server { get; init; }

    /// <summary>In starting order.</summary>
    public required IReadOnlyList<InspectedContainer> Containers { get; init; }

    /// <summary>Each mount once, whoever uses it.</summary>
    public required IReadOnlyList<InspectedMount> Mounts { get; init; }

    public required IReadOnlyList<VolumeDetails> Volumes { get; init; }

    public required IReadOnlyList<NetworkDetails> Networks { get; init; }

    public required IReadOnlyList<ImageDetails> Images { get; init; }

    /// <summary>With mounts that none of its containers uses now, or only reads.</summary>
    public InspectedServer With(IReadOnlyList<InspectedMount> more) => more.Count == 0 ? this : this with
    {
        Mounts = [.. Mounts.Where(mount => more.All(other => other.Key != mount.Key)), .. more],
    };

    /// <summary>With the restart policies that its containers had then; one that had none was left as it is.</summary>
    public InspectedServer WithPoliciesOf(InspectedServer before) => this with
    {
        Containers = [.. Containers.Select(one => before.Containers.FirstOrDefault(other => other.Details.Id == one.Details.Id) is { } was
            && was.Details.RestartPolicy.Kind != RestartPolicyKind.No
            ? one with { Details = one.Details with { Definition = one.Details.Definition.WithRestartPolicy(was.Details.RestartPolicy) } }
            : one)],
    };
}

/// <summary>A container of the server.</summary>
internal sealed record InspectedContainer(ContainerDetails Details, InspectedLayer Layer)
{
    public string Name => Details.Name;

    public bool IsRunning => Details.State.IsRunning && !Details.State.IsPaused;

    public string StateText => Details.State switch
    {
        { IsPaused: true } => "paused",
        { IsRunning: true } => "running",
        _ => "stopped",
    };
}

/// <summary>Where a container's writable layer is, or why it can't be read.</summary>
internal sealed record InspectedLayer(string? Upper, bool UsesUserAttributes, LayerFault? Fault);

/// <summary>A mount that one or more containers of the server use.</summary>
internal sealed record InspectedMount
{
    /// <summary>What makes it the same mount in another snapshot: the volume's name or the path.</summary>
    public required string Key { get; init; }

    public required MountKind Kind { get; init; }

    /// <summary>The path on the engine's host that is read.</summary>
    public required string Source { get; init; }

    public string? Volume { get; init; }

    public required IReadOnlyList<DocumentUse> Uses { get; init; }

    /// <summary>Whether it is one file mounted by itself.</summary>
    public bool IsFile { get; init; }

    /// <summary>Why it is only recorded, or null when it is captured.</summary>
    public string? LeftOut { get; init; }

    public string KindText => Kind switch
    {
        MountKind.Volume => "volume",
        MountKind.Bind => "bind",
        MountKind.TemporaryFileSystem => "tmpfs",
        _ => "other",
    };
}

/// <summary>Something about the server can't be captured or restored; nothing was changed.</summary>
internal sealed class RefusedException(Refusal refusal) : Exception($"Refused: {refusal.GetType().Name}.")
{
    public Refusal Refusal { get; } = refusal;
}
