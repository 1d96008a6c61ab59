using SnapshotBot.Bot.Commands;

namespace SnapshotBot.Bot.Terminal.RepositoryCommands;

/// <summary>What all repository commands are told.</summary>
internal static class RepositoryInputs
{
    public static readonly Input<string?> Repository = Input.Value(
        "--repository", "REPO", "DIR or rest:http://host/path/ (SNAPSHOTBOT_REPOSITORY, the data folder's)");

    public static readonly Input<string?> PasswordFile = Input.Value(
        "--password-file", "FILE", "file with the password (SNAPSHOTBOT_REPOSITORY_PASSWORD_FILE)");

    public static readonly Input<TimeSpan?> Retry = Input.Span("--retry", "how long to wait while another program holds the repository's lock");

    /// <summary>The common ones after a command's own.</summary>
    public static IReadOnlyList<Input> With(params IReadOnlyList<Input> own) => [.. own, Repository, PasswordFile, Retry];

    public static RepositoryChoice Read(InputValues values) => new(
        values.Get(Repository), values.Get(PasswordFile), values.Get(Retry));
}

/// <summary>Which repository, as far as the command line says it.</summary>
internal sealed record RepositoryChoice(string? Location, string? PasswordFile, TimeSpan? Retry);
