using SnapshotBot.Engine;

namespace SnapshotBot.Service.Servers;

/// <summary>The order a compose project's containers start in, from the labels compose leaves on them.</summary>
internal static class ComposeOrder
{
    /// <summary>Those that others depend on first; else by name. A circle, which compose refuses, ends in the order of names.</summary>
    public static IReadOnlyList<ContainerSummary> Sort(IEnumerable<ContainerSummary> containers)
    {
        var left = containers.OrderBy(one => one.Name, StringComparer.Ordinal).ToList();
        var sorted = new List<ContainerSummary>(left.Count);
        while (left.Count > 0)
        {
            var waitedFor = left.Select(Service).ToHashSet(StringComparer.Ordinal);
            var next = left.Find(one => !DependsOn(one).Any(service => service != Service(one) && waitedFor.Contains(service))) ?? left[0];
            left.Remove(next);
            sorted.Add(next);
        }

        return sorted;
    }

    private static string Service(ContainerSummary container) => container.Labels.GetValueOrDefault(ServerLabels.ComposeService) ?? container.Name;

    // "db:service_started:false,cache:service_healthy:true"
    private static IEnumerable<string> DependsOn(ContainerSummary container) =>
        (container.Labels.GetValueOrDefault(ServerLabels.ComposeDependsOn) ?? "")
        .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(dependency => dependency.Split(':')[0]);
}
