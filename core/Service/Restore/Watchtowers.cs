using SnapshotBot.Engine;
using SnapshotBot.Service.Games;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Restore;

/// <summary>Finds watchtower and its forks among the engine's running containers: unless it is told otherwise it updates every container, one
/// without a label too (containrrr.dev/watchtower/container-selection).</summary>
internal static class Watchtowers
{
    private const string ImageName = "watchtower";

    /// <summary>Which of these containers a running watchtower would update, by name.</summary>
    public static async Task<IReadOnlySet<string>> WatchedAsync(
        IDockerEngine engine, IReadOnlyList<(string Name, IReadOnlyDictionary<string, string> Labels)> containers, CancellationToken cancellationToken)
    {
        var all = await engine.Containers.ListAsync(cancellationToken);
        var names = all.Select(one => one.Name).ToHashSet(StringComparer.Ordinal);
        var watched = new HashSet<string>(StringComparer.Ordinal);
        foreach (var one in all.Where(one => one.Status == ContainerStatus.Running && Is(one.Image, one.Labels)))
        {
            try
            {
                var watchtower = await engine.Containers.InspectAsync(one.Id, cancellationToken);
                watched.UnionWith(containers.Where(container => Updates(watchtower, container.Name, container.Labels, names)).Select(container => container.Name));
            }
            catch (EngineNotFoundException)
            {
                // It ended between the list and the look: it updates nothing.
            }
        }

        return watched;
    }

    /// <summary>By the label that its images carry, or by the image's name, whoever's fork it is.</summary>
    internal static bool Is(string image, IReadOnlyDictionary<string, string> labels)
    {
        var repository = ProfileMatcher.Repository(image);
        return labels.GetValueOrDefault(ServerLabels.WatchtowerItself) == "true"
            || repository == ImageName || repository.EndsWith("/" + ImageName, StringComparison.Ordinal);
    }

    /// <summary>Whether it would update a container, by its arguments and variables and the container's labels.</summary>
    /// <param name="watchtower">The watchtower.</param>
    /// <param name="container">The container's name.</param>
    /// <param name="labels">Its labels.</param>
    /// <param name="names">The names of all containers: what of them is among the arguments is all that it watches.</param>
    internal static bool Updates(ContainerDetails watchtower, string container, IReadOnlyDictionary<string, string> labels, IReadOnlySet<string> names)
    {
        var enabled = labels.GetValueOrDefault(ServerLabels.Watchtower);
        var words = watchtower.Command;
        var named = words.Where((word, at) => at == 0 || words[at - 1] is not ("--disable-containers" or "--scope")).Select(word => word.TrimStart('/')).Where(names.Contains).ToList();
        return enabled != "false"
            && (enabled == "true" || !IsSet(watchtower, "label-enable"))
            && !IsSet(watchtower, "monitor-only") && labels.GetValueOrDefault(ServerLabels.WatchtowerMonitorOnly) != "true"
            && (Value(watchtower, "scope") is not { Length: > 0 } scope || scope == labels.GetValueOrDefault(ServerLabels.WatchtowerScope, "none"))
            && (named.Count == 0 || named.Contains(container))
            && !(Value(watchtower, "disable-containers") ?? "").Split(',', ' ').Contains(container, StringComparer.Ordinal);
    }

    private static bool IsSet(ContainerDetails watchtower, string option) =>
        watchtower.Command.Contains("--" + option, StringComparer.Ordinal) || Value(watchtower, option) is "true" or "1";

    /// <summary>As an argument, with the value in it or after it, else as a variable.</summary>
    private static string? Value(ContainerDetails watchtower, string option)
    {
        var words = watchtower.Command;
        for (var at = 0; at < words.Count; at++)
        {
            if (words[at].StartsWith($"--{option}=", StringComparison.Ordinal))
                return words[at][(option.Length + 3)..];
            if (words[at] == "--" + option && at + 1 < words.Count)
                return words[at + 1];
        }

        return ProfileMatcher.Variable(watchtower.Environment, "WATCHTOWER_" + option.Replace('-', '_').ToUpperInvariant());
    }
}
