using System.Globalization;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Duplicates;

/// <summary>Labels by which another program takes a container for one of its own: it would update, stop, route to or remove the duplicate.</summary>
internal static class ForeignLabels
{
    private static readonly string[] Prefixes =
    [
        "com.docker.", "io.portainer.", "com.centurylinklabs.watchtower", "wud.", "diun.", "net.unraid.", "traefik.", "caddy", "ofelia.", "autoheal",
        "homepage.", "docker-volume-backup.", "io.podman.", "io.balena.", "dev.dozzle.", "coolify.", "dokploy.", "com.dokku.", "org.casaos.", "icon", "origin",
    ];

    /// <summary>Wings (Pterodactyl, Pelican) and AMP mark theirs with whole names.</summary>
    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase) { "Service", "ContainerType", "AMPInstance", "managed-by", "managed_by" };

    public static bool Adopts(string label) =>
        Names.Contains(label) || Prefixes.Any(prefix => label.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    /// <summary>The labels of a duplicate's container, volume or network.</summary>
    /// <param name="original">Those of the original.</param>
    /// <param name="server">The id of the server that it is made for.</param>
    /// <param name="memoryUsed">Bytes of memory that the original's container used when the snapshot was made; null when that is not known.</param>
    public static Dictionary<string, string> Of(IReadOnlyDictionary<string, string> original, string server, long? memoryUsed = null)
    {
        var labels = ServerLabels.WithoutOurs(original).Where(one => !Adopts(one.Key)).ToDictionary(StringComparer.Ordinal);
        labels[DuplicateLabels.Duplicate] = server;
        if (memoryUsed is { } bytes)
            labels[DuplicateLabels.Memory] = bytes.ToString(CultureInfo.InvariantCulture);

        // Watchtower takes every container that does not say no.
        labels["com.centurylinklabs.watchtower.enable"] = "false";
        return labels;
    }
}

/// <summary>The labels that what we made carries.</summary>
internal static class DuplicateLabels
{
    /// <summary>The id of the server it was made for: nothing without it is ever removed as ours.</summary>
    public const string Duplicate = "snapshotbot.duplicate";

    /// <summary>Bytes of memory that the container it was made from used: about what it will take, where it has no limit.</summary>
    public const string Memory = "snapshotbot.memory";
}
