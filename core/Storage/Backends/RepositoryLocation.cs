using System.Diagnostics.CodeAnalysis;

namespace SnapshotBot.Storage.Backends;

/// <summary>Where a repository lies. Its text never shows a password.</summary>
public abstract record RepositoryLocation
{
    private const string RestPrefix = "rest:";
    private const string LocalPrefix = "local:";

    private RepositoryLocation()
    {
    }

    /// <summary>A folder of this machine, as an absolute path.</summary>
    public sealed record Local(string Path) : RepositoryLocation
    {
        public override string ToString() => Path;
    }

    /// <summary>A server that speaks restic's REST protocol. The address ends in a slash and carries no user or password.</summary>
    public sealed record Rest(Uri Address, RestCredentials? Credentials) : RepositoryLocation
    {
        public override string ToString() => Credentials is null
            ? RestPrefix + Address
            : $"{RestPrefix}{Address.Scheme}://{Uri.EscapeDataString(Credentials.User)}:***@{Address.Authority}{Address.PathAndQuery}";
    }

    /// <summary>Reads <c>DIR</c>, <c>local:DIR</c> or <c>rest:http://user:password@host/path/</c>.</summary>
    /// <param name="text">What a person wrote.</param>
    /// <param name="currentDirectory">What a relative folder is relative to.</param>
    /// <param name="location">The location, when it could be read.</param>
    /// <param name="problem">What is wrong with the text, otherwise; never repeats a password.</param>
    public static bool TryParse(
        string text, string currentDirectory, [NotNullWhen(true)] out RepositoryLocation? location, [NotNullWhen(false)] out string? problem)
    {
        (location, problem) = text switch
        {
            _ when string.IsNullOrWhiteSpace(text) => (null, "No repository was named. Give a folder or rest:http://host/path/."),
            _ when text.Contains('\0', StringComparison.Ordinal) => (null, "A repository's location can't hold a zero byte."),
            _ when text.StartsWith(RestPrefix, StringComparison.Ordinal) => ParseRest(text[RestPrefix.Length..]),
            _ when text.StartsWith(LocalPrefix, StringComparison.Ordinal) => ParseLocal(text[LocalPrefix.Length..], currentDirectory),
            _ when NamesOtherBackend(text) => (
                null, $"Repositories at \"{text[..text.IndexOf(':', StringComparison.Ordinal)]}:\" are not supported. Give a folder or rest:http://host/path/."),
            _ => ParseLocal(text, currentDirectory),
        };
        return location is not null;
    }

    private static (RepositoryLocation?, string?) ParseLocal(string path, string currentDirectory)
    {
        if (path.Length == 0)
        {
            return (null, "The repository's folder has no name.");
        }

        var full = Path.GetFullPath(path, currentDirectory);
        return (new Local(full.Length > 1 ? Path.TrimEndingDirectorySeparator(full) : full), null);
    }

    private static (RepositoryLocation?, string?) ParseRest(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
        {
            return (null, "After rest: comes an address like http://host:8000/path/ or https://user:password@host/path/.");
        }

        if (uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            return (null, "The address of a REST repository can't have a query or a fragment. Write ? and # in a password as %3F and %23.");
        }

        var path = uri.AbsolutePath.EndsWith('/') ? uri.AbsolutePath : uri.AbsolutePath + "/";
        var address = new UriBuilder(uri.Scheme, uri.Host, uri.Port, path).Uri;
        return (new Rest(address, ParseCredentials(uri.UserInfo)), null);
    }

    private static RestCredentials? ParseCredentials(string userInfo)
    {
        if (userInfo.Length == 0)
        {
            return null;
        }

        var colon = userInfo.IndexOf(':', StringComparison.Ordinal);
        return colon < 0
            ? new RestCredentials(Uri.UnescapeDataString(userInfo), "")
            : new RestCredentials(Uri.UnescapeDataString(userInfo[..colon]), Uri.UnescapeDataString(userInfo[(colon + 1)..]));
    }

    /// <summary>The names restic gives to places we don't know: taking them for folders would make a folder called "s3:...".</summary>
    private static bool NamesOtherBackend(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && text[..colon] is "s3" or "sftp" or "b2" or "azure" or "gs" or "swift" or "rclone" or "opendal";
    }
}

/// <summary>Who we are to a REST server. The text hides the password.</summary>
public sealed record RestCredentials(string User, string Password)
{
    public override string ToString() => $"{User}:***";
}
