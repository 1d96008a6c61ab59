namespace SnapshotBot.Playground.State;

/// <summary>The bits of Discord's permissions that matter here.</summary>
[Flags]
public enum Permissions : ulong
{
    None = 0,
    Administrator = 1UL << 3,
    ManageChannels = 1UL << 4,
    ManageGuild = 1UL << 5,
    ViewChannel = 1UL << 10,
    SendMessages = 1UL << 11,
    ManageMessages = 1UL << 13,
    EmbedLinks = 1UL << 14,
    AttachFiles = 1UL << 15,
    ReadMessageHistory = 1UL << 16,
    MentionEveryone = 1UL << 17,
    ManageRoles = 1UL << 28,
    UseApplicationCommands = 1UL << 31,
    PinMessages = 1UL << 51,

    /// <summary>What everybody has.</summary>
    Everyone = ViewChannel | SendMessages | ReadMessageHistory | UseApplicationCommands,

    /// <summary>What a bot that posts cards is invited with.</summary>
    Bot = Everyone | EmbedLinks | AttachFiles | PinMessages | ManageMessages,

    /// <summary>What the owner and an administrator have.</summary>
    All = Everyone | Bot | Administrator | ManageChannels | ManageGuild | ManageRoles | MentionEveryone,
}
