namespace SnapshotBot.Chat.Interactions;

/// <summary>
/// What answers an interaction: good for 15 minutes. Prints as nothing, for whoever has it can answer in the bot's name.
/// </summary>
public sealed record InteractionToken(string Value)
{
    public override string ToString() => "(token)";
}

/// <summary>Who pressed. The names are the person's own choice: untrusted text.</summary>
public sealed record ChatUser(UserId Id, string Name, string DisplayName);

/// <summary>
/// One person did one thing: <see cref="SlashInvocation"/>, <see cref="ComponentPress"/>, <see cref="ModalSubmit"/> or
/// <see cref="AutocompleteAsk"/>. It must be answered within 3 seconds.
/// </summary>
public abstract record Interaction
{
    private protected Interaction()
    {
    }

    public required InteractionId Id { get; init; }
    public required InteractionToken Token { get; init; }

    /// <summary>Null in a direct message.</summary>
    public required GuildId? Guild { get; init; }

    public required ChannelId Channel { get; init; }
    public required ChatUser User { get; init; }

    /// <summary>As of this very press; the role everybody has isn't among them.</summary>
    public IReadOnlyList<RoleId> Roles { get; init; } = [];

    /// <summary>The person's, in this channel.</summary>
    public ChatPermissions Permissions { get; init; }

    /// <summary>The bot's own, in this channel.</summary>
    public ChatPermissions OwnPermissions { get; init; }

    /// <summary>Who owns the guild, where the client knows it already; <see cref="IChat.GuildAsync"/> always does.</summary>
    public UserId? GuildOwner { get; init; }

    /// <summary>The person's language, such as "en-GB".</summary>
    public string Locale { get; init; } = "en-US";

    public string? GuildLocale { get; init; }

    /// <summary>The largest file this place takes, in bytes. A boosted guild takes more than a request may hold: then it is that.</summary>
    public long AttachmentLimit
    {
        get;
        init => field = Math.Min(value, Limits.LargestFile);
    }

    = Limits.FileBytes.Most;

    /// <summary>When it reached this program; Discord waits 3 seconds from shortly before.</summary>
    public DateTimeOffset ReceivedAt { get; init; }
}

/// <summary>A command was run: "snapshot create" with its options.</summary>
public sealed record SlashInvocation : Interaction
{
    /// <summary>The words after the slash.</summary>
    public required IReadOnlyList<string> Path { get; init; }

    public required OptionValues Options { get; init; }
}

/// <summary>A button was pressed, or something picked from a select.</summary>
public sealed record ComponentPress : Interaction
{
    public required string CustomId { get; init; }

    /// <summary>What was picked: values, or ids of roles, channels, users.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>The message it stands on.</summary>
    public required MessageId Message { get; init; }

    /// <summary>That message is seen by its one reader only.</summary>
    public bool IsOnOwnMessage { get; init; }
}

/// <summary>A form was sent.</summary>
public sealed record ModalSubmit : Interaction
{
    public required string CustomId { get; init; }

    /// <summary>By the inputs' custom ids.</summary>
    public required FieldValues Fields { get; init; }

    /// <summary>The message whose button opened it; null when a command did.</summary>
    public MessageId? Message { get; init; }

    public bool IsOnOwnMessage { get; init; }
}

/// <summary>Somebody types an option and asks for suggestions. Answered by <see cref="IChat.SuggestAsync"/> only.</summary>
public sealed record AutocompleteAsk : Interaction
{
    public required IReadOnlyList<string> Path { get; init; }

    /// <summary>What was filled in so far, the focused option too.</summary>
    public required OptionValues Options { get; init; }

    /// <summary>The option that is being typed.</summary>
    public required string Focused { get; init; }

    public required string Typed { get; init; }
}
