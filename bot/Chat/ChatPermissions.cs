namespace SnapshotBot.Chat;

/// <summary>The permissions of Discord that matter here, by Discord's own bits. Others are dropped when read.</summary>
[Flags]
public enum ChatPermissions : ulong
{
    None = 0,
    Administrator = 1UL << 3,
    ManageGuild = 1UL << 5,
    ViewChannel = 1UL << 10,
    SendMessages = 1UL << 11,
    ManageMessages = 1UL << 13,
    EmbedLinks = 1UL << 14,
    AttachFiles = 1UL << 15,
    ReadMessageHistory = 1UL << 16,
    MentionEveryone = 1UL << 17,
    ManageRoles = 1UL << 28,
    SendMessagesInThreads = 1UL << 38,
    PinMessages = 1UL << 51,
}

public static class ChatPermissionsExtensions
{
    internal const ChatPermissions Known = ChatPermissions.Administrator | ChatPermissions.ManageGuild | ChatPermissions.ViewChannel
        | ChatPermissions.SendMessages | ChatPermissions.ManageMessages | ChatPermissions.EmbedLinks | ChatPermissions.AttachFiles
        | ChatPermissions.ReadMessageHistory | ChatPermissions.MentionEveryone | ChatPermissions.ManageRoles
        | ChatPermissions.SendMessagesInThreads | ChatPermissions.PinMessages;

    /// <summary>An Administrator has them all.</summary>
    public static bool Has(this ChatPermissions all, ChatPermissions wanted) =>
        (all & ChatPermissions.Administrator) != ChatPermissions.None || (all & wanted) == wanted;
}
