using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Restore;

/// <summary>Recognises what else manages containers: by their labels, watchtower also by its running.</summary>
internal static class Managers
{
    private const string UnraidTemplates = "/boot/config/plugins/dockerMan/templates-user/my-{0}.xml";

    /// <summary>Wings makes and removes its containers itself: only their data is ours to put back.</summary>
    public static bool IsWings(IReadOnlyDictionary<string, string> labels) =>
        labels.GetValueOrDefault(ServerLabels.Wings) == ServerLabels.WingsValue;

    public static bool IsSwarm(IReadOnlyDictionary<string, string> labels) => labels.ContainsKey(ServerLabels.SwarmService);

    /// <summary>What would start again at once what we stop; null when nothing does.</summary>
    public static string? OrchestratorOf(IReadOnlyDictionary<string, string> labels) => IsSwarm(labels) ? "swarm" : IsWings(labels) ? "Wings" : null;

    /// <summary>What a restore that makes containers anew should know of their managers.</summary>
    public static IReadOnlyList<ManagerNote> NotesOf(RestorePlan plan)
    {
        var notes = new List<ManagerNote>();
        foreach (var container in plan.Containers)
        {
            var labels = Labels(container);
            if (IsWings(labels))
                notes.Add(new ManagerNote(ContainerManager.Wings, container.Name, null, ManagerEffect.DataOnly));
            else if (container.Reason is "image" or "definition")
                notes.AddRange(BringingBack(container.Name, labels, plan.Watched));
        }

        return notes;
    }

    /// <summary>The labels of the container as it is, else as it was.</summary>
    public static IReadOnlyDictionary<string, string> Labels(PlannedContainer container) =>
        container.Live?.Details.Labels ?? LabelsOf(container.Document);

    /// <summary>What would bring the newer version of a container back.</summary>
    internal static IEnumerable<ManagerNote> BringingBack(
        string container, IReadOnlyDictionary<string, string> labels, IReadOnlySet<string> watched)
    {
        if (labels.ContainsKey(ServerLabels.ComposeProject))
        {
            // Several files are separated by commas; the last one that names the service wins, and which one does is compose's secret.
            var file = labels.GetValueOrDefault(ServerLabels.ComposeFiles) is { Length: > 0 } files ? files.Replace(",", ", ", StringComparison.Ordinal) : null;
            yield return new ManagerNote(ContainerManager.Compose, container, file, ManagerEffect.BringsNewerBack);
        }

        if (labels.ContainsKey(ServerLabels.Unraid))
        {
            var template = string.Format(System.Globalization.CultureInfo.InvariantCulture, UnraidTemplates, container);
            yield return new ManagerNote(ContainerManager.Unraid, container, template, ManagerEffect.BringsNewerBack);
        }

        if (watched.Contains(container) || labels.GetValueOrDefault(ServerLabels.Watchtower) == "true")
            yield return new ManagerNote(ContainerManager.Watchtower, container, null, ManagerEffect.BringsNewerBack);
    }

    private static Dictionary<string, string> LabelsOf(DocumentContainer document)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        if (document.Definition.TryGetProperty("Config", out var config) && config.TryGetProperty("Labels", out var all) && all.ValueKind == System.Text.Json.JsonValueKind.Object)
        {
            foreach (var label in all.EnumerateObject())
                labels[label.Name] = label.Value.GetString() ?? "";
        }

        return labels;
    }
}
