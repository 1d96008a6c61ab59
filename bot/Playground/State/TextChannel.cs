namespace SnapshotBot.Playground.State;

/// <summary>A text channel and what was posted in it.</summary>
public sealed class TextChannel
{
    internal TextChannel(Guild guild, ulong id, string name, int position)
    {
        Guild = guild;
        Id = id;
        Name = name;
        Position = position;
    }

    public Guild Guild { get; }

    public ulong Id { get; }

    public string Name { get; }

    /// <summary>What the bot may do here. Taking a bit away is how a test makes a channel it can't write in.</summary>
    public Permissions BotPermissions { get; set; } = Permissions.Bot;

    /// <summary>What members are kept from here (a channel hidden from them takes <see cref="Permissions.ViewChannel"/>).</summary>
    public Permissions DeniedToMembers { get; set; }

    /// <summary>The posts that are there, oldest first; what only one person sees is among them.</summary>
    public IReadOnlyList<Post> Posts => PostList;

    internal int Position { get; }

    internal List<Post> PostList { get; } = [];

    /// <summary>What one person sees, oldest first.</summary>
    public IReadOnlyList<Post> SeenBy(Person person) => [.. PostList.Where(post => post.OnlyFor is null || post.OnlyFor == person)];

    internal Post? Find(ulong id) => PostList.Find(post => post.Id == id);
}
