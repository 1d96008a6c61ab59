using System.Text.Json;
using SnapshotBot.Service.Capture;

namespace SnapshotBot.Service.Snapshots;

/// <summary>Picks from the engine's description what people want to see of a container, with secrets masked.</summary>
internal static class DefinitionReader
{
    private const string Mask = "********";
    private static readonly string[] Secrets = ["PASS", "SECRET", "TOKEN", "KEY", "CREDENTIAL", "AUTH", "PRIVATE", "WEBHOOK", "DSN", "COOKIE"];

    public static SnapshotDetails Read(SnapshotInfo snapshot, ServerDocument document) => new()
    {
        Snapshot = snapshot,
        GameVersion = document.GameVersion,
        Containers = [.. document.Containers.Select(one => Read(one, document))],
        Mounts = [.. document.Mounts.SelectMany(mount => mount.Uses.Select(use => new SnapshotMount
        {
            Container = use.Container,
            Target = use.Target,
            Kind = mount.Kind,
            Source = mount.Volume ?? mount.Source,
            ReadOnly = use.ReadOnly,
            Folder = mount.Folder,
            LeftOut = mount.LeftOut,
        }))],
    };

    /// <summary>What a game is recognised by: image, labels, variables, as they are.</summary>
    public static (string Image, IReadOnlyDictionary<string, string> Labels, IReadOnlyList<string> Environment) Recognised(JsonElement definition)
    {
        var config = At(definition, "Config");
        return (
            Text(config, "Image"),
            Properties(At(config, "Labels")).ToDictionary(one => one.Name, one => one.Value.ToString(), StringComparer.Ordinal),
            [.. Texts(config, "Env")]);
    }

    private static SnapshotContainer Read(DocumentContainer container, ServerDocument document)
    {
        var config = At(container.Definition, "Config");
        var host = At(container.Definition, "HostConfig");
        var image = document.Images.FirstOrDefault(one => one.Id == container.Image);
        return new()
        {
            Name = container.Name,
            Image = Text(config, "Image"),
            ImageId = container.Image ?? "",
            State = container.State,
            Command = [.. Texts(config, "Entrypoint"), .. Texts(config, "Cmd")],
            Environment = [.. Texts(config, "Env").Select(Masked)],
            Ports = [.. Ports(At(host, "PortBindings"))],
            Networks = [.. Properties(At(At(container.Definition, "NetworkSettings"), "Networks")).Select(one => one.Name)],
            Labels = Properties(At(config, "Labels")).ToDictionary(
                one => one.Name, one => LooksSecret(one.Name) ? Mask : one.Value.ToString(), StringComparer.Ordinal),
            RestartPolicy = Policy(At(host, "RestartPolicy")),
            MemoryLimit = Number(host, "Memory"),
            HasLayer = container.Layer is not null,
            HasImage = image?.Folder is not null,
        };
    }

    /// <summary>Masks the value of a variable whose name or value looks like a secret: better one too many than one too few.</summary>
    private static string Masked(string variable)
    {
        var at = variable.IndexOf('=', StringComparison.Ordinal);
        if (at < 0)
            return variable;

        return at + 1 < variable.Length && HidesSecret(variable[..at], variable[(at + 1)..]) ? variable[..(at + 1)] + Mask : variable;
    }

    /// <summary>Whether a value is a secret, by its name or by itself: user:password@host hides in many an innocent name.</summary>
    internal static bool HidesSecret(string name, string value) =>
        LooksSecret(name) || (value.Contains("://", StringComparison.Ordinal) && value.Contains('@', StringComparison.Ordinal));

    internal static bool LooksSecret(string name) => Secrets.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<string> Ports(JsonElement bindings)
    {
        foreach (var port in Properties(bindings))
        {
            foreach (var binding in port.Value.ValueKind == JsonValueKind.Array ? port.Value.EnumerateArray().ToArray() : [])
            {
                var address = Text(binding, "HostIp");
                var number = port.Name.Split('/')[0];
                var outside = Text(binding, "HostPort");
                yield return $"{(address.Length == 0 ? "0.0.0.0" : address)}:{outside}:{number}/{(port.Name.Contains('/', StringComparison.Ordinal) ? port.Name.Split('/')[1] : "tcp")}";
            }
        }
    }

    private static string Policy(JsonElement policy) => Text(policy, "Name") switch
    {
        "" => "no",
        "on-failure" when Number(policy, "MaximumRetryCount") is > 0 and var retries => $"on-failure:{retries}",
        var name => name,
    };

    private static JsonElement At(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    private static string Text(JsonElement element, string name) =>
        At(element, name) is { ValueKind: JsonValueKind.String } value ? value.GetString()! : "";

    private static long Number(JsonElement element, string name) =>
        At(element, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : 0;

    private static IEnumerable<string> Texts(JsonElement element, string name) =>
        At(element, name) is { ValueKind: JsonValueKind.Array } value ? value.EnumerateArray().Select(one => one.ToString()) : [];

    private static IEnumerable<JsonProperty> Properties(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object ? element.EnumerateObject() : [];
}
