using System.Globalization;
using System.Text.Json;
using SnapshotBot.Engine.Transport;

namespace SnapshotBot.Engine;

/// <summary>The typed view of the engine's description of a container.</summary>
internal static class ContainerReader
{
    public static ContainerDetails Read(JsonElement root, ReadOnlyMemory<byte> json)
    {
        var config = root.At("Config");
        var host = root.At("HostConfig");
        var settings = root.At("NetworkSettings");
        return new ContainerDetails
        {
            Id = ContainerId.Parse(root.Text("Id")),
            Name = root.Text("Name").TrimStart('/'),
            Image = config.Text("Image"),
            ImageId = ImageId.TryParse(root.Text("Image"), out var image) ? image : null,
            CreatedAt = root.Time("Created") ?? DateTimeOffset.UnixEpoch,
            State = ReadState(root),
            RestartPolicy = ReadPolicy(host.At("RestartPolicy")),
            IsRemovedOnStop = host.Flag("AutoRemove"),
            Command = config.Texts("Cmd"),
            Entrypoint = config.Texts("Entrypoint"),
            Environment = config.Texts("Env"),
            WorkingDirectory = config.Text("WorkingDir"),
            User = config.Text("User"),
            HostName = config.Text("Hostname"),
            HasTerminal = config.Flag("Tty"),
            TakesInput = config.Flag("OpenStdin") && !config.Flag("StdinOnce"),
            Labels = config.TextMap("Labels"),
            Mounts = ReadMounts(root),
            NetworkMode = host.Text("NetworkMode"),
            Networks = [.. settings.Members("Networks").Select(ReadNetwork)],
            Ports = ReadPorts(settings.At("Ports"), host),
            Limits = ReadLimits(host),
            StopSignal = config.Text("StopSignal"),
            StopTimeout = config.At("StopTimeout").ValueKind == JsonValueKind.Number ? Grace(config.Number("StopTimeout")) : null,
            StorageDriver = root.At("GraphDriver").Text("Name") is { Length: > 0 } driver ? driver : root.Text("Driver"),
            StorageData = root.At("GraphDriver").TextMap("Data"),
            Definition = ContainerDefinition.Parse(json),
        };
    }

    /// <summary>Less than zero is the engine's way to say: wait for it, and never kill.</summary>
    private static TimeSpan Grace(long seconds)
    {
        var longest = (long)ContainerDetails.LongestGrace.TotalSeconds;
        return TimeSpan.FromSeconds(seconds < 0 ? longest : Math.Min(seconds, longest));
    }

    public static ContainerSummary ReadSummary(JsonElement entry)
    {
        var names = entry.Texts("Names").Select(name => name.TrimStart('/')).ToList();
        return new ContainerSummary
        {
            Id = ContainerId.Parse(entry.Text("Id")),
            // Links give a container further names, "other/alias"; its own has no slash.
            Name = names.Find(name => !name.Contains('/', StringComparison.Ordinal)) ?? names.FirstOrDefault() ?? string.Empty,
            Image = entry.Text("Image"),
            ImageId = ImageId.TryParse(entry.Text("ImageID"), out var image) ? image : null,
            Status = ParseStatus(entry.Text("State")),
            Labels = entry.TextMap("Labels"),
            Mounts = ReadMounts(entry),
            CreatedAt = DateTimeOffset.FromUnixTimeSeconds(entry.Number("Created")),
        };
    }

    /// <summary>Of the engine's figures. What the kernel caches and gives back when asked is taken off, named differently by version 1 and 2 groups.</summary>
    public static long? ReadMemoryUsed(JsonElement root)
    {
        var memory = root.At("memory_stats");
        var (usage, kinds) = (memory.Number("usage"), memory.At("stats"));
        var cached = kinds.At("total_inactive_file").ValueKind == JsonValueKind.Number ? kinds.Number("total_inactive_file") : kinds.Number("inactive_file");
        return usage <= 0 ? null : cached > 0 && cached < usage ? usage - cached : usage;
    }

