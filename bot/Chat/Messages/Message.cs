namespace SnapshotBot.Chat.Messages;

/// <summary>Whom a message may ring: nobody, or exactly these roles.</summary>
public sealed record AllowedMentions
{
    public static readonly AllowedMentions None = new([]);

    private AllowedMentions(IReadOnlyList<RoleId> roles) => Roles = Limits.MentionedRoles.Check(roles);

    public IReadOnlyList<RoleId> Roles { get; }

    public static AllowedMentions Of(params IReadOnlyList<RoleId> roles) => new(roles);
}

/// <summary>
/// What people see. Of components (Discord's second layout), or plain text with embeds; never both. Its limits are checked when it is made. It
/// says nothing of where it goes or who sees it: that is the call's matter.
/// </summary>
public sealed record Message
{
    private Message(IReadOnlyList<Component> components, IReadOnlyList<OutgoingFile> files, string? content, IReadOnlyList<Embed> embeds)
    {
        Components = components;
        Files = Limits.Files.Check(files);
        Content = content;
        Embeds = Limits.Embeds.Check(embeds);
        Limits.EmbedCharacters.Check(embeds.Sum(embed => embed.Characters));
        Limits.RequestBytes.Check(files.Sum(file => (long)file.Content.Length));
        Limits.TextCharacters.Check(components.Sum(component => component.TextLength));
        Limits.Unique("custom_id", components.SelectMany(component => component.CustomIds));
        Limits.Unique("File", files.Select(file => file.Name));
        var named = files.Select(file => file.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var name in components.SelectMany(component => component.Attachments).Where(name => !named.Contains(name)))
        {
            throw new ChatShapeException($"A part shows the file '{name}', which does not come with the message.");
        }
    }

    public IReadOnlyList<Component> Components { get; }

    /// <summary>Kept as they are by an edit that brings none.</summary>
    public IReadOnlyList<OutgoingFile> Files { get; }

    /// <summary>Plain text; null where there are components.</summary>
    public string? Content { get; }

    public IReadOnlyList<Embed> Embeds { get; }

    /// <summary>Whom it rings, on sending only; an edit never rings anybody.</summary>
    public AllowedMentions Mentions { get; init; } = AllowedMentions.None;

    /// <summary>The message of the same channel that this answers; sent all the same when that is gone.</summary>
    public MessageId? ReplyTo { get; init; }

    /// <summary>Sent without a sound.</summary>
    public bool IsQuiet { get; init; }

    /// <summary>
    /// Names a sending: sent again under the same name within a few minutes, the message that is there comes back in place of a second one.
    /// A process that died before it could write down what it had sent asks again and loses nothing. Not every client can.
    /// </summary>
    public string? OnceAs
    {
        get;
        init => field = Limits.Nonce.CheckIfAny(value);
    }

    public static Message Of(params IReadOnlyList<Component> components) => With([], components);

    public static Message With(IReadOnlyList<OutgoingFile> files, params IReadOnlyList<Component> components)
    {
        Limits.Components.Check(components.Sum(component => component.Count));
        return new Message(components, files, content: null, []);
    }

    public static Message Plain(string content, params IReadOnlyList<Embed> embeds) => new([], [], Limits.Content.Check(content), embeds);
}
