using System.Text.Json.Nodes;

namespace SnapshotBot.Playground.State;

/// <summary>One message, as Discord keeps it: the JSON a client reads, and what it was before each edit.</summary>
public sealed class Post
{
    // A message that grows up is edited some hundred times; more history is of no use to anybody.
    private const int KeptVersions = 500;

    private readonly List<JsonObject> _versions = [];

    internal Post(ulong id, TextChannel channel, JsonObject body)
    {
        Id = id;
        Channel = channel;
        Body = body;
    }

    public ulong Id { get; }

    public TextChannel Channel { get; }

    /// <summary>The message as the API shows it. Not to be changed; an edit replaces it.</summary>
    public JsonObject Body { get; private set; }

    /// <summary>The one person who sees it, when it is ephemeral.</summary>
    public Person? OnlyFor { get; init; }

    /// <summary>Who wrote it: the bot when null.</summary>
    public Person? Author { get; init; }

    public bool IsPinned { get; internal set; }

    public bool IsDeleted { get; internal set; }

    /// <summary>How often it was edited.</summary>
    public int Edits { get; private set; }

    /// <summary>Every body it had, the first first and the present one last.</summary>
    public IReadOnlyList<JsonObject> Versions => [.. _versions, Body];

    /// <summary>Whether it still says "thinking ...".</summary>
    public bool IsLoading => Flags.HasFlag(MessageFlags.Loading);

    /// <summary>All that is written in it: content, embeds, text displays, labels of buttons and selects, a line each.</summary>
    public string Text => string.Join('\n', PostReading.Texts(Body));

    internal MessageFlags Flags => (MessageFlags)(Body["flags"]?.GetValue<int>() ?? 0);

    internal Exchange? Exchange { get; init; }

    /// <summary>What it was sent once as.</summary>
    internal string? Nonce { get; set; }

    /// <summary>When edits of it began to count as those of an old message, and how many there were.</summary>
    internal Queue<DateTimeOffset> LateEdits { get; } = new();

    internal void Replace(JsonObject body)
    {
        if (_versions.Count < KeptVersions)
        {
            _versions.Add(Body);
        }

        Body = body;
        Edits++;
    }
}

/// <summary>The flags of a message.</summary>
[Flags]
public enum MessageFlags
{
    None = 0,
    SuppressEmbeds = 1 << 2,
    Ephemeral = 1 << 6,
    Loading = 1 << 7,
    SuppressNotifications = 1 << 12,
    ComponentsV2 = 1 << 15,
}
