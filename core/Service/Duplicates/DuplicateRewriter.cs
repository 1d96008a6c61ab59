using SnapshotBot.Engine;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Service.Duplicates;

/// <summary>Writes the new containers' definitions: own names, volumes, networks and ports, nobody else's labels, no secrets.</summary>
internal sealed class DuplicateRewriter(
    DuplicateSnapshot request,
    ServerDocument document,
    IReadOnlyList<DuplicateVolume> volumes,
    IReadOnlyList<DuplicateNetwork> networks,
    DuplicateNames names)
{
    private readonly List<string> _blanked = [];
    private readonly List<string> _leftOut = [];
    private readonly Dictionary<string, EngineName> _containers = document.Containers.ToDictionary(
        one => one.Name, one => document.Containers.Count == 1 ? names.Alone() : names.Next("container", ShortName(one)), StringComparer.Ordinal);

    public IReadOnlyList<string> Blanked => [.. _blanked.Distinct(StringComparer.Ordinal)];

    public IReadOnlyList<string> LeftOut => [.. _leftOut.Distinct(StringComparer.Ordinal)];

    public DuplicateContainer Rewrite(DocumentContainer container, ContainerDetails original, IReadOnlyDictionary<string, List<PublishedPort>> ports)
    {
        var (variables, command) = (original.Environment, original.Command);
        if (request.Secrets == SecretHandling.Blank)
        {
            (variables, var blankedVariables) = SecretText.Variables(original.Environment);
            (command, var blankedArguments) = SecretText.Arguments(original.Command);
            _blanked.AddRange([.. blankedVariables, .. blankedArguments]);
        }

        var (mode, joined) = Networks(original);
        var (mounts, files) = Mounts(container);
        var rewrite = new ContainerRewrite
        {
            Mounts = mounts,
            Ports = mode.StartsWith("container:", StringComparison.Ordinal) ? [] : ports[container.Name],
            NetworkMode = mode,
            Networks = joined,
            Environment = variables,
            Command = command,
            Labels = ForeignLabels.Of(original.Labels, request.NewServer.Value, container.MemoryUsed),
        };
        return new(container, _containers[container.Name], container.ToDefinition().With(rewrite), files);
    }

    /// <summary>A compose service's name is shorter than its container's.</summary>
    private static string ShortName(DocumentContainer container)
    {
        var details = container.ToDefinition().ToDetails();
        return details.Labels.GetValueOrDefault(Servers.ServerLabels.ComposeService) ?? container.Name;
    }

    private (string Mode, Dictionary<string, IReadOnlyList<string>> Joined) Networks(ContainerDetails original)
    {
        var joined = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (original.NetworkMode.StartsWith("container:", StringComparison.Ordinal))
        {
            var other = original.NetworkMode["container:".Length..];
            var owner = document.Containers.FirstOrDefault(one => one.Name == other || one.ToDefinition().Id?.Value == other);
            return owner is null ? ("bridge", joined) : ($"container:{_containers[owner.Name].Value}", joined);
        }

        if (original.NetworkMode == "none")
            return ("none", joined);
        foreach (var network in original.Networks.Where(one => one.Name is not ("bridge" or "none")))
        {
            // Names in a network of their own are in nobody's way, and the other containers know them by these.
            var aliases = network.Aliases.Where(alias => !original.Id.Value.StartsWith(alias, StringComparison.Ordinal)).Append(original.Name).Distinct(StringComparer.Ordinal);
            joined[networks.First(one => one.Original == network.Name).Name.Value] = [.. aliases];
        }

        return (joined.Count == 0 ? "bridge" : joined.Keys.First(), joined);
    }

    private (List<BlueprintMount> Mounts, List<DuplicateFile> Files) Mounts(DocumentContainer container)
    {
        var mounts = new List<BlueprintMount>();
        var files = new List<DuplicateFile>();
        foreach (var mount in document.Mounts)
        {
            foreach (var use in mount.Uses.Where(use => use.Container == container.Name))
            {
                var access = use.ReadOnly ? MountAccess.ReadOnly : MountAccess.ReadWrite;
                if (volumes.FirstOrDefault(one => one.Mount == mount) is { } volume)
                    mounts.Add(BlueprintMount.Volume(volume.Name, use.Target) with { Access = access });
                else if (mount is { Folder: not null, File: not null })
                    files.Add(Place(container, mount, use));
                else if (mount is { Kind: "bind", LeftOut: "read-only" or "system-file" })
                    mounts.Add(BlueprintMount.Bind(mount.Source, use.Target) with { Access = MountAccess.ReadOnly });
                else if (mount.Kind != "tmpfs")
                    _leftOut.Add($"{use.Container}:{use.Target}");
            }
        }

        return (mounts, files);
    }

    /// <summary>A file that was mounted by itself becomes an ordinary one, in the volume that is there or in the layer.</summary>
    private DuplicateFile Place(DocumentContainer container, DocumentMount mount, DocumentUse use)
    {
        var around = volumes.SelectMany(volume => volume.Mount.Uses.Select(other => (volume, other)))
            .Where(one => one.other.Container == container.Name && GamePath.IsAtOrBelow(use.Target, one.other.Target))
            .OrderByDescending(one => one.other.Target.Length).FirstOrDefault();
        return around.volume is null
            ? new DuplicateFile(mount, null, use.Target.TrimStart('/'))
            : new DuplicateFile(mount, around.volume.Name, GamePath.Below(use.Target, around.other.Target.TrimEnd('/') is { Length: > 0 } top ? top : "/"));
    }
}
