namespace SnapshotBot.Engine;

/// <summary>Finds a container in the engine's own list, so that what people type never reaches an address.</summary>
internal static class ContainerFinder
{
    private const int SimilarShown = 5;

    public static ContainerLookup Find(IReadOnlyList<ContainerSummary> containers, string text)
    {
        var wanted = text.StartsWith('/') ? text[1..] : text;
        if (wanted.Length == 0)
        {
            return new ContainerLookup.NotFound([]);
        }

        if (containers.FirstOrDefault(container => container.Name == wanted || container.Id.Value == wanted) is { } exact)
        {
            return new ContainerLookup.Found(exact);
        }

        var candidates = containers.Where(container => container.Id.Value.StartsWith(wanted, StringComparison.Ordinal)).ToList();
        return candidates.Count switch
        {
            1 => new ContainerLookup.Found(candidates[0]),
            0 => new ContainerLookup.NotFound([.. containers.Select(container => container.Name)
                .Where(name => IsSimilar(name, wanted)).Take(SimilarShown)]),
            _ => new ContainerLookup.Ambiguous(candidates),
        };
    }

    private static bool IsSimilar(string name, string wanted) =>
        name.Contains(wanted, StringComparison.OrdinalIgnoreCase) || wanted.Contains(name, StringComparison.OrdinalIgnoreCase);
}
