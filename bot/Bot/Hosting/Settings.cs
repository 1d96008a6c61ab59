using SnapshotBot.Bot.Presentation;
using SnapshotBot.Service;

namespace SnapshotBot.Bot.Hosting;

/// <summary>What the environment and the global options say. Holds secrets: never printed whole.</summary>
internal sealed class Settings(string? dataOption, Func<string, string?> environment)
{
    /// <summary>The data folder, absolute.</summary>
    public string DataFolder { get; } = Path.GetFullPath(Text(dataOption) ?? Text(environment("SNAPSHOTBOT_DATA")) ?? "data");

    /// <summary>Where the repository is, when that was said.</summary>
    public string? Repository { get; } = Text(environment("SNAPSHOTBOT_REPOSITORY"));

    /// <summary>Where the engine's host file system is mounted when this program runs in a container.</summary>
    public string? HostRoot { get; } = Text(environment("SNAPSHOTBOT_HOST_ROOT"));

    /// <summary>The repository used when none was named: one in the data folder.</summary>
    public string DefaultRepository => Path.Combine(DataFolder, "repository");

    public string DefaultPasswordFile => Path.Combine(DataFolder, "repository-password");

    /// <summary>The repository's password when the environment gives it, itself or the name of its file.</summary>
    public RepositoryPassword? GivenPassword()
    {
        const string Own = "SNAPSHOTBOT_REPOSITORY_PASSWORD";
        if (Variable(Own) is { } password)
        {
            return new RepositoryPassword(password, Own, PasswordSource.Given);
        }

        return Variable(Own + "_FILE") is { } file ? new RepositoryPassword(PasswordFile.Read(file), file, PasswordSource.Given) : null;
    }

    /// <summary>The address called after every good round of a serving process, or null.</summary>
    /// <exception cref="CommandFailedException">It is no http address.</exception>
    public Uri? Heartbeat()
    {
        const string Name = "SNAPSHOTBOT_HEARTBEAT_URL";
        if (Variable(Name) is not { } text)
        {
            return null;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme is "http" or "https")
            ? address
            : throw new CommandFailedException(Failures.NoAddress(Name));
    }

    /// <summary>What must never be written anywhere: the bot's token, the repository's password, the one in its address.</summary>
    public IReadOnlyList<string> Secrets() => [.. NamedSecrets(), .. GivenPassword() is { } given ? [given.Value] : (IEnumerable<string>)[]];

    /// <summary>Those of them that no file has to be read for which somebody named.</summary>
    public IEnumerable<string> NamedSecrets() => ((IEnumerable<string?>)
        [Variable("DISCORD_TOKEN"), Variable("SNAPSHOTBOT_REPOSITORY_PASSWORD"), KeptPassword(), Repository is { } at ? SecretOf(at) : null, Variable("SNAPSHOTBOT_HEARTBEAT_URL")])
        .OfType<string>();

    private string? KeptPassword()
    {
        try
        {
            using var reader = new StreamReader(DefaultPasswordFile);
            return Text(reader.ReadLine()?.Trim());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? SecretOf(string repository) =>
        Uri.TryCreate(repository.StartsWith("rest:", StringComparison.Ordinal) ? repository[5..] : repository, UriKind.Absolute, out var address)
            && address.UserInfo.Split(':', 2) is [_, var password]
            ? Text(password)
            : null;

    /// <summary>A variable of the process or of <c>.env</c>.</summary>
    public string? Variable(string name) => Text(environment(name));

    /// <summary>The same engine, but a data folder, repository and password of its own.</summary>
    public Settings Apart(string dataFolder) => new(
        dataFolder, name => name.StartsWith("SNAPSHOTBOT_", StringComparison.Ordinal) && name != "SNAPSHOTBOT_HOST_ROOT" ? null : environment(name));

    /// <summary>The process's variables first, then those of a <c>.env</c> file in the working folder.</summary>
    public static Settings Load(string? dataOption)
    {
        var file = DotEnv.Read(".env");
        return new Settings(dataOption, name =>
        {
            var own = Environment.GetEnvironmentVariable(name);
            return string.IsNullOrEmpty(own) && file.TryGetValue(name, out var value) ? value : own;
        });
    }

    private static string? Text(string? value) => string.IsNullOrEmpty(value) ? null : value;
}
