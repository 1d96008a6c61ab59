using System.Text.Json;
using SnapshotBot.Engine.Transport;

namespace SnapshotBot.Engine;

internal static class EngineInfoReader
{
    public static EngineInfo Read(JsonElement root, string apiVersion)
    {
        var driver = root.Items("DriverStatus")
            .Where(pair => pair.ValueKind == JsonValueKind.Array && pair.GetArrayLength() == 2)
            .ToLookup(pair => pair[0].GetString() ?? string.Empty, pair => pair[1].GetString() ?? string.Empty, StringComparer.Ordinal);
        var security = root.Texts("SecurityOptions");
        return new EngineInfo
        {
            Id = root.Text("ID"),
            ServerVersion = root.Text("ServerVersion"),
            ApiVersion = apiVersion,
            HostName = root.Text("Name"),
            OperatingSystem = root.Text("OperatingSystem"),
            KernelVersion = root.Text("KernelVersion"),
            Architecture = root.Text("Architecture"),
            DataRoot = root.Text("DockerRootDir"),
            StorageDriver = root.Text("Driver"),
            BackingFileSystem = driver["Backing Filesystem"].FirstOrDefault() ?? string.Empty,
            HasContainerdImageStore = driver["driver-type"].Any(type => type.StartsWith("io.containerd.snapshotter", StringComparison.Ordinal)),
            IsRootless = Has(security, "rootless"),
            RemapsUsers = Has(security, "userns"),
            HasLiveRestore = root.Flag("LiveRestoreEnabled"),
            CgroupDriver = root.Text("CgroupDriver"),
            CgroupVersion = root.Text("CgroupVersion"),
            DefaultRuntime = root.Text("DefaultRuntime"),
            IsSwarmActive = root.At("Swarm").Text("LocalNodeState") == "active",
            SecurityOptions = security,
            ContainersRunning = (int)root.Number("ContainersRunning"),
            ContainersTotal = (int)root.Number("Containers"),
            Warnings = root.Texts("Warnings"),
        };
    }

    private static bool Has(IReadOnlyList<string> options, string name) =>
        options.Any(option => option.Split(',').Contains("name=" + name, StringComparer.Ordinal));
}
