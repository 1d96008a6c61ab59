namespace SnapshotBot.Bot.Commands;

/// <summary>Who may give a command. At the terminal everybody who reaches it is an admin: a Docker socket is root.</summary>
internal enum Role
{
    Viewer,
    Operator,
    Admin,

    /// <summary>Never offered in a chat.</summary>
    Terminal,
}