    private static ContainerState ReadState(JsonElement root)
    {
        var state = root.At("State");
        return new ContainerState
        {
            Status = ParseStatus(state.Text("Status")),
            IsRunning = state.Flag("Running"),
            IsPaused = state.Flag("Paused"),
            ProcessId = (int)state.Number("Pid"),
            ExitCode = (int)state.Number("ExitCode"),
            WasKilledForMemory = state.Flag("OOMKilled"),
            Error = state.Text("Error"),
            Health = state.At("Health").Text("Status") switch
            {
                "starting" => ContainerHealth.Starting,
                "healthy" => ContainerHealth.Healthy,
                "unhealthy" => ContainerHealth.Unhealthy,
                _ => ContainerHealth.None,
            },
            StartedAt = state.Time("StartedAt"),
            FinishedAt = state.Time("FinishedAt"),
            RestartCount = (int)root.Number("RestartCount"),
        };
    }

    private static ContainerStatus ParseStatus(string text) => text switch
    {
        "created" => ContainerStatus.Created,
        "running" => ContainerStatus.Running,
        "paused" => ContainerStatus.Paused,
        "restarting" => ContainerStatus.Restarting,
        "removing" => ContainerStatus.Removing,
        "exited" => ContainerStatus.Exited,
        "dead" => ContainerStatus.Dead,
        _ => ContainerStatus.Unknown,
    };

    private static RestartPolicy ReadPolicy(JsonElement policy) =>
        new(RestartPolicyText.Parse(policy.Text("Name")), (int)policy.Number("MaximumRetryCount"));

    private static List<ContainerMount> ReadMounts(JsonElement root) => [.. root.Items("Mounts").Select(mount =>
    {
        var kind = mount.Text("Type") switch
        {
            "bind" => MountKind.Bind,
            "volume" => MountKind.Volume,
            "tmpfs" => MountKind.TemporaryFileSystem,
            "npipe" => MountKind.NamedPipe,
            "cluster" => MountKind.Cluster,
            _ => MountKind.Other,
        };
        return new ContainerMount
        {
            Kind = kind,
            VolumeName = kind == MountKind.Volume ? mount.Text("Name") : null,
            Source = mount.Text("Source"),
            Target = mount.Text("Destination"),
            Driver = kind == MountKind.Volume ? mount.Text("Driver") : null,
            IsReadOnly = !mount.Flag("RW"),
            Propagation = mount.Text("Propagation"),
            Mode = mount.Text("Mode"),
        };
    })];

    private static ContainerNetwork ReadNetwork(JsonProperty member) => new()
    {
        Name = member.Name,
        Id = NetworkId.TryParse(member.Value.Text("NetworkID"), out var id) ? id : null,
        Aliases = member.Value.Texts("Aliases"),
        FixedIPv4 = member.Value.At("IPAMConfig").Text("IPv4Address") is { Length: > 0 } four ? four : null,
        FixedIPv6 = member.Value.At("IPAMConfig").Text("IPv6Address") is { Length: > 0 } six ? six : null,
        Address = member.Value.Text("IPAddress"),
    };

    private static List<PublishedPort> ReadPorts(JsonElement current, JsonElement host)
    {
        // A stopped container has no current ports; what it asked for is in its settings.
        var bindings = current.ValueKind == JsonValueKind.Object && current.EnumerateObject().Any() ? current : host.At("PortBindings");
        var ports = new List<PublishedPort>();
        if (bindings.ValueKind != JsonValueKind.Object)
        {
            return ports;
        }

        foreach (var member in bindings.EnumerateObject())
        {
            var parts = member.Name.Split('/');
            if (!int.TryParse(parts[0], CultureInfo.InvariantCulture, out var port) || member.Value.ValueKind != JsonValueKind.Array)
            {
                continue;
            }

            ports.AddRange(member.Value.EnumerateArray().Select(binding => new PublishedPort(
                port,
                parts.Length > 1 ? parts[1] : "tcp",
                binding.Text("HostIp"),
                int.TryParse(binding.Text("HostPort"), CultureInfo.InvariantCulture, out var hostPort) && hostPort > 0 ? hostPort : null)));
        }

        return ports;
    }

    private static ContainerLimits ReadLimits(JsonElement host) => new(
        host.Number("Memory"),
        host.Number("MemorySwap"),
        host.Number("NanoCpus"),
        host.Number("CpuShares"),
        host.Text("CpusetCpus"),
        Math.Max(0, host.Number("PidsLimit")));
}
