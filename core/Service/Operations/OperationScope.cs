namespace SnapshotBot.Service.Operations;

/// <summary>What an operation keeps others away from. Operations of one server run one after the other; the repository is shared by all but
/// those that need it alone.</summary>
public readonly record struct OperationScope
{
    private const string ServerPrefix = "server:";

    private OperationScope(string text) => Text = text;

    /// <summary>The repository, shared with other operations.</summary>
    public static OperationScope Repository => new("repository");

    /// <summary>The repository, alone: nothing else runs meanwhile.</summary>
    public static OperationScope RepositoryAlone => new("repository-alone");

    /// <summary>As the catalog keeps it.</summary>
    public string Text { get; }

    /// <summary>The server's id, or null for the repository.</summary>
    public string? Server => Text.StartsWith(ServerPrefix, StringComparison.Ordinal) ? Text[ServerPrefix.Length..] : null;

    internal bool IsAlone => Text == RepositoryAlone.Text;

    /// <summary>One server, by its stable id.</summary>
    public static OperationScope OfServer(string id) => new(ServerPrefix + id);

    internal static OperationScope Parse(string text) => new(text);
}

/// <summary>Operations of which only so many run at once in this process, however many are due: routine work that would else stampede.</summary>
/// <param name="Name">What they have in common.</param>
/// <param name="Most">How many may run at once.</param>
internal sealed record OperationLane(string Name, int Most);
