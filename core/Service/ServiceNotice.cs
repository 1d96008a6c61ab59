namespace SnapshotBot.Service;

/// <summary>Something a person should see at once, whoever runs the command: a closed family.</summary>
public abstract record ServiceNotice
{
    private ServiceNotice()
    {
    }

    /// <summary>A password was made for a new repository. Without it nothing in the repository can ever be read: keep a copy elsewhere.</summary>
    public sealed record PasswordMade(string Path) : ServiceNotice;

    /// <summary>A new repository was made.</summary>
    public sealed record RepositoryMade(string Location) : ServiceNotice;

    /// <summary>A file in the folder of game profiles can't be used; the others are.</summary>
    public sealed record ProfileFaulty(Games.ProfileFault Fault) : ServiceNotice;
}
