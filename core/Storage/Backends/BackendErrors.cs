namespace SnapshotBot.Storage.Backends;

/// <summary>Words for what went wrong at a backend, the same for every kind of backend.</summary>
internal static class BackendErrors
{
    /// <summary>How people are told which file: its kind and the first digits of its id.</summary>
    public static string Describe(RepositoryFile file) => file.Kind switch
    {
        FileKind.Config => "the repository's config file",
        FileKind.Pack => $"pack {file.Id}",
        _ => $"{file.Kind.ToString().ToLowerInvariant()} file {file.Id}",
    };

    public static BackendException Missing(RepositoryFile file, string location, Exception? inner = null) => new(
        BackendFailure.NotFound, file, $"{Capital(Describe(file))} is not in the repository at {location}.", inner);

    public static BackendException TooShort(RepositoryFile file, string location, long wanted, long found) => new(
        BackendFailure.WrongSize,
        file,
        $"{Capital(Describe(file))} at {location} ends after {found} bytes where {wanted} were expected: it was cut off. Run check.");

    public static BackendException TooLarge(RepositoryFile file, string location, long limit, long found) => new(
        BackendFailure.WrongSize,
        file,
        $"{Capital(Describe(file))} at {location} has {found} bytes, more than the {limit} such a file may have: it is damaged or not ours.");

    public static BackendException RepositoryExists(string location) => new(
        BackendFailure.AlreadyExists,
        RepositoryFile.Config,
        $"There is a repository at {location} already. Nothing was changed.");

    public static BackendException ConfigReplaced(string location) => new(
        BackendFailure.AlreadyExists,
        RepositoryFile.Config,
        $"Another program made a repository at {location} just now; its config file was kept. Nothing was overwritten.");

    public static string Capital(string text) => string.Concat(char.ToUpperInvariant(text[0]).ToString(), text.AsSpan(1));
}
